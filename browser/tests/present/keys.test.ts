// @vitest-environment jsdom
import { expect, test } from "vitest";
import { commandOf, KEYS } from "../../src/present/keys";

const pressed = (key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body): KeyboardEvent => {
  const event = new KeyboardEvent("keydown", { key, ...more });
  Object.defineProperty(event, "target", { value: target });
  return event;
};

test("a presenter's remote leads on, back, and blanks the screen", () => {
  expect(commandOf(pressed("PageDown"), true)).toEqual({ direct: "next" });
  expect(commandOf(pressed("PageUp"), true)).toEqual({ direct: "previous" });
  expect(commandOf(pressed("."), true)).toEqual({ direct: "blank" });
});

test("digits show one pane, with 0 all of them", () => {
  expect(commandOf(pressed("6"), true)).toEqual({ direct: "pane", value: 6 });
  expect(commandOf(pressed("0"), true)).toEqual({ direct: "pane", value: 0 });
  expect(commandOf(pressed("7"), true)).toBeNull();
});

test("letters count in both cases, and not with Ctrl", () => {
  expect(commandOf(pressed("N", { shiftKey: true }), true)).toEqual({ direct: "names" });
  expect(commandOf(pressed("n", { ctrlKey: true }), true)).toBeNull();
});

test("what is written into a field is for that field, and Space for a button that has the focus", () => {
  const [field, button] = [document.createElement("textarea"), document.createElement("button")];
  expect(commandOf(pressed("n", {}, field), true)).toBeNull();
  expect(commandOf(pressed(" ", {}, button), true)).toBeNull();
  expect(commandOf(pressed("n", {}, button), true)).toEqual({ direct: "names" });
});

test("who may only read asks nothing", () => {
  expect(commandOf(pressed("r"), false)).toBeNull();
  expect(commandOf(pressed("a"), false)).toBeNull();
  expect(commandOf(pressed("v"), false)).toEqual({ direct: "verdict" });
});

test("no key means two things", () => {
  const keys = KEYS.flatMap((row) => row.keys);
  expect(new Set(keys).size).toBe(keys.length);
});
