/** An element's children as HTML in which the order of attributes is always the same. */
export function canonical(element: Element): string {
  return [...element.childNodes].map(written).join("");
}

function written(node: Node): string {
  if (!(node instanceof Element)) return escaped(node.textContent ?? "");
  const attributes = [...node.attributes].map(({ name, value }) => ` ${name}="${escaped(value)}"`).sort();
  const name = node.tagName.toLowerCase();
  const opening = `<${name}${attributes.join("")}>`;
  return ["br", "hr", "img"].includes(name) ? opening : `${opening}${canonical(node)}</${name}>`;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
