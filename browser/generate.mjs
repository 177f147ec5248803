// Makes `src/channel/messages.ts` from the JSON Schema and the constants on standard input, which `python -m playground.channel.schema` prints.

import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

const { schema, constants } = JSON.parse(readFileSync(0, "utf8"));
const made = await compile(schema, "Messages", {
  bannerComment: "// Made by `make browser` from playground/channel/messages.py; not to be changed by hand.",
  additionalProperties: false,
  unreachableDefinitions: true,
  ignoreMinAndMaxItems: true,
  format: true,
  style: { printWidth: 120 },
});
const source = `${made
  .replace("export interface Messages {}\n", "")
  .replaceAll(/\n? \*\n \* This interface was referenced by [^\n]*\n \* via the `definition`[^\n]*/g, "")
  .replaceAll(/\/\*\*\n \* This interface was referenced by [^\n]*\n \* via the `definition`[^\n]*\n \*\/\n/g, "")}
${Object.entries(constants).map(written).join("\n")}
`;

/** A constant as TypeScript: a number, or what is `{ type, value }`. */
function written([name, one]) {
  if (typeof one === "number") return `export const ${name} = ${one};`;
  return `export const ${name}: ${one.type} = ${JSON.stringify(one.value, null, 2)};`;
}

if (process.argv.includes("--check")) {
  if (readFileSync("src/channel/messages.ts", "utf8") !== source) {
    console.error("browser/src/channel/messages.ts is not what playground/channel/messages.py says: run make browser.");
    process.exit(1);
  }
} else {
  writeFileSync("src/channel/messages.ts", source);
}
