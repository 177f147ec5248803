// One frame for all that is drawn on the page: all write, then all measure, then all scroll, so that the page is laid out once.

export interface Drawer {
  write(): void;
  measure(): void;
  scroll(): void;
}

/** Frames do not come while the tab is hidden. */
const WITHOUT_FRAMES_MS = 250;

const due = new Set<Drawer>();
let frame = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Has it drawn in the next frame. */
export function draw(drawer: Drawer): void {
  due.add(drawer);
  if (timer !== undefined) return;
  frame = requestAnimationFrame(drawAll);
  timer = setTimeout(drawAll, WITHOUT_FRAMES_MS);
}

function drawAll(): void {
  cancelAnimationFrame(frame);
  clearTimeout(timer);
  timer = undefined;
  const drawers = [...due];
  due.clear();
  for (const drawer of drawers) drawer.write();
  for (const drawer of drawers) drawer.measure();
  for (const drawer of drawers) drawer.scroll();
}
