// The same texts with the same HTML as the rules in Python: tests/markdown/test_corpus.py.
/// <reference types="vite/client" />

import { describe, expect, it } from "vitest";
import { growing } from "../../src/markdown/growing";
import { canonicalOf, plain } from "./canonical";

const files = import.meta.glob<string>("../../../tests/markdown/corpus/*", {
  query: "?raw",
  import: "default",
  eager: true,
});
const texts = Object.keys(files).filter((path) => path.endsWith(".md"));

function drawn(text: string): string {
  const words = growing();
  words.set(text);
  words.end();
  return plain(words.element);
}

describe("the corpus", () => {
  it("is there", () => expect(texts.length).toBeGreaterThan(20));
  it.each(texts)("%s", (path) => {
    const html = files[path.replace(/md$/, "html")] ?? "";
    expect(drawn(files[path] ?? "")).toBe(canonicalOf(html.replace(/\n$/, "")));
  });
});
