// The actions of a transcript; each button has the name of its action in `data-do`.

import type { Request, TurnView } from "../channel/channel";
import { copy } from "../dom/clipboard";
import type { Offer as DockOffer } from "../dom/dock";
import type { Item } from "../dom/menu";
import { openMenu } from "../dom/menu";
import { asksAgain } from "./parts";
import { resultsDraft, valuesOf } from "./results";
import type { TurnDrawing } from "./turn";
import { TurnDraft } from "./turn_draft";

/** Actions that only a page run can carry out. */
export type PageAction = Extract<TurnView["actions"][number], "inspect" | "compare" | "add_row">;
type WithoutSlot<Kind> = Kind extends unknown ? Omit<Kind, "slot"> : never;
export type TurnRequest = WithoutSlot<Request>;

/** The transcript, as actions use it. */
export interface Transcript {
  readonly log: HTMLElement;
  /** Sends a request; shows its problem, and resolves with whether there was none. */
  ask(request: TurnRequest): Promise<boolean>;
  /** Has a page run carry out an action that only Streamlit can. */
  act(action: PageAction, turn: string): void;
  /** Plays the recording of an answer, or all that there is to play on the page. */
  replay(turn: TurnDrawing | "all"): void;
  /** Whether there is more to play than one answer. */
  readonly isOneOfSeveral: boolean;
  /** Shows a notice for a while; its offer gets the focus where `takesFocus`. */
  say(text: string, offer?: DockOffer, takesFocus?: boolean): void;
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

/** Actions that ask a model, which costs. */
export const MODEL_ACTIONS: ReadonlySet<string> = new Set(["regenerate", "proceed", "raise"]);

/** Carries out the action of a button. */
export function press(button: HTMLElement, turn: TurnDrawing, transcript: Transcript): void {
  const { view } = turn;
  const report = (done: boolean): void => sayCopied(done, transcript);
  switch (button.dataset["do"]) {
    case "menu":
      openMenu(button, menuItems(turn, transcript), transcript.log);
      break;
    case "copy":
      void copy(view.text, turn.html).then(report);
      break;
    case "copy-raw":
      void copy(view.text).then(report);
      break;
    case "regenerate":
      void transcript.ask({ kind: "retry", turn: view.turn });
      break;
    case "proceed":
      void transcript.ask({ kind: "proceed" });
      break;
    case "raise":
      void transcript.ask({ kind: "raise", turn: view.turn });
      break;
    case "select":
      void transcript.ask({ kind: "select", turn: button.dataset["to"] ?? view.turn });
      break;
    case "unfold":
      turn.unfold();
      break;
    case "help":
      help(button);
  }
}

/** Sends the results in a turn's form. */
export async function submit(form: HTMLFormElement, turn: TurnDrawing, transcript: Transcript): Promise<void> {
  const id = turn.view.turn;
  const accepted = transcript.ask({ kind: "results", turn: id, results: valuesOf(form) });
  transcript.focusBox();
  if (await accepted) resultsDraft(id).forget();
}

/** Opens the editor of a question; a text that is not accepted is put back into it. */
export function edit(turn: TurnDrawing, transcript: Transcript, initial = turn.view.text): void {
  const { view } = turn;
  const draft = new TurnDraft(`edit ${view.turn}`);
  const send = async (text: string): Promise<void> => {
    const accepted = transcript.ask({ kind: "edit", turn: view.turn, text });
    transcript.focusBox();
    if (await accepted) draft.forget();
    else edit(turn, transcript, text);
  };
  const answer = transcript.answerTo(turn);
  const regenerates = answer !== null && asksAgain(answer.actions);
  turn.edit({
    original: view.text,
    initial,
    draft,
    warning: transcript.isBusy ? "The answer on its way is stopped." : "",
    again: {
      name: regenerates ? "Regenerate" : "Send it again",
      action: () => (regenerates ? transcript.ask({ kind: "retry", turn: answer.turn }) : send(view.text)),
    },
    send,
    cancel: (text) => {
      if (text === view.text) return;
      transcript.say("Your changes are kept.", { name: "Go on editing", action: () => edit(turn, transcript, text) });
    },
  });
}

function menuItems(turn: TurnDrawing, transcript: Transcript): Item[] {
  const { view } = turn;
  const can = (action: TurnView["actions"][number]): boolean => view.actions.includes(action);
  const report = (done: boolean): void => sayCopied(done, transcript);
  const stops = transcript.isBusy ? " (stops the answer on its way)" : "";
  const items: Item[] = [];
  if (can("edit")) items.push({ name: "Edit", action: () => edit(turn, transcript) });
  if (asksAgain(view.actions) && !transcript.isLast(turn)) {
    items.push({ name: `Regenerate${stops}`, action: () => void transcript.ask({ kind: "retry", turn: view.turn }) });
  }
  if (view.text !== "") {
    items.push({ name: "Copy", action: () => void copy(view.text, turn.html).then(report) });
    if (view.role === "assistant")
      items.push({ name: "Copy as Markdown", action: () => void copy(view.text).then(report) });
    items.push({ name: turn.isRaw ? "Show as drawn" : "Show raw text", action: () => turn.toggleRaw() });
  }
  if (can("replay")) {
    items.push({ name: "Replay", action: () => transcript.replay(turn) });
    if (transcript.isOneOfSeveral) items.push({ name: "Replay all", action: () => transcript.replay("all") });
  }
  if (can("compare")) items.push({ name: "Compare this…", action: () => transcript.act("compare", view.turn) });
  if (can("add_row")) items.push({ name: "Add to an experiment…", action: () => transcript.act("add_row", view.turn) });
  if (can("inspect")) items.push({ name: "Request and response", action: () => transcript.act("inspect", view.turn) });
  if (can("delete")) items.push({ name: `Delete${stops}`, action: () => void remove(view.turn, transcript) });
  return items;
}

async function remove(turn: string, transcript: Transcript): Promise<void> {
  if (!(await transcript.ask({ kind: "delete", turn }))) return;
  const undo = async (): Promise<void> => {
    if (await transcript.ask({ kind: "restore", turn })) transcript.focusTurn(turn);
    else transcript.focusBox();
  };
  transcript.say("Deleted, with what followed it.", { name: "Undo", action: () => void undo() }, true);
}

function sayCopied(done: boolean, transcript: Transcript): void {
  transcript.say(done ? "Copied." : "The browser does not allow to copy.");
}

function help(button: HTMLElement): void {
  const text = button.nextElementSibling;
  if (!(text instanceof HTMLElement)) return;
  text.hidden = !text.hidden;
  button.setAttribute("aria-expanded", String(!text.hidden));
}
