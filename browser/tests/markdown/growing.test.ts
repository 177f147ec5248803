import { describe, expect, it, vi } from "vitest";
import { growing } from "../../src/markdown/growing";
import { canonical } from "./canonical";
import { chance, cutUp, someText } from "./texts";

const RUNS = 80;
const FIRST = 1;

function whole(text: string): string {
  const words = growing();
  words.set(text);
  words.end();
  return canonical(words.element);
}

function pieceByPiece(pieces: readonly string[]): string {
  const words = growing();
  for (const piece of pieces) words.add(piece);
  words.end();
  return canonical(words.element);
}

describe("a text that grows", () => {
  it("looks in the end as if it had come at once", () => {
    for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
      const next = chance(seed);
      const text = someText(next, 60);
      const pieces = cutUp(text, next);
      expect(pieceByPiece(pieces), `seed ${seed}: ${JSON.stringify(pieces)}`).toBe(whole(text));
    }
  });
});

describe("a long text that comes at once", () => {
  const paragraphs = (count: number): string => "Some **words** in [it].\n\n".repeat(count);

  it("is seen from its beginning to its end before it is drawn, and its end is drawn first", async () => {
    const words = growing();
    words.set(`${paragraphs(3_000)}The end.\n\n[it]: https://example.com\n`);
    words.end();
    await vi.waitFor(() => expect(words.element.lastElementChild?.lastElementChild?.textContent).toBe("The end."));
    expect(words.element.textContent).toMatch(/^Some \*\*words\*\* in \[it\]\.\n\nSome/);
    words.complete();
    expect(words.element.querySelectorAll("p").length).toBe(3_001);
    expect(words.element.querySelectorAll("a[href='https://example.com']").length).toBe(3_000);
    expect(words.element.querySelector(".pg-plain")).toBeNull();
  });

  it("looks in the end like one that grew", () => {
    for (let seed = FIRST; seed < FIRST + 4; seed++) {
      const next = chance(seed);
      let text = "";
      while (text.length < 40_000) text += `${someText(next, 40)}\n\n`;
      const words = growing();
      words.set(text);
      words.end();
      words.complete();
      const pieces = text.match(/[\s\S]{1,700}/g) ?? [];
      expect(canonical(words.element), `seed ${seed}`).toBe(pieceByPiece(pieces));
    }
  });

  it("stands in groups of blocks, as one that grew does", () => {
    const words = growing();
    for (const paragraph of paragraphs(200).match(/.+\n\n/g) ?? []) words.add(paragraph);
    expect([...words.element.children].map(({ childElementCount }) => childElementCount)).toEqual([40, 40, 40, 40, 40]);
  });
});

describe("what is finished", () => {
  const KINDS: [string, string, (count: number) => string][] = [
    ["prose", "", (count) => `Paragraph ${count} with **bold** words.\n\n`],
    ["a list", "", (count) => `- item ${count}\n`],
    ["a nested list", "- outer\n", (count) => `  1. item ${count}\n`],
    ["a table", "| a | b |\n|---|---|\n", (count) => `| ${count} | x |\n`],
    ["a fence", "```\n", (count) => `line ${count}\n`],
    ["a fence in a block of Markdown", "```md\n```js\n", (count) => `line ${count}\n`],
    ["a quote", "", (count) => `> Paragraph ${count}\n>\n`],
    ["a list in a quote", "", (count) => `> - item ${count}\n`],
  ];

  /** How many nodes come and go with one more piece after so many. */
  function changes(start: string, piece: (count: number) => string, before: number): number {
    const words = growing();
    words.add(start);
    for (let count = 0; count < before; count++) words.add(piece(count));
    const observer = new MutationObserver(() => {});
    observer.observe(words.element, { childList: true, characterData: true, attributes: true, subtree: true });
    words.add(piece(before));
    const records = observer.takeRecords();
    observer.disconnect();
    return records.reduce((sum, { addedNodes, removedNodes }) => sum + 1 + addedNodes.length + removedNodes.length, 0);
  }

  it.each(KINDS)("is left alone in %s", (_, start, piece) => {
    expect(changes(start, piece, 150)).toBe(changes(start, piece, 50));
    expect(changes(start, piece, 50)).toBeLessThan(20);
  });

  it("is a group of rows in a long table, which stays one table for who hears it", () => {
    const words = growing();
    words.add("| a | b |\n|---|---|\n");
    for (let count = 0; count < 100; count++) words.add(`| ${count} | x |\n`);
    words.end();
    const [table] = words.element.querySelectorAll("table");
    expect([...(table?.tBodies ?? [])].map(({ rows }) => rows.length)).toEqual([38, 38, 24]);
    expect([...(table?.rows ?? [])].map((row) => row.cells[0]?.textContent).slice(1)).toEqual(
      [...Array(100).keys()].map(String),
    );
    expect(table?.querySelectorAll("tr:not([role]), td:not([role]), th:not([role])").length).toBe(0);
  });

  it("stays in its place", () => {
    const words = growing();
    words.add("First\n\n- one\n- two\n- three\n- fo");
    const kept = [...words.element.querySelectorAll("p, li")].slice(0, 4);
    words.add("ur\n\n  loose\n\nand more\n\n[late]: http://example.com\n\n[late] and **done**");
    words.end();
    expect(kept.every((element) => words.element.contains(element))).toBe(true);
    expect(words.element.querySelector("ul")?.className).toBe("pg-loose");
    expect(words.element.querySelector("a")?.getAttribute("href")).toBe("http://example.com");
  });

  it("gets the links that are named after it", () => {
    const words = growing();
    for (const piece of ["See [it].\n\nMore.\n\nAnd more.\n\n", "[it]: https://example.com\n"]) words.add(piece);
    expect(words.element.querySelector("a")).toBeNull();
    words.end();
    expect(words.element.querySelector("a")?.getAttribute("href")).toBe("https://example.com");
  });

  it("goes on after it ended", () => {
    const words = growing();
    words.add("- a\n");
    words.end();
    words.add("- b");
    words.end();
    expect(words.element.querySelectorAll("li").length).toBe(2);
  });
});
