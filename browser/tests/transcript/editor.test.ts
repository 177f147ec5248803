import { beforeEach, expect, test, vi } from "vitest";
import { peekDraft } from "../../src/composer/drafts";
import { editor } from "../../src/transcript/editor";
import { TurnDraft } from "../../src/transcript/turn_draft";

let calls: string[];

beforeEach(() => {
  localStorage.clear();
  document.body.replaceChildren();
  calls = [];
});

/** An editor for "Hello" on the page, with the text that was stored for it restored. */
async function open(more: { initial?: string; warning?: string } = {}): Promise<HTMLElement> {
  const form = editor({
    original: "Hello",
    initial: "Hello",
    draft: new TurnDraft("edit turn"),
    warning: "",
    again: { name: "Regenerate", action: () => calls.push("again") },
    send: (text) => calls.push(`send ${text}`),
    cancel: (text) => calls.push(`cancel ${text}`),
    ...more,
  });
  document.body.replaceChildren(form);
  await vi.waitFor(() => expect(document.activeElement).toBe(box()));
  return form;
}

const box = (): HTMLTextAreaElement => document.querySelector("textarea") as HTMLTextAreaElement;
const button = (name: string): HTMLButtonElement =>
  [...document.querySelectorAll("button")].find(({ textContent }) => textContent === name) as HTMLButtonElement;
const press = (key: string, init: KeyboardEventInit = {}): boolean =>
  box().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
const type = (text: string): void => {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true }));
};

test("Ctrl+Enter sends the changed text, and Enter alone is a line of it", async () => {
  await open();
  type("Hello there");
  press("Enter");
  press("Enter", { ctrlKey: true, isComposing: true });
  expect(calls).toEqual([]);
  press("Enter", { ctrlKey: true });
  expect(calls).toEqual(["send Hello there"]);
});

test("a text that has not changed is not sent, but can be asked again", async () => {
  await open();
  expect(button("Regenerate").hidden).toBe(true);
  press("Enter", { metaKey: true });
  expect([calls, document.querySelector("[role=status]")?.textContent]).toEqual([[], "Nothing has changed."]);
  button("Regenerate").click();
  expect(calls).toEqual(["again"]);
});

test("an empty text is not sent", async () => {
  await open();
  type("  ");
  press("Enter", { ctrlKey: true });
  expect(calls).toEqual([]);
});

test("Esc and Cancel give up, with the text in the box", async () => {
  await open();
  type("Half of it");
  press("Escape");
  button("Cancel").click();
  expect(calls).toEqual(["cancel Half of it", "cancel Half of it"]);
});

test("changes are stored, restored in another editor, and forgotten once they are undone", async () => {
  await open();
  type("Half of it");
  expect(peekDraft("edit turn").text).toBe("Half of it");
  await open();
  await vi.waitFor(() => expect(box().value).toBe("Half of it"));
  button("Undo changes").click();
  expect([box().value, peekDraft("edit turn").text, button("Undo changes").hidden]).toEqual(["Hello", "", true]);
});

test("what becomes of the conversation and of an answer on its way is said", async () => {
  await open({ warning: "The answer on its way is stopped." });
  const note = document.querySelector("[role=status]")?.textContent;
  expect(note).toBe(
    "The answer on its way is stopped. Ctrl+Enter sends. The conversation forks here; the old branch stays.",
  );
});
