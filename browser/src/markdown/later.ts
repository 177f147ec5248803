// What is filled in once the file for it has come: colours of code, formulas.

import { whenIdle } from "../dom/idle";

type Extras = typeof import("./extras");

let extras: Extras | null = null;
let requested = false;
const waiting: { element: WeakRef<Element>; fill: (element: Element, extras: Extras) => void }[] = [];

/** Calls `fill` when what it takes is there: at once, or in time that nothing else needs. */
export function fillIn(element: Element, fill: (element: Element, extras: Extras) => void): void {
  if (extras !== null) fill(element, extras);
  else waiting.push({ element: new WeakRef(element), fill });
}

/** Fetches what is to be filled in, once, when the page is at rest. */
export function fetchExtras(): void {
  if (requested) return;
  requested = true;
  whenIdle(async () => {
    try {
      const [loaded] = await Promise.all([import("./extras"), addStyles()]);
      useExtras(loaded);
    } catch {
      requested = false; // text stays text; the next answer asks again
    }
  });
}

/** Fills in all that waits, a little at a time. */
export function useExtras(loaded: Extras): void {
  extras = loaded;
  whenIdle(fillSome);
}

function fillSome(): void {
  const until = performance.now() + 8;
  while (waiting.length > 0 && performance.now() < until) {
    const { element, fill } = waiting.pop() ?? {};
    const alive = element?.deref();
    if (alive !== undefined && extras !== null) fill?.(alive, extras);
  }
  if (waiting.length > 0) whenIdle(fillSome);
}

/** Formulas are not to be seen without their style sheet. */
function addStyles(): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("katex.css", import.meta.url).href;
    link.onload = () => resolve();
    link.onerror = () => reject(new Error("katex.css"));
    document.head.append(link);
  });
}
