// One frame for all that is drawn on the page: all write, then all measure, then all scroll, so that the page is laid out once.

export interface Drawer {
  write(): void;
  measure(): void;
  scroll(): void;
}

const due = new Set<Drawer>();
let frame = 0;

/** Has it drawn in the next frame, or soon where no frames come because the tab is hidden. */
export function draw(drawer: Drawer): void {
  due.add(drawer);
  if (frame !== 0) return;
  frame = requestAnimationFrame(drawAll);
  if (document.hidden) soon();
}

const HIDDEN_MS = 250;
const soon = (): ReturnType<typeof setTimeout> => setTimeout(drawAll, HIDDEN_MS);
document.addEventListener("visibilitychange", () => frame !== 0 && document.hidden && soon());

function drawAll(): void {
  cancelAnimationFrame(frame);
  frame = 0;
  const drawers = [...due];
  due.clear();
  for (const drawer of drawers) drawer.write();
  for (const drawer of drawers) drawer.measure();
  for (const drawer of drawers) drawer.scroll();
}
