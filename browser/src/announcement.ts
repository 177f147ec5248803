import type { TurnView } from "./channel";
import { figure } from "./parts";

/** What a screen reader says when an answer has ended. */
export function endOf({ state, text, error }: TurnView): string {
  const count = text.split(/\s+/).filter((word) => word !== "").length;
  const words = `${figure(count)} word${count === 1 ? "" : "s"}`;
  if (error !== null) return `Answer failed: ${error.message}`;
  return state === "done" ? `Answer complete, ${words}` : `Answer ${state}, ${words}`;
}
