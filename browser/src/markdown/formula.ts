import { fillIn } from "./later";
import { setSource } from "./morph";

type Typeset = (tex: string, display: boolean) => HTMLElement | null;

const MOST_CACHED = 500;
/** So many formulas of a text are drawn; each is a hundred elements. */
const MOST = 4_000;
const fresh: { element: HTMLElement; tex: string; display: boolean }[] = [];
const counts = new WeakMap<Element, number>();
const drawn = new Map<string, HTMLElement | null>();

/** A formula; until it can be drawn, and where it is none, as it was written. */
export function formulaElement(tag: "span" | "div", tex: string, display: boolean, open: boolean): HTMLElement {
  const element = document.createElement(tag);
  element.className = display ? "pg-math pg-display" : "pg-math";
  element.setAttribute("data-tex", tex);
  element.dir = "ltr";
  element.textContent = tex;
  setSource(element, `${display ? "$$" : "$"}${open ? "…" : ""}${tex}`);
  if (!open) fresh.push({ element, tex, display });
  return element;
}

/** Draws the formulas that were made and are in `root` now; the others were not needed. */
export function fillFormulas(root: Element): void {
  for (const { element, tex, display } of fresh.splice(0)) {
    if (!root.contains(element)) continue;
    const count = (counts.get(root) ?? 0) + 1;
    counts.set(root, count);
    if (count <= MOST) fillIn(element, (found, { typeset }) => show(found, tex, display, typeset));
  }
}

function show(element: Element, tex: string, display: boolean, typeset: Typeset): void {
  const key = `${display ? "$$" : "$"}${tex}`;
  let made = drawn.get(key);
  if (made === undefined) {
    made = typeset(tex, display);
    const oldest = drawn.keys().next();
    if (drawn.size >= MOST_CACHED && oldest.value !== undefined) drawn.delete(oldest.value);
    drawn.set(key, made);
  }
  if (made !== null) element.replaceChildren(...made.cloneNode(true).childNodes);
}
