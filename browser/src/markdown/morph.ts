const LONG = 100;
const sources = new WeakMap<Element, string>();

/** Says which text an element stands for, so that one that stands for the same can stay in its place. */
export function setSource(element: Element, source: string): void {
  sources.set(element, source);
}

/** Makes what comes after the child `kept` of `parent` look like `fresh`, with as few changes as can be. */
export function morph(parent: Node, kept: Node | null, fresh: readonly Node[]): void {
  let old = kept === null ? parent.firstChild : kept.nextSibling;
  for (const node of fresh) {
    if (old === null) {
      parent.appendChild(node);
      continue;
    }
    const next: ChildNode | null = old.nextSibling;
    if (!became(old, node)) parent.replaceChild(node, old);
    old = next;
  }
  while (old !== null) {
    const next: ChildNode | null = old.nextSibling;
    old.remove();
    old = next;
  }
}

/** Whether `old` could be made to look like `fresh`. */
function became(old: Node, fresh: Node): boolean {
  if (old instanceof Text && fresh instanceof Text) {
    if (fresh.data === old.data) return true;
    if (fresh.data.startsWith(old.data)) old.appendData(fresh.data.slice(old.data.length));
    else old.data = fresh.data;
    return true;
  }
  if (!(old instanceof Element && fresh instanceof Element) || old.tagName !== fresh.tagName) return false;
  const source = sources.get(fresh);
  if (source !== sources.get(old)) return false;
  if (source !== undefined) return true;
  const dir = isLong(fresh) ? fresh.getAttribute("dir") : null;
  if (dir !== null) for (const element of [old, fresh]) element.removeAttribute("dir");
  morph(old, null, [...fresh.childNodes]);
  copyAttributes(old, fresh);
  if (dir !== null) old.setAttribute("dir", dir);
  return true;
}

/** With each child that comes or goes a browser looks through all that is in an element for the direction of its words. */
const isLong = (element: Element): boolean =>
  element.hasAttribute("dir") && element.getElementsByTagName("*").length > LONG;

/** Changes what is in an element, which may be long. */
export function withoutDirection(element: Element, change: () => void): void {
  const dir = isLong(element) ? element.getAttribute("dir") : null;
  if (dir !== null) element.removeAttribute("dir");
  change();
  if (dir !== null) element.setAttribute("dir", dir);
}

function copyAttributes(old: Element, fresh: Element): void {
  for (const name of old.getAttributeNames()) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}
