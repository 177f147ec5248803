import DOMPurify, { type Config } from "dompurify";

const words = (text: string): string[] => text.split(/\s+/);
const COMMON: Config = { ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false };

const CODE: Config = { ...COMMON, ALLOWED_TAGS: ["span"], ALLOWED_ATTR: ["class"] };
const FORMULA: Config = {
  ...COMMON,
  ALLOWED_TAGS:
    words(`#text span svg path line math semantics annotation merror mfrac mi mmultiscripts mn mo mover mpadded
    mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover menclose`),
  ALLOWED_ATTR:
    words(`class style aria-hidden d viewBox width height preserveAspectRatio x1 x2 y1 y2 stroke-width encoding
    accent accentunder columnalign columnlines columnspacing depth display displaystyle fence largeop linethickness lspace
    mathbackground mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace scriptlevel
    separator stretchy symmetric voffset lquote rquote`),
};
const DRAWING: Config = {
  ...COMMON,
  USE_PROFILES: { svg: true, svgFilters: true },
  FORBID_TAGS: words("a image use foreignObject animate set script feImage"),
  FORBID_ATTR: words("href xlink:href"),
};
const LOADS = /url\s*\(\s*["']?(?!#)|@import|image-set|expression|\\/i;

/** What makes a fragment of HTML, without what it is not to hold. An instance of its own reads its rules but once. */
function cleaner(config: Config): (html: string) => DocumentFragment {
  const purifier = DOMPurify(window);
  const rules = { ...config, RETURN_DOM_FRAGMENT: true as const };
  return (html) => withoutLoading(purifier.sanitize(html, rules));
}

/** Takes out what would fetch something by a style. */
function withoutLoading<Root extends ParentNode>(root: Root): Root {
  for (const element of root.querySelectorAll("[style], style")) {
    if (element.localName === "style" && LOADS.test(element.textContent ?? "")) element.remove();
    else if (LOADS.test(element.getAttribute("style") ?? "")) element.removeAttribute("style");
  }
  return root;
}

/** Code with the classes of its colours. */
export const cleanCode = cleaner(CODE);
/** A drawing as mermaid makes it. */
export const cleanDrawing = cleaner(DRAWING);

const formulas = DOMPurify(window);
const IN_PLACE = { ...FORMULA, IN_PLACE: true as const };

/** A formula as KaTeX draws it, which is cleaned where it is. */
export function cleanFormula(drawn: HTMLElement): HTMLElement {
  formulas.sanitize(drawn, IN_PLACE);
  return withoutLoading(drawn);
}
