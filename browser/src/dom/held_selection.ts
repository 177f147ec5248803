import { scrollerOf } from "./scroller";

/** What is drawn has its height after so many frames. */
const FRAMES = 4;

/** Leaves what is selected, where it is in view, in its place while something around it is drawn: a search led there. */
export function holdingSelection(change: () => void): void {
  const before = selected();
  change();
  if (before === null || before.bottom < 0 || before.top > innerHeight) return;
  let left = FRAMES;
  const hold = (): void => {
    const now = selected();
    const around = document.getSelection()?.anchorNode?.parentElement;
    if (now === null || !around) return;
    const moved = now.top - before.top;
    if (Math.abs(moved) >= 1) scrollerOf(around).scrollTop += moved;
    if (--left > 0) requestAnimationFrame(hold);
  };
  hold();
}

function selected(): DOMRect | null {
  const selection = document.getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return null;
  return selection.getRangeAt(0).getBoundingClientRect?.() ?? null;
}
