// Runs each Worker in workerd with an AI binding that records its call: node run_workers.mjs FILE.js…
// Prints one JSON line for each: the call, and what the Worker answered.
import { readFile } from "node:fs/promises";
import { Miniflare } from "miniflare";

const BINDING = `
export default function (env) {
    return {
        async run(...call) {
            const answer = await env.RECORDER.fetch("http://recorder/", { method: "POST", body: JSON.stringify(call) });
            return call[1].stream ? answer.body : answer.json();
        },
    };
}`;

const files = process.argv.slice(2);
const calls = new Map();
const recorder = (name) => async (request) => {
    const body = await request.text();
    calls.set(name, body);
    return new Response(JSON.parse(body)[1].stream ? 'data: {"response":"hi"}\n\n' : '{"response":"hi"}');
};
const workers = await Promise.all(
    files.map(async (file, number) => [
        {
            name: `worker-${number}`,
            modules: true,
            compatibilityDate: "2026-01-01",
            script: await readFile(file, "utf8"),
            routes: [`http://worker-${number}/*`],
            wrappedBindings: { AI: { scriptName: `ai-${number}` } },
        },
        {
            modules: true,
            name: `ai-${number}`,
            script: BINDING,
            serviceBindings: { RECORDER: recorder(number) },
        },
    ]),
);
const miniflare = new Miniflare({ workers: workers.flat() });
for (const [number] of files.entries()) {
    const response = await miniflare.dispatchFetch(`http://worker-${number}/`);
    const answer = { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
    console.log(JSON.stringify({ call: calls.get(number), answer }));
}
await miniflare.dispose();
