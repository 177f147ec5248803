// The keys of a presentation, once: what they do, and what is shown of them.

import type { Direct } from "../channel/messages";

/** What a key does: a direction for the server, or something in this window. */
export type Command =
  | { readonly direct: Direct["do"]; readonly value?: number }
  | { readonly here: "help" | "ask" | "stop" | "full" | "leave" | "up" | "down" | "close" | "double" };

interface KeyRow {
  /** As `KeyboardEvent.key` has them, letters in lower case. */
  readonly keys: readonly string[];
  readonly label: string;
  readonly does: string;
  readonly command: Command;
  /** Only for who may ask. */
  readonly asks?: boolean;
}

const PANES: readonly KeyRow[] = [1, 2, 3, 4, 5, 6].map((value) => ({
  keys: [`${value}`],
  label: "",
  does: "",
  command: { direct: "pane", value },
}));

export const KEYS: readonly KeyRow[] = [
  { keys: ["pagedown", "arrowright", " "], label: "Page Down → Space", does: "Next", command: { direct: "next" } },
  { keys: ["pageup", "arrowleft"], label: "Page Up ←", does: "Previous", command: { direct: "previous" } },
  { keys: ["home"], label: "Home", does: "Back to the start", command: { direct: "start" } },
  { keys: ["v"], label: "V", does: "Verdict, and back to the answers", command: { direct: "verdict" } },
  {
    keys: ["p"],
    label: "P",
    does: "Poll the room: code and address, and back",
    command: { direct: "room" },
    asks: true,
  },
  {
    keys: ["e"],
    label: "E",
    does: "End the vote, and reveal the result",
    command: { direct: "reveal" },
    asks: true,
  },
  { keys: ["r"], label: "R", does: "Run: ask the question again", command: { direct: "run" }, asks: true },
  { keys: ["a"], label: "A", does: "Ask something else", command: { here: "ask" }, asks: true },
  { keys: ["s"], label: "S", does: "Stop the answers", command: { here: "stop" } },
  ...PANES,
  { keys: ["0"], label: "1 – 6, 0", does: "One pane alone, all panes", command: { direct: "pane", value: 0 } },
  { keys: ["n"], label: "N", does: "Reveal the names, or hide them", command: { direct: "names" } },
  { keys: ["c"], label: "C", does: "Costs on or off", command: { direct: "costs" } },
  { keys: ["+", "="], label: "+", does: "Larger type", command: { direct: "size", value: 1 } },
  { keys: ["-"], label: "−", does: "Smaller type", command: { direct: "size", value: -1 } },
  { keys: ["arrowdown"], label: "↓", does: "Down in the answers", command: { here: "down" } },
  { keys: ["arrowup"], label: "↑", does: "Up in the answers", command: { here: "up" } },
  { keys: ["b", "."], label: "B .", does: "Blank the screen, and back", command: { direct: "blank" } },
  { keys: ["w"], label: "W", does: "A second window: notes here, answers there", command: { here: "double" } },
  { keys: ["f"], label: "F", does: "Full screen", command: { here: "full" } },
  { keys: ["?"], label: "?", does: "These keys", command: { here: "help" } },
  { keys: ["escape"], label: "Esc", does: "Close what is open; all panes", command: { here: "close" } },
  { keys: ["q"], label: "Q", does: "Leave the presentation", command: { here: "leave" } },
];

const byKey = new Map(KEYS.flatMap((row) => row.keys.map((key) => [key, row] as const)));

/** What a key is for; null for keys that are the browser's, or of a field or button that has the focus. */
export function commandOf(event: KeyboardEvent, mayAsk: boolean): Command | null {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null;
  const { target } = event;
  if (target instanceof Element) {
    if (target.closest("input, textarea, select, [contenteditable=true]") !== null) return null;
    if (event.key === " " && target.closest("button, summary, a[href]") !== null) return null;
  }
  const row = byKey.get(event.key.toLowerCase());
  if (row === undefined || (row.asks === true && !mayAsk)) return null;
  return row.command;
}
