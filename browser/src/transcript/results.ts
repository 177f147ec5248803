// The form for the results of a turn's tool calls.

import type { TurnView } from "../channel/channel";
import { h } from "../dom/h";
import { TurnDraft } from "./turn_draft";

const EMPTY = "is empty: press once more to send it so.";

export function results({ calls, wants_results, turn }: TurnView): HTMLElement | null {
  if (!wants_results) return null;
  const draft = resultsDraft(turn);
  const boxes = calls.map(({ id, name }) => {
    const placeholder = "What the tool would answer: text or JSON";
    const box = h("textarea", { name: id, rows: "3", placeholder });
    return { name, box, element: h("label", { class: "pg-result" }, `Result of ${name}`, box) };
  });
  const send = h("button", { type: "submit", class: "pg-button pg-primary" }, "Send results");
  const note = h("span", { class: "pg-note", role: "status" });
  let isWarned = false;
  const warn = (warning: string): void => {
    isWarned = warning !== "";
    note.textContent = warning;
    send.textContent = isWarned ? "Send anyway" : "Send results";
  };
  const form = h(
    "form",
    {
      class: "pg-results",
      "data-form": "results",
      "data-of": turn,
      input: () => {
        warn("");
        draft.write(JSON.stringify(valuesOf(form)));
      },
      submit: (event) => {
        const empty = boxes.filter(({ box }) => box.value.trim() === "").map(({ name }) => `“${name}”`);
        if (empty.length === 0 || isWarned) return;
        event.preventDefault();
        event.stopPropagation();
        warn(`The result of ${empty.join(" and ")} ${EMPTY}`);
        boxes.find(({ box }) => box.value.trim() === "")?.box.focus();
      },
      keydown: (event) => {
        const { key, ctrlKey, metaKey, isComposing } = event as KeyboardEvent;
        if (key !== "Enter" || !(ctrlKey || metaKey) || isComposing) return;
        event.preventDefault();
        form.requestSubmit();
      },
    },
    ...boxes.map(({ element }) => element),
    h("div", { class: "pg-edit-row" }, send, note),
  );
  void draft.read().then((text) => {
    const values = parsed(text);
    for (const { box } of boxes) if (box.value === "") box.value = values[box.name] ?? "";
  });
  return form;
}

/** The texts in the form, by the ids of the calls. */
export function valuesOf(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries([...form.querySelectorAll("textarea")].map((box) => [box.name, box.value]));
}

/** The draft of the results for a turn, stored until the server has them. */
export function resultsDraft(turn: string): TurnDraft {
  return new TurnDraft(`results ${turn}`);
}

function parsed(text: string): Record<string, string> {
  try {
    return JSON.parse(text || "{}") as Record<string, string>;
  } catch {
    return {};
  }
}
