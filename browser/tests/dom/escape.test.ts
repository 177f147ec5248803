import { beforeEach, expect, test, vi } from "vitest";
import { takesEscape } from "../../src/dom/escape";

const box = document.createElement("textarea");

beforeEach(() => {
  document.body.replaceChildren(box);
  // jsdom lays nothing out.
  vi.spyOn(Element.prototype, "getClientRects").mockReturnValue([{}] as unknown as DOMRectList);
});

function takes(html: string, init: KeyboardEventInit = {}): boolean {
  document.body.insertAdjacentHTML("beforeend", html);
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
  return takesEscape(new KeyboardEvent("keydown", { key: "Escape", ...init }), box);
}

test.each([
  ["a list", "<ul role=listbox></ul>"],
  ["a menu", "<ul role=menu></ul>"],
  ["a dialog", "<div role=dialog></div>"],
  ["a field with something in it", "<input data-focus value=x>"],
  ["an open combination of field and list", "<input data-focus aria-expanded=true>"],
  ["an edit in the conversation", "<div class=pg-turn><textarea data-focus></textarea></div>"],
])("%s has a use for it", (_, html) => {
  expect(takes(html)).toBe(true);
});

test.each([
  ["nothing", ""],
  ["an empty field", "<input data-focus>"],
  ["a closed list with a choice", "<input data-focus aria-expanded=false value=model>"],
  ["a slider", "<input data-focus type=range value=3>"],
  ["a button", "<button data-focus>New chat</button>"],
])("%s has none", (_, html) => {
  expect(takes(html)).toBe(false);
});

test("an input method and a combination of keys have one", () => {
  expect(takes("", { isComposing: true })).toBe(true);
  expect(takes("", { ctrlKey: true })).toBe(true);
});
