// Makes `src/messages.ts` from the JSON Schema on standard input, which `python -m playground.channel.schema` prints.

import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

const schema = JSON.parse(readFileSync(0, "utf8"));
const made = await compile(schema, "Messages", {
  bannerComment: "// Made by `make browser` from playground/channel/messages.py; not to be changed by hand.",
  additionalProperties: false,
  unreachableDefinitions: true,
  ignoreMinAndMaxItems: true,
  format: true,
  style: { printWidth: 120 },
});
const source = made
  .replace("export interface Messages {}\n", "")
  .replaceAll(/\n? \*\n \* This interface was referenced by [^\n]*\n \* via the `definition`[^\n]*/g, "")
  .replaceAll(/\/\*\*\n \* This interface was referenced by [^\n]*\n \* via the `definition`[^\n]*\n \*\/\n/g, "");
if (process.argv.includes("--check")) {
  if (readFileSync("src/messages.ts", "utf8") !== source) {
    console.error("browser/src/messages.ts is not what playground/channel/messages.py says: run make browser.");
    process.exit(1);
  }
} else {
  writeFileSync("src/messages.ts", source);
}
