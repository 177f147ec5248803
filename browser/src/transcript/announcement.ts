import type { TurnView } from "../channel/channel";
import { counted } from "../page/figures";

/** What a screen reader says when an answer has ended; `conversation` names it where there are several. */
export function endOf({ state, text, error }: TurnView, conversation = ""): string {
  const before = conversation === "" ? "" : `${conversation}: `;
  if (error !== null) return `${before}Answer failed: ${error.message}`;
  const count = text.split(/\s+/).filter((word) => word !== "").length;
  return `${before}Answer ${state === "done" ? "complete" : state}, ${counted(count, "word")}`;
}
