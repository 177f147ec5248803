import type { Env } from "markdown-it";

/** What the rules know of the text as a whole, and tell about it. */
export interface Reading extends Env {
  references: Record<string, { title: string; href: string }>;
  /** Whether there is more to come, so that what is open is drawn as if it were closed. */
  growing: boolean;
  /** From this line on what was read may be read otherwise once there is more. */
  hold: number;
  /** Whether the words that are read are those of a table's cell. */
  inCell: boolean;
}

export const reading = (growing = false): Reading => ({
  references: Object.create(null) as Reading["references"],
  growing,
  hold: Number.POSITIVE_INFINITY,
  inCell: false,
});
