import { beforeEach, expect, test } from "vitest";
import { changeUnsent, keep, NOTHING, recall, wordsOf } from "../../src/composer/drafts";

const words = (text: string) => ({ text, pictures: [] });
const sent = (text: string) => ({ ...words(text), id: text, behind: ["turn"], why: null });

beforeEach(() => localStorage.clear());

test("a draft is kept by conversation", async () => {
  keep("one", { ...words("first"), unsent: [] });
  keep("two", { ...words("second"), unsent: [sent("on its way")] });
  expect(wordsOf("one").text).toBe("first");
  expect(await recall("two")).toEqual({ ...words("second"), unsent: [sent("on its way")] });
  expect(await recall("three")).toEqual(NOTHING);
});

test("one without anything in it is forgotten", () => {
  keep("one", { ...words("first"), unsent: [] });
  keep("one", NOTHING);
  expect(localStorage).toHaveLength(0);
});

test("what is unsent changes beside the draft", async () => {
  keep("one", { ...words("first"), unsent: [sent("on its way")] });
  await changeUnsent("one", (unsent) => unsent.filter(({ id }) => id !== "on its way"));
  expect(await recall("one")).toEqual({ ...words("first"), unsent: [] });
});

test("the oldest go where there are too many", () => {
  for (let number = 0; number < 80; number += 1) keep(`chat ${number}`, { ...words("draft"), unsent: [] });
  expect(localStorage).toHaveLength(60);
});

test("what cannot be read is no draft", async () => {
  localStorage.setItem("pg-draft one", "{");
  expect(wordsOf("one")).toEqual(NOTHING);
  expect(await recall("one")).toEqual(NOTHING);
});
