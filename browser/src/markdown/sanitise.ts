import DOMPurify, { type Config } from "dompurify";

const words = (text: string): string[] => text.split(/\s+/);

const COLOURED: Config = { ALLOWED_TAGS: ["span"], ALLOWED_ATTR: ["class"] };
const FORMULA: Config = {
  ALLOWED_TAGS:
    words(`span svg path line math semantics annotation merror mfrac mi mmultiscripts mn mo mover mpadded mphantom
    mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover menclose`),
  ALLOWED_ATTR:
    words(`class style aria-hidden d viewBox width height preserveAspectRatio x1 x2 y1 y2 stroke-width encoding
    accent accentunder columnalign columnlines columnspacing depth display displaystyle fence largeop linethickness lspace
    mathbackground mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace scriptlevel
    separator stretchy symmetric voffset lquote rquote`),
};
const DRAWING: Config = {
  USE_PROFILES: { svg: true, svgFilters: true },
  FORBID_TAGS: words("a image use foreignObject animate set script feImage"),
  FORBID_ATTR: words("href xlink:href"),
};
const LOADS = /url\s*\(\s*["']?(?!#)|@import|image-set|expression|\\/i;

/** The fragment that a piece of HTML stands for, without what it is not to hold. */
function clean(html: string, config: Config): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, { ...config, ALLOW_DATA_ATTR: false, RETURN_DOM_FRAGMENT: true });
  for (const element of fragment.querySelectorAll("[style], style")) {
    if (element.tagName.toLowerCase() === "style" && LOADS.test(element.textContent ?? "")) element.remove();
    else if (LOADS.test(element.getAttribute("style") ?? "")) element.removeAttribute("style");
  }
  return fragment;
}

/** Code with the classes of its colours. */
export const cleanCode = (html: string): DocumentFragment => clean(html, COLOURED);
/** A formula as KaTeX draws it. */
export const cleanFormula = (html: string): DocumentFragment => clean(html, FORMULA);
/** A drawing as mermaid makes it. */
export const cleanDrawing = (svg: string): DocumentFragment => clean(svg, DRAWING);
