/** How large type is, and how panes lie, in a window: to be read from the back of a room. */

export const SMALLEST = 16;
export const LARGEST = 32;
/** Pixels of one step of + and −. */
const STEP = 2;
/** Widths of the type that fit into a pane, and lines into a window. */
const ACROSS = 26;
const DOWN = 25;
/** A pane that is narrower, in widths of the type, goes into a second row. */
const NARROW = 18;

/** From so many pixels on the verdict stands beside the answers, with this part of the width. */
const WIDE = 1_600;
export const BESIDE = 0.32;

/** Whether a window has room for the verdict beside the answers. */
export function isWide(width: number): boolean {
  return width >= WIDE;
}

export interface Sizes {
  /** Pixels. */
  readonly size: number;
  /** Panes beside each other. */
  readonly columns: number;
}

/** The sizes for a window in pixels with so many panes; `larger` steps are added. */
export function sizesOf(width: number, height: number, panes: number, larger: number): Sizes {
  const count = Math.max(panes, 1);
  const fits = (columns: number): number => {
    const size = Math.min(width / columns / ACROSS, height / DOWN);
    return Math.round(Math.min(Math.max(size, SMALLEST), LARGEST));
  };
  const columns = count > 3 && width / count / fits(count) < NARROW ? Math.ceil(count / 2) : count;
  return { size: Math.min(Math.max(fits(columns) + STEP * larger, SMALLEST), LARGEST), columns };
}
