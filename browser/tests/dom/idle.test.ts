import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { whenIdle } from "../../src/dom/idle";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what was put in last is done first, and what was taken back is not", () => {
  const done: string[] = [];
  whenIdle(() => done.push("first"));
  const takeBack = whenIdle(() => done.push("second"));
  whenIdle(() => done.push("third"));
  takeBack();
  expect(done).toEqual([]);
  vi.advanceTimersByTime(500);
  expect(done).toEqual(["third", "first"]);
});

test("work that fails keeps no other from being done", () => {
  const done: string[] = [];
  whenIdle(() => done.push("first"));
  whenIdle(() => {
    throw new Error("It fails.");
  });
  expect(() => vi.advanceTimersByTime(500)).toThrow("It fails.");
  vi.advanceTimersByTime(500);
  expect(done).toEqual(["first"]);
});
