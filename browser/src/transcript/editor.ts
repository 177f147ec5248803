import { newId } from "../composer/id";
import { h } from "../dom/h";
import type { TurnDraft } from "./turn_draft";

const FORKS = "Ctrl+Enter sends. The conversation forks here; the old branch stays.";
/** Frames until a transcript that is scrolled to its end has adapted to the height of the editor. */
const SETTLED_FRAMES = 3;

export interface Edit {
  /** The message as it was sent. */
  readonly original: string;
  /** The text of the box at first. */
  readonly initial: string;
  /** Stores the text until it is sent. */
  readonly draft: TurnDraft;
  /** A note on the answer on its way, "" where there is none. */
  readonly warning: string;
  /** The button that asks the same again. */
  readonly again: { readonly name: string; readonly action: () => void };
  send(text: string): void;
  /** The edit is cancelled, with this text in the box. */
  cancel(text: string): void;
}

/** An editor for a question that was sent. Ctrl+Enter sends, Esc cancels. */
export function editor({ original, initial, draft, warning, again, send, cancel }: Edit): HTMLElement {
  const id = newId();
  const attributes = { "aria-label": "Edit message", "aria-describedby": id, rows: "3" };
  const box = h("textarea", { class: "pg-edit-box", ...attributes });
  const note = h("span", { class: "pg-note", role: "status", id });
  const repeat = h("button", { type: "button", class: "pg-button", hidden: true, click: again.action }, again.name);
  const undo = h("button", { type: "button", class: "pg-button", click: () => fill(original) }, "Undo changes");
  const draw = (): void => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
    undo.hidden = box.value === original;
    repeat.hidden = true;
    note.textContent = `${warning} ${FORKS}`.trim();
  };
  const fill = (text: string): void => {
    box.value = text;
    changed();
    box.focus();
  };
  const changed = (): void => {
    draw();
    if (box.value === original) draft.forget();
    else draft.write(box.value);
  };
  const submit = (): void => {
    if (box.value.trim() === "") return;
    if (box.value !== original) {
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
  box.value = initial;
  box.addEventListener("input", changed);
  queueMicrotask(() => {
    draw();
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    afterFrames(SETTLED_FRAMES, () => form.scrollIntoView?.({ block: "nearest" }));
  });
  void draft.read().then((text) => {
    if (text === "" || text === box.value || box.value !== original || !box.isConnected) return;
    fill(text);
  });
  return form;
}

function afterFrames(count: number, callback: () => void): void {
  if (count === 0) callback();
  else requestAnimationFrame(() => afterFrames(count - 1, callback));
}
