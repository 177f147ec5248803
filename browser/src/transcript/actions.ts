// What a person does in a transcript: each button says by `data-do` which of these it is.

import type { Request, TurnView } from "../channel/channel";
import { copy } from "../dom/clipboard";
import type { Offer as DockOffer } from "../dom/dock";
import type { Item } from "../dom/menu";
import { openMenu } from "../dom/menu";
import { Kept } from "./kept";
import { asksAgain } from "./parts";
import { keptResults, valuesOf } from "./results";
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
  /** Says something for a while; with an offer that is to have the focus where `takesFocus`. */
  say(words: string, offer?: DockOffer, takesFocus?: boolean): void;
  isLast(turn: TurnDrawing): boolean;
  /** The answer below a question, where there is one. */
  answerTo(turn: TurnDrawing): TurnView | null;
  /** An answer is on its way. */
  readonly isBusy: boolean;
  /** Puts the focus where the next message is written. */
  focusBox(): void;
  /** Puts the focus on a turn, now or once it is there. */
  focusTurn(turn: string): void;
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
export async function submit(form: HTMLFormElement, turn: TurnDrawing, around: Around): Promise<void> {
  const id = turn.view.turn;
  const asked = around.ask({ kind: "results", turn: id, results: valuesOf(form) });
  around.focusBox();
  if (await asked) keptResults(id).forget();
}

/** Has a question worded differently; words that were not taken come back. */
export function edit(turn: TurnDrawing, around: Around, words = turn.view.text): void {
  const { view } = turn;
  const kept = new Kept(`edit ${view.turn}`);
  const send = async (text: string): Promise<void> => {
    const asked = around.ask({ kind: "edit", turn: view.turn, text });
    around.focusBox();
    if (await asked) kept.forget();
    else edit(turn, around, text);
  };
  const answer = around.answerTo(turn);
  const regenerates = answer !== null && asksAgain(answer.actions);
  turn.edit({
    said: view.text,
    words,
    kept,
    warning: around.isBusy ? "The answer on its way is stopped." : "",
    again: {
      name: regenerates ? "Regenerate" : "Send it again",
      does: () => (regenerates ? around.ask({ kind: "retry", turn: answer.turn }) : send(view.text)),
    },
    send,
    cancel: (text) => {
      if (text === view.text) return;
      around.say("Your changes are kept.", { name: "Go on editing", does: () => edit(turn, around, text) });
    },
  });
}

function items(turn: TurnDrawing, around: Around): Item[] {
  const { view } = turn;
  const can = (action: TurnView["actions"][number]): boolean => view.actions.includes(action);
  const told = (done: boolean): void => sayCopied(done, around);
  const stops = around.isBusy ? " (stops the answer on its way)" : "";
  const made: Item[] = [];
  if (can("edit")) made.push({ name: "Edit", does: () => edit(turn, around) });
  if (asksAgain(view.actions) && !around.isLast(turn)) {
    made.push({ name: `Regenerate${stops}`, does: () => void around.ask({ kind: "retry", turn: view.turn }) });
  }
  if (view.text !== "") {
    made.push({ name: "Copy", does: () => void copy(view.text, turn.html).then(told) });
    if (view.role === "assistant") made.push({ name: "Copy as Markdown", does: () => void copy(view.text).then(told) });
    made.push({ name: turn.isRaw ? "Show as drawn" : "Show raw text", does: () => turn.toggleRaw() });
  }
  if (can("compare")) made.push({ name: "Compare this…", does: () => around.act("compare", view.turn) });
  if (can("inspect")) made.push({ name: "Request and response", does: () => around.act("inspect", view.turn) });
  if (can("delete")) made.push({ name: `Delete${stops}`, does: () => void remove(view.turn, around) });
  return made;
}

async function remove(turn: string, around: Around): Promise<void> {
  if (!(await around.ask({ kind: "delete", turn }))) return;
  const undo = async (): Promise<void> => {
    if (await around.ask({ kind: "restore", turn })) around.focusTurn(turn);
    else around.focusBox();
  };
  around.say("Deleted, with what followed it.", { name: "Undo", does: () => void undo() }, true);
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
