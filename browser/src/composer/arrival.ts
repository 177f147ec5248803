import type { Channel } from "../channel/channel";
import type { Unsent } from "./drafts";

/**
 * Whether a message that was sent is in a slot, behind the turns that were last there; null until the server has sent the slot.
 *
 * `mark` is that of the conversation that the page shows there.
 */
export function hasArrived(
  channel: Channel,
  slot: string,
  mark: string,
  { behind, text }: Pick<Unsent, "behind" | "text">,
): boolean | null {
  const views = channel.views(slot);
  const hasCome = views.every((view) => (slot === "all" ? view.shared_mark : view.mark) === mark);
  if (views.length === 0 || !hasCome) return null;
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
