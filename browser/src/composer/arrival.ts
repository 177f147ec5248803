import type { Channel } from "../channel/channel";
import type { Unsent } from "./drafts";

/**
 * Whether a message that had left stands in a slot, behind what stood at the end there; null while that is not told.
 *
 * `stands` is the mark of what the page says to stand there.
 */
export function hasArrived(
  channel: Channel,
  slot: string,
  stands: string,
  { behind, text }: Pick<Unsent, "behind" | "text">,
): boolean | null {
  const views = channel.views(slot);
  const isTold = views.every((view) => (slot === "all" ? view.together : view.stands) === stands);
  if (views.length === 0 || !isTold) return null;
  const ends = new Set(behind);
  return views.some(({ turns }) => {
    const end = turns.findLastIndex((id) => ends.has(id));
    if (end < 0 && ends.size > 0) return false;
    return turns.slice(end + 1).some((id) => {
      const turn = channel.turn(id);
      return turn?.role === "user" && turn.text.trim() === text.trim();
    });
  });
}
