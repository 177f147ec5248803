import { describe, expect, it } from "vitest";
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
