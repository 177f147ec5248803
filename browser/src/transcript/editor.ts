import { h } from "../dom/h";
import type { Kept } from "./kept";

/** Until a transcript that is scrolled to its end has made up for the height of this. */
const SETTLED_FRAMES = 3;

export interface Edit {
  /** What was said. */
  readonly said: string;
  /** What stands in the box at first. */
  readonly words: string;
  /** Where it is kept until it is sent. */
  readonly kept: Kept;
  /** What becomes of an answer on its way, "" where there is none. */
  readonly warning: string;
  /** What asks the same once more. */
  readonly again: { readonly name: string; readonly does: () => void };
  send(text: string): void;
  /** It is given up, with these words in the box. */
  cancel(text: string): void;
}

/** A question being worded differently. Ctrl+Enter sends, Esc gives up. */
export function editor({ said, words, kept, warning, again, send, cancel }: Edit): HTMLElement {
  const box = h("textarea", { class: "pg-edit-box", "aria-label": "Edit message", rows: "3" });
  const note = h("span", { class: "pg-note", role: "status" });
  const repeat = h("button", { type: "button", class: "pg-button", hidden: true, click: again.does }, again.name);
  const undo = h("button", { type: "button", class: "pg-button", click: () => fill(said) }, "Undo changes");
  const draw = (): void => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
    undo.hidden = box.value === said;
    repeat.hidden = true;
    note.textContent = `${warning} The conversation forks here; the old branch stays.`.trim();
  };
  const fill = (text: string): void => {
    box.value = text;
    changed();
    box.focus();
  };
  const changed = (): void => {
    draw();
    if (box.value === said) kept.forget();
    else kept.write(box.value);
  };
  const submit = (): void => {
    if (box.value.trim() === "") return;
    if (box.value !== said) {
      send(box.value);
      return;
    }
    note.textContent = "Nothing has changed.";
    repeat.hidden = false;
  };
  const form = h(
    "form",
    {
      class: "pg-edit",
      submit: (event) => {
        event.preventDefault();
        submit();
      },
      keydown: (event) => {
        if (!(event instanceof KeyboardEvent) || event.isComposing) return;
        if (event.key === "Escape") cancel(box.value);
        else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
        else return;
        event.preventDefault();
        event.stopPropagation();
      },
    },
    box,
    h(
      "div",
      { class: "pg-edit-row" },
      h("button", { type: "submit", class: "pg-button pg-primary" }, "Send"),
      h("button", { type: "button", class: "pg-button", click: () => cancel(box.value) }, "Cancel"),
      undo,
      note,
      repeat,
    ),
  );
  box.value = words;
  box.addEventListener("input", changed);
  queueMicrotask(() => {
    draw();
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    afterFrames(SETTLED_FRAMES, () => form.scrollIntoView?.({ block: "nearest" }));
  });
  void kept.read().then((text) => {
    if (text === "" || text === box.value || box.value !== said || !box.isConnected) return;
    fill(text);
  });
  return form;
}

function afterFrames(count: number, act: () => void): void {
  if (count === 0) act();
  else requestAnimationFrame(() => afterFrames(count - 1, act));
}
