// Made by `make browser` from playground/channel/messages.py; not to be changed by hand.

export type ServerMessage = SlotMessage | TurnMessage | TurnChange | Gauge | MeasureAgain | Begun | RequestDone | Run;
export type BrowserRequest =
  Send | Stop | Retry | Edit | Select | Delete | Restore | Proceed | RaiseCap | Results | ComposerDraft | Ping;

/**
 * A few words that mark an answer.
 */
export interface Badge {
  words: string;
  tone?: "good" | "warning" | "plain";
}
/**
 * The first message of a new conversation was taken in a slot: where the page stands now.
 *
 * `draft_key` is what the composer keeps its drafts under from now on, `address` the query of the page.
 */
export interface Begun {
  kind: "begun";
  slot: string;
  draft_key: string;
  address: string;
}
/**
 * A further answer to the same question.
 */
export interface Choice {
  label: string;
  text: string;
}
/**
 * How full the context is with what stands in the composer; `refusal` says by how much it is too much.
 */
export interface Gauge {
  kind: "gauge";
  slot: string;
  words: string;
  help?: string;
  share?: number | null;
  refusal?: string;
}
/**
 * What counts beside the words of a message has changed: what stands in composers is to be measured again.
 */
export interface MeasureAgain {
  kind: "measure";
}
/**
 * A picture as a data: URI; where it is not shown, or cannot be drawn, `words` say why and `link` where it is.
 */
export interface PictureView {
  url?: string;
  words?: string;
  link?: string;
}
/**
 * How likely a token was, and what might have stood there instead, in words.
 */
export interface Probability {
  token: string;
  share: string;
  logprob: number;
  instead?: string;
}
/**
 * What went wrong and what to do next; `details` are a code, a request id, a wait.
 */
export interface Problem {
  message: string;
  hint?: string;
  details?: string;
}
/**
 * The request of that number was carried out, or was not because of a problem.
 */
export interface RequestDone {
  kind: "answer";
  number: number;
  problem?: Problem | null;
}
/**
 * What stands beside the conversation has changed: the page is to be run.
 */
export interface Run {
  kind: "run";
}
/**
 * What stands in one slot of the page, from the top; `earlier` turns before it are still to be told.
 *
 * Without `turns` they are as they were told before. `busy`: an answer is on its way there, or about to be; Stop is
 * offered. `note` stands under the last turn.
 *
 * `stands` is a mark of what stands there and `together` one of what the slots of the page show together: they are
 * said again with each request, for a slot or for "all".
 */
export interface SlotMessage {
  kind: "slot";
  slot: string;
  stands?: string;
  together?: string;
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
 * A tool call that a model asked for; `language` is that of its arguments, "" for text of any form.
 */
export interface ToolCallView {
  id: string;
  name: string;
  arguments: string;
  language?: "json" | "";
}
/**
 * Fields of a turn that are other than before, those of TurnView by name; `version` as in Turn.
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
 * Turns are told before the slot that they stand in. A turn that stands in no slot any more is forgotten, and told
 * anew where it comes back.
 */
export interface TurnMessage {
  kind: "turn";
  view: TurnView;
  keys: {
    [k: string]: number;
  };
  version: string;
  goes_on?: boolean;
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
  actions?: ("edit" | "regenerate" | "retry" | "compare" | "inspect" | "delete")[];
}
/**
 * One of several answers to the same, or wordings of a question; `differs` says how from the one on screen.
 */
export interface Version {
  turn: string;
  differs?: string;
}
/**
 * What stands in the composer now, to be measured; it is kept nowhere.
 */
export interface ComposerDraft {
  number: number;
  slot: string;
  stands?: string;
  kind: "draft";
  text: string;
  pictures?: number;
}
/**
 * Take a turn, and what follows it, away.
 */
export interface Delete {
  number: number;
  slot: string;
  stands: string;
  kind: "delete";
  turn: string;
}
/**
 * Say it differently at a turn and ask again.
 */
export interface Edit {
  number: number;
  slot: string;
  stands: string;
  kind: "edit";
  turn: string;
  text: string;
}
/**
 * What the browser has of a turn: its version, and how much of each part, in characters (code points).
 */
export interface Have {
  version: string;
  text?: number;
  thoughts?: number;
}
/**
 * The first message of a socket: the page's token, and what the browser has from a socket before.
 */
export interface Hello {
  kind: "hello";
  token: string;
  have?: {
    [k: string]: Have;
  };
}
/**
 * Is the server there? It is answered, and nothing else.
 */
export interface Ping {
  number: number;
  slot: string;
  stands?: string;
  kind: "ping";
}
/**
 * Ask the model to go on where it stopped.
 */
export interface Proceed {
  number: number;
  slot: string;
  stands: string;
  kind: "proceed";
}
/**
 * Raise the cap on answers to what the turn offers, and ask again.
 */
export interface RaiseCap {
  number: number;
  slot: string;
  stands: string;
  kind: "raise";
  turn: string;
}
/**
 * Undo the deletion of a turn.
 */
export interface Restore {
  number: number;
  slot: string;
  stands: string;
  kind: "restore";
  turn: string;
}
/**
 * Answer the tool calls of a turn, each by its id, and ask the model to go on.
 */
export interface Results {
  number: number;
  slot: string;
  stands: string;
  kind: "results";
  turn: string;
  results: {
    [k: string]: string;
  };
}
/**
 * Ask again for the answer at a turn.
 */
export interface Retry {
  number: number;
  slot: string;
  stands: string;
  kind: "retry";
  turn: string;
}
/**
 * Put another version on screen.
 */
export interface Select {
  number: number;
  slot: string;
  stands: string;
  kind: "select";
  turn: string;
}
/**
 * Say something, in one slot or where `slot` is "all" in all that share the prompt.
 */
export interface Send {
  number: number;
  slot: string;
  stands: string;
  kind: "send";
  text: string;
  /**
   * @maxItems 16
   */
  pictures?: string[];
}
/**
 * Break off what is on its way in a slot, or in "all".
 */
export interface Stop {
  number: number;
  slot: string;
  stands: string;
  kind: "stop";
}

export const LONGEST_MESSAGE = 2000000;
export const MOST_PICTURES = 16;
export const MOST_HAVE = 5000;
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
  "actions": []
};
export const EMPTY_SLOT: Required<Omit<SlotMessage, "kind" | "slot" | "turns">> = {
  "stands": "",
  "together": "",
  "earlier": 0,
  "busy": false,
  "note": ""
};
