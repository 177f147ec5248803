import { beforeEach, expect, test, vi } from "vitest";
import { openMenu } from "../../src/dom/menu";

let opener: HTMLButtonElement;
let into: HTMLElement;
const action = vi.fn();

beforeEach(() => {
  opener = document.createElement("button");
  into = document.createElement("div");
  document.body.replaceChildren(opener, into);
  action.mockReset();
  opener.setAttribute("aria-expanded", "false");
  openMenu(
    opener,
    ["Copy", "Delete", "Compare"].map((name) => ({ name, action: () => action(name) })),
    into,
  );
});

const press = (key: string): boolean =>
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })) ?? true;
const focused = (): string | null | undefined => document.activeElement?.textContent;

test("arrows, Home, End and letters go around in it", () => {
  expect(focused()).toBe("Copy");
  press("ArrowDown");
  expect(focused()).toBe("Delete");
  press("End");
  expect(focused()).toBe("Compare");
  press("ArrowDown");
  expect(focused()).toBe("Copy");
  press("ArrowUp");
  expect(focused()).toBe("Compare");
  press("c");
  expect(focused()).toBe("Copy");
  press("Home");
  expect(focused()).toBe("Copy");
});

test("Esc closes it alone, and the button has the focus again", () => {
  const heard = vi.fn();
  document.body.addEventListener("keydown", heard, { once: true });
  press("Escape");
  expect(into.childElementCount).toBe(0);
  expect(document.activeElement).toBe(opener);
  expect(heard).not.toHaveBeenCalled();
  expect(opener.getAttribute("aria-expanded")).toBe("false");
});

test("what is chosen is done, and it is closed", () => {
  (into.querySelectorAll("[role=menuitem]")[1] as HTMLElement).click();
  expect(action).toHaveBeenCalledWith("Delete");
  expect(into.childElementCount).toBe(0);
});

test("a press elsewhere closes it", () => {
  document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  expect(into.childElementCount).toBe(0);
});

test("the button that opened it closes it", () => {
  openMenu(opener, [], into);
  expect(into.childElementCount).toBe(0);
});
