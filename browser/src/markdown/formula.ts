import { fillIn } from "./later";
import { setSource } from "./morph";
import { cleanFormula } from "./sanitise";

type Typeset = (tex: string, display: boolean) => string | null;

const KEPT = 500;
const drawn = new Map<string, DocumentFragment | null>();

/** A formula; until it can be drawn, and where it is none, as it was written. */
export function formulaElement(tag: "span" | "div", tex: string, display: boolean, open: boolean): HTMLElement {
  const element = document.createElement(tag);
  element.className = display ? "pg-math pg-display" : "pg-math";
  element.setAttribute("data-tex", tex);
  element.dir = "ltr";
  element.textContent = tex;
  setSource(element, `${display ? "$$" : "$"}${open ? "…" : ""}${tex}`);
  if (!open) fillIn(element, (found, { typeset }) => show(found, tex, display, typeset));
  return element;
}

function show(element: Element, tex: string, display: boolean, typeset: Typeset): void {
  const key = `${display ? "$$" : "$"}${tex}`;
  let fragment = drawn.get(key);
  if (fragment === undefined) {
    const html = typeset(tex, display);
    fragment = html === null ? null : cleanFormula(html);
    const oldest = drawn.keys().next();
    if (drawn.size >= KEPT && oldest.value !== undefined) drawn.delete(oldest.value);
    drawn.set(key, fragment);
  }
  if (fragment !== null) element.replaceChildren(fragment.cloneNode(true));
}
