import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Channel } from "../../src/channel/channel";
import { LONGEST_MESSAGE } from "../../src/channel/messages";
import { Outbox } from "../../src/composer/outbox";
import { settling } from "../../src/page/settled";
import { FakeSocket } from "../fake_socket";
import { content, messageBox, offers, problem } from "./message_box";

let socket: FakeSocket;
let outbox: Outbox;
let page: ReturnType<typeof messageBox>;
let refusal: string;
const leaves: (() => void)[] = [];

beforeEach(async () => {
  vi.useFakeTimers();
  localStorage.clear();
  refusal = "";
  socket = new FakeSocket();
  socket.answers = true;
  const channel = new Channel("token", () => socket);
  page = messageBox("one");
  outbox = new Outbox(
    page.written,
    page.notices,
    () => ({ channel, slot: "main" }),
    () => refusal,
    () => {},
  );
  leaves.push(channel.join("main", { slot: () => outbox.wake() }), () => page.written.leave());
  page.written.open();
  socket.open();
  slot([]);
  await vi.advanceTimersByTimeAsync(0);
});
afterEach(() => {
  outbox.leave();
  for (const leave of leaves.splice(0)) leave();
  vi.useRealTimers();
});

/** The server sends the turns of the slot, and whether an answer is on its way there. */
function slot(turns: string[], busy = false): void {
  socket.tell({ kind: "slot", slot: "main", mark: "mark", turns, busy });
}

async function send(text: string): Promise<void> {
  page.written.fill(content(text));
  outbox.send();
  await vi.advanceTimersByTimeAsync(0);
}

type Request = { kind: string; text?: string; number: number };
const requests = (): Request[] => (socket.sent as Request[]).filter(({ kind }) => kind === "send" || kind === "stop");
const sent = (): string[] => requests().map(({ kind, text }) => text ?? kind);

/** The server has carried out the last request, or not. */
async function done(problem: object | null = null): Promise<void> {
  socket.tell({ kind: "done", number: requests().at(-1)?.number, ...(problem === null ? {} : { problem }) });
  await vi.advanceTimersByTimeAsync(0);
}

test("a message is sent at once, and the box is empty", async () => {
  await send("Hello");
  expect([sent(), page.box.text, outbox.awaitsServer]).toEqual([["Hello"], "", true]);
  await done();
  expect(outbox.awaitsServer).toBe(false);
});

test("nothing is sent of an empty box", async () => {
  await send("  \n");
  expect(sent()).toEqual([]);
});

test("a message that the server does not accept is back, with the reason", async () => {
  await send("Hello");
  await done({ message: "No model is chosen.", hint: "Choose one." });
  expect([page.box.text, problem()]).toEqual(["Hello", "No model is chosen. Choose one."]);
});

test.each([
  ["does not fit", "Hello", "It does not fit the context.", "Not sent: It does not fit the context."],
  ["is too long", "x".repeat(LONGEST_MESSAGE + 1), "", "Not sent: the message has 2,000,001 characters"],
])("a message that %s stays in the box", async (_, text, reason, expected) => {
  refusal = reason;
  await send(text);
  expect(sent()).toEqual([]);
  expect(page.box.text).toBe(text);
  expect(problem()).toContain(expected);
});

describe("while an answer is on its way", () => {
  beforeEach(() => slot(["a"], true));

  test("a message waits for its end", async () => {
    await send("And then?");
    expect([sent(), outbox.holds]).toEqual([[], true]);
    slot(["a"]);
    await vi.advanceTimersByTimeAsync(0);
    expect([sent(), outbox.holds]).toEqual([["And then?"], false]);
  });

  test("messages are sent in order, each after the answer to the one before", async () => {
    await send("First");
    await send("Second");
    slot(["a"]);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent()).toEqual(["First"]);
    slot(["a", "b"], true);
    await done();
    expect(sent()).toEqual(["First"]);
    slot(["a", "b"]);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent()).toEqual(["First", "Second"]);
  });

  test("a message that waits can be taken back", async () => {
    await send("And then?");
    expect(outbox.takeBack()).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect([page.box.text, outbox.holds, sent()]).toEqual(["And then?", false, []]);
    expect(outbox.takeBack()).toBe(false);
  });

  test("a message that is taken back leaves what was written meanwhile alone", async () => {
    await send("And then?");
    page.type("Meanwhile");
    outbox.takeBack();
    await vi.advanceTimersByTimeAsync(0);
    expect([page.box.text, offers()]).toEqual(["Meanwhile", ["Put back “And then?”"]]);
  });

  test("Send now does not wait", async () => {
    await send("And then?");
    await vi.advanceTimersByTimeAsync(200);
    document.querySelector<HTMLButtonElement>(".pg-composer-waiting button")?.click();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent()).toEqual(["And then?"]);
  });

  test("a message does not follow an answer that has failed", async () => {
    await send("And then?");
    socket.tell({ kind: "turn", view: { turn: "a", role: "assistant", state: "failed" }, keys: {}, version: "1" });
    slot(["a"]);
    await vi.advanceTimersByTimeAsync(0);
    expect([sent(), page.box.text]).toEqual([[], "And then?"]);
    expect(problem()).toContain("Not sent: the answer before it failed.");
  });
});

test("Stop before the server has the message stops its answer", async () => {
  await send("Hello");
  outbox.stop();
  expect(sent()).toEqual(["Hello"]);
  await done();
  expect(sent()).toEqual(["Hello", "stop"]);
});

test("a message waits until the server has the settings on screen", async () => {
  document.body.insertAdjacentHTML("beforeend", `<input id="slider">`);
  const questions: string[] = [];
  settling.ask = (name) => questions.push(name);
  leaves.push(settling.watch());
  document.getElementById("slider")?.dispatchEvent(new Event("input", { bubbles: true }));
  await send("Hello");
  await vi.advanceTimersByTimeAsync(600);
  expect(sent()).toEqual([]);
  settling.arrived(questions.at(-1) ?? "");
  await vi.advanceTimersByTimeAsync(0);
  expect(sent()).toEqual(["Hello"]);
});
