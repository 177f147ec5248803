// Made by `make browser` from playground/channel/messages.py; not to be changed by hand.

export type ServerMessage =
  SlotMessage | TurnMessage | TurnChange | Gauge | MeasureAgain | Begun | Recorded | RequestDone | Run | StageMessage;
export type BrowserRequest =
  | Send
  | Stop
  | Retry
  | Edit
  | Select
  | Delete
  | Restore
  | Proceed
  | RaiseCap
  | Results
  | Play
  | ComposerDraft
  | Ping
  | Direct;

/**
 * A short label on an answer.
 */
export interface Badge {
  label: string;
  tone?: "good" | "warning" | "plain";
}
/**
 * The first message of a new conversation was accepted in a slot.
 *
 * The composer keeps its drafts under `draft_key` from now on; `address` is the new query of the page's URL.
 */
export interface Begun {
  kind: "begun";
  slot: string;
  draft_key: string;
  address: string;
}
/**
 * A further answer of the same reply: one of the choices beside the first.
 */
export interface Choice {
  label: string;
  text: string;
}
/**
 * How full the context is with the text in the composer: `share` from 0 to 1, None where the window is not known.
 *
 * `refusal` says by how much the text is too long, and is empty where it can be sent.
 */
export interface Gauge {
  kind: "gauge";
  slot: string;
  label: string;
  help?: string;
  share?: number | null;
  refusal?: string;
}
/**
 * Asks the browser to have each composer measured again: settings have changed that count beside its text.
 */
export interface MeasureAgain {
  kind: "measure";
}
/**
 * A picture as a data: URI; where it cannot be shown, `caption` says why and `link` where it is.
 */
export interface PictureView {
  url?: string;
  caption?: string;
  link?: string;
}
/**
 * How likely a token was: `share` in per cent as shown, `logprob` its natural logarithm as it came.
 *
 * `alternatives` are the other tokens in its place, each with its share, on one line.
 */
export interface Probability {
  token: string;
  share: string;
  logprob: number;
  alternatives?: string;
}
/**
 * What went wrong and what to do next; `details` are a code, a request id, a wait.
 *
 * `page` is the page of the app where it can be put right, "" where there is none.
 */
export interface Problem {
  message: string;
  hint?: string;
  details?: string;
  page?: "" | "connections" | "usage";
}
/**
 * The recording of the answer at a turn, to be played by the browser as often as it likes.
 *
 * `at` is when it was asked, in ISO 8601. `steps` are three numbers each: milliseconds since the one before it, the
 * first since the request was sent, and how many characters of text and of thoughts came then. With `play` it is
 * played unasked, as soon as the turn is there.
 */
export interface Recorded {
  kind: "recorded";
  slot: string;
  turn: string;
  at: string;
  steps: number[];
  play?: boolean;
}
/**
 * The answer to a request, by its `number`: it was carried out, or `problem` says why not.
 */
export interface RequestDone {
  kind: "done";
  number: number;
  problem?: Problem | null;
}
/**
 * How often the room chose something, in words, and as a share from 0 to 1.
 */
export interface RoomRow {
  label: string;
  share: number;
  count: string;
}
/**
 * What the room is asked: where its phones vote, with a QR code as the address of a picture, and what it says.
 *
 * Once the ballot is closed there is no address; while counts are hidden there are no rows.
 */
export interface RoomView {
  address?: string;
  code?: string;
  warning?: string;
  voted?: string;
  rows?: RoomRow[];
  remark?: string;
}
/**
 * Asks the browser to run the page: what it shows beside the conversation has changed.
 */
export interface Run {
  kind: "run";
}
/**
 * The turns in one slot of the page, from the top; `earlier` turns before them are still to be sent.
 *
 * Without `turns` they are those that were sent before. `busy`: an answer is on its way there, or about to be; Stop is
 * offered. `note` is shown under the last turn.
 *
 * `mark` identifies the conversation in the slot and `shared_mark` what all slots of the page show together. Each
 * request repeats one of them: `mark` for a slot, `shared_mark` for "all".
 */
export interface SlotMessage {
  kind: "slot";
  slot: string;
  mark?: string;
  shared_mark?: string;
  turns?: string[] | null;
  earlier?: number;
  busy?: boolean;
  note?: string;
}
/**
 * A source that an answer names; without a link where its address is not of the web.
 */
export interface Source {
  title: string;
  host: string;
  link?: string;
}
/**
 * What the stage of the page shows; without a view the page has none.
 */
export interface StageMessage {
  kind: "stage";
  view?: StageView | null;
}
/**
 * What is shown of a chat or comparison that is presented, around the turns in its slots.
 *
 * `step` of `steps` is on screen, counted from 1; `prompt` is its question, "" where the panes show it themselves.
 */
export interface StageView {
  title?: string;
  step?: number;
  steps?: number;
  prompt?: string;
  unasked?: boolean;
  panes?: StagePane[];
  pane?: number;
  verdict?: boolean;
  table?: string[][];
  remarks?: string[];
  has_verdict?: boolean;
  room?: RoomView | null;
  names?: boolean;
  costs?: boolean;
  blank?: boolean;
  size?: number;
  may_ask?: boolean;
  presenter?: boolean;
  notes?: string;
  following?: string;
  began_ms?: number;
}
/**
 * A pane on the stage: its slot, its name, and the question from which on its turns are shown, up to the next one.
 *
 * Without a `turn` nothing of it is shown.
 */
export interface StagePane {
  slot: string;
  name: string;
  turn?: string;
}
/**
 * A tool call that a model asked for; `language` is that of its arguments, "" for text of any form.
 */
export interface ToolCallView {
  id: string;
  name: string;
  arguments: string;
  language?: "json" | "";
}
/**
 * Fields of a turn that are other than before, those of TurnView by name; `version` as in TurnMessage.
 */
export interface TurnChange {
  kind: "change";
  turn: string;
  fields: {
    [k: string]: unknown;
  };
  version: string;
}
/**
 * A turn that the browser does not have, or has out of date, and the keys by which its parts grow.
 *
 * Turns are sent before the slot that they are in. The browser forgets a turn that is in no slot any more; where it
 * comes back it is sent again.
 */
export interface TurnMessage {
  kind: "turn";
  view: TurnView;
  keys: {
    [k: string]: number;
  };
  version: string;
  appends?: boolean;
}
/**
 * All that a person sees of one turn. Every sentence is written on the server; the browser only draws.
 *
 * `text` and `thoughts` are Markdown, or one block of code where `code` names a language. They only grow, unless a
 * later view says otherwise.
 */
export interface TurnView {
  turn: string;
  role: "user" | "assistant" | "tool";
  state?: "live" | "done" | "stopped" | "failed" | "interrupted";
  text?: string;
  thoughts?: string;
  thoughts_label?: string;
  code?: "json" | "";
  pictures?: PictureView[];
  calls?: ToolCallView[];
  call_id?: string;
  wants_results?: boolean;
  sources?: Source[];
  choices?: Choice[];
  probabilities?: Probability[];
  probabilities_count?: number;
  error?: Problem | null;
  waiting?: string;
  notes?: string[];
  ending?: Badge | null;
  format?: Badge | null;
  proceed?: boolean;
  raise_to?: number | null;
  model?: string;
  settings?: string;
  meter?: string;
  meter_help?: string;
  versions?: Version[];
  actions?: ("edit" | "regenerate" | "retry" | "replay" | "compare" | "add_row" | "inspect" | "delete")[];
  recorded?: string;
}
/**
 * One of several answers to the same, or wordings of a question; `differs` says how from the one on screen.
 */
export interface Version {
  turn: string;
  differs?: string;
}
/**
 * Ask for a Gauge of the text in the composer and as many pictures. Nothing of it is kept.
 */
export interface ComposerDraft {
  number: number;
  slot: string;
  mark?: string;
  kind: "draft";
  text: string;
  pictures?: number;
}
/**
 * Delete a turn and all that follows it; Restore undoes it.
 */
export interface Delete {
  number: number;
  slot: string;
  mark: string;
  kind: "delete";
  turn: string;
}
/**
 * Direct what is presented: `value` is the pane to show alone, or how much larger the type is to be.
 *
 * "run" asks the question on screen again, "ask" asks `text`; "room" has the room vote, or shows and hides that, and
 * "reveal" closes the vote.
 */
export interface Direct {
  number: number;
  slot: string;
  mark?: string;
  kind: "direct";
  do:
    | "next"
    | "previous"
    | "start"
    | "pane"
    | "verdict"
    | "room"
    | "reveal"
    | "names"
    | "costs"
    | "blank"
    | "size"
    | "run"
    | "ask";
  value?: number;
  text?: string;
}
/**
 * Ask again with another text in place of the message at a turn; the old one stays as another version.
 */
export interface Edit {
  number: number;
  slot: string;
  mark: string;
  kind: "edit";
  turn: string;
  text: string;
}
/**
 * The first message of a socket: the page's token, and by id the turns that the browser has already.
 */
export interface Hello {
  kind: "hello";
  token: string;
  known?: {
    [k: string]: KnownTurn;
  };
}
/**
 * A turn that the browser has: its version, and how much of each part, in characters (code points).
 */
export interface KnownTurn {
  version: string;
  text?: number;
  thoughts?: number;
}
/**
 * Ask whether the server is there; RequestDone is all that comes of it.
 */
export interface Ping {
  number: number;
  slot: string;
  mark?: string;
  kind: "ping";
}
/**
 * Ask for the recording of the answer at a turn, as Recorded. No model is asked.
 */
export interface Play {
  number: number;
  slot: string;
  mark: string;
  kind: "play";
  turn: string;
}
/**
 * Ask the model to go on where it stopped.
 */
export interface Proceed {
  number: number;
  slot: string;
  mark: string;
  kind: "proceed";
}
/**
 * Raise the cap on answers to what the turn offers, and ask again.
 */
export interface RaiseCap {
  number: number;
  slot: string;
  mark: string;
  kind: "raise";
  turn: string;
}
/**
 * Undo the deletion of a turn.
 */
export interface Restore {
  number: number;
  slot: string;
  mark: string;
  kind: "restore";
  turn: string;
}
/**
 * Answer the tool calls of a turn, each by its id, and ask the model to go on.
 */
export interface Results {
  number: number;
  slot: string;
  mark: string;
  kind: "results";
  turn: string;
  results: {
    [k: string]: string;
  };
}
/**
 * Ask again for the answer at a turn; the old one stays as another version.
 */
export interface Retry {
  number: number;
  slot: string;
  mark: string;
  kind: "retry";
  turn: string;
}
/**
 * Put another version on screen: the one at a turn.
 */
export interface Select {
  number: number;
  slot: string;
  mark: string;
  kind: "select";
  turn: string;
}
/**
 * Send a message, in one slot or, where `slot` is "all", in all that share the prompt.
 */
export interface Send {
  number: number;
  slot: string;
  mark: string;
  kind: "send";
  text: string;
  /**
   * @maxItems 16
   */
  pictures?: string[];
}
/**
 * Stop the answers on their way in a slot, or in all slots where `slot` is "all".
 */
export interface Stop {
  number: number;
  slot: string;
  mark: string;
  kind: "stop";
}

export const LONGEST_MESSAGE = 2000000;
export const MOST_PICTURES = 16;
export const MOST_KNOWN_TURNS = 5000;
export const EMPTY_TURN: Required<Omit<TurnView, "turn" | "role">> = {
  "state": "done",
  "text": "",
  "thoughts": "",
  "thoughts_label": "",
  "code": "",
  "pictures": [],
  "calls": [],
  "call_id": "",
  "wants_results": false,
  "sources": [],
  "choices": [],
  "probabilities": [],
  "probabilities_count": 0,
  "error": null,
  "waiting": "",
  "notes": [],
  "ending": null,
  "format": null,
  "proceed": false,
  "raise_to": null,
  "model": "",
  "settings": "",
  "meter": "",
  "meter_help": "",
  "versions": [],
  "actions": [],
  "recorded": ""
};
export const EMPTY_SLOT: Required<Omit<SlotMessage, "kind" | "slot" | "turns">> = {
  "mark": "",
  "shared_mark": "",
  "earlier": 0,
  "busy": false,
  "note": ""
};
