import type { TurnView } from "../channel/channel";
import { figure } from "./parts";

/** What a screen reader says when an answer has ended; `of` is the conversation, where there are several. */
export function endOf({ state, text, error }: TurnView, of = ""): string {
  const before = of === "" ? "" : `${of}: `;
  const count = text.split(/\s+/).filter((word) => word !== "").length;
  const words = `${figure(count)} word${count === 1 ? "" : "s"}`;
  if (error !== null) return `${before}Answer failed: ${error.message}`;
  return state === "done" ? `${before}Answer complete, ${words}` : `${before}Answer ${state}, ${words}`;
}
