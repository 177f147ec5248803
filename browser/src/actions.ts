// What a person does in a transcript: each button says by `data-do` which of these it is.

import type { Request, TurnView } from "./channel";
import { copy } from "./clipboard";
import type { Item } from "./menu";
import { openMenu } from "./menu";
import { asksAgain } from "./parts";
import type { TurnDrawing } from "./turn";

type WithoutSlot<One> = One extends unknown ? Omit<One, "slot"> : never;
export type Deed = WithoutSlot<Request>;

/** What actions need of the transcript they are in. */
export interface Around {
  readonly log: HTMLElement;
  /** Asks the server; says what went wrong where it did, and whether it went well. */
  ask(deed: Deed): Promise<boolean>;
  /** Has Streamlit do what only it can. */
  act(what: "inspect" | "compare", turn: string): void;
  say(words: string, offer?: { readonly name: string; readonly does: () => void }): void;
  isLast(turn: TurnDrawing): boolean;
}

/** What asks a model for something that costs. */
export const ASKS: ReadonlySet<string> = new Set(["regenerate", "proceed", "raise"]);

/** Does what a button of a turn is for. */
export function press(pressed: HTMLElement, turn: TurnDrawing, around: Around): void {
  const { view } = turn;
  const told = (done: boolean): void => sayCopied(done, around);
  switch (pressed.dataset["do"]) {
    case "menu":
      openMenu(pressed, items(turn, around), around.log);
      break;
    case "copy":
      void copy(view.text, turn.html).then(told);
      break;
    case "copy-raw":
      void copy(view.text).then(told);
      break;
    case "regenerate":
      void around.ask({ kind: "retry", turn: view.turn });
      break;
    case "proceed":
      void around.ask({ kind: "proceed" });
      break;
    case "raise":
      void around.ask({ kind: "raise", turn: view.turn });
      break;
    case "select":
      void around.ask({ kind: "select", turn: pressed.dataset["to"] ?? view.turn });
      break;
    case "unfold":
      turn.unfold();
      break;
    case "help":
      help(pressed);
  }
}

/** Sends what a form of a turn holds. */
export function submit(form: HTMLFormElement, turn: TurnDrawing, around: Around): void {
  const boxes = [...form.querySelectorAll("textarea")];
  const results = Object.fromEntries(boxes.map((box) => [box.name, box.value]));
  void around.ask({ kind: "results", turn: turn.view.turn, results });
}

/** Has a question worded differently; words that were not taken come back. */
export function edit(turn: TurnDrawing, around: Around, words = turn.view.text): void {
  turn.edit(async (text) => {
    if (!(await around.ask({ kind: "edit", turn: turn.view.turn, text }))) edit(turn, around, text);
  }, words);
}

function items(turn: TurnDrawing, around: Around): Item[] {
  const { view } = turn;
  const can = (action: TurnView["actions"][number]): boolean => view.actions.includes(action);
  const told = (done: boolean): void => sayCopied(done, around);
  const made: Item[] = [];
  if (can("edit")) made.push({ name: "Edit", does: () => edit(turn, around) });
  if (asksAgain(view.actions) && !around.isLast(turn)) {
    made.push({ name: "Regenerate", does: () => void around.ask({ kind: "retry", turn: view.turn }) });
  }
  if (view.text !== "") {
    made.push({ name: "Copy", does: () => void copy(view.text, turn.html).then(told) });
    if (view.role === "assistant") made.push({ name: "Copy as Markdown", does: () => void copy(view.text).then(told) });
    made.push({ name: "Raw text and copy", does: () => turn.toggleRaw() });
  }
  if (can("compare")) made.push({ name: "Compare this…", does: () => around.act("compare", view.turn) });
  if (can("inspect")) made.push({ name: "Request and response", does: () => around.act("inspect", view.turn) });
  if (can("delete")) made.push({ name: "Delete", does: () => void remove(view.turn, around) });
  return made;
}

async function remove(turn: string, around: Around): Promise<void> {
  if (!(await around.ask({ kind: "delete", turn }))) return;
  around.say("Deleted, with what followed it.", {
    name: "Undo",
    does: () => void around.ask({ kind: "restore", turn }),
  });
}

function sayCopied(done: boolean, around: Around): void {
  around.say(done ? "Copied." : "The browser does not allow to copy.");
}

function help(button: HTMLElement): void {
  const words = button.nextElementSibling;
  if (!(words instanceof HTMLElement)) return;
  words.hidden = !words.hidden;
  button.setAttribute("aria-expanded", String(!words.hidden));
}
