/** An element's children as HTML in which the order of attributes is always the same. */
export function canonical(element: Element): string {
  return [...element.childNodes].map(written).join("");
}

/** The same of a text that is drawn, without what only a page has: buttons, groups of blocks and lines, colours, typeset formulas. */
export function plain(drawn: Element): string {
  const copy = drawn.cloneNode(true) as Element;
  for (const buttons of copy.querySelectorAll(".pg-code-buttons")) buttons.remove();
  for (const span of copy.querySelectorAll("pre > code span:not(.pg-direction-sign)"))
    span.replaceWith(...span.childNodes);
  for (const formula of copy.querySelectorAll(".pg-math")) formula.textContent = formula.getAttribute("data-tex");
  return canonical(copy);
}

/** HTML as `canonical` writes it. */
export function canonicalOf(html: string): string {
  const holder = document.createElement("div");
  holder.innerHTML = html;
  return canonical(holder);
}

function written(node: Node): string {
  if (!(node instanceof Element)) return escaped(node.textContent ?? "");
  if (node.className === "pg-blocks") return canonical(node);
  const attributes = [...node.attributes].map(({ name, value }) => ` ${name}="${escaped(value)}"`).sort();
  const name = node.tagName.toLowerCase();
  const opening = `<${name}${attributes.join("")}>`;
  return ["br", "hr", "img", "input"].includes(name) ? opening : `${opening}${canonical(node)}</${name}>`;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
