// Drawings of what models write in mermaid's language: a file of its own, loaded when somebody presses Draw.

import mermaid from "mermaid";
import { cleanDrawing } from "./sanitise";

const LONGEST_TEXT = 20_000;
const MOST_STATEMENTS = 1_000;
const LONGEST_DRAWING = 4_000_000;
const LONGEST_MS = 10_000;
/** A picture from elsewhere would be fetched to be measured; the page's policy does not allow it either. */
const FETCHES = /@\{[^}]*\bimg\b/;
/** What no text may set, at any depth: how it is drawn and kept apart, and what would be CSS. */
const SECURE = [
  "secure",
  "securityLevel",
  "startOnLoad",
  "suppressErrorRendering",
  "maxTextSize",
  "maxEdges",
  "htmlLabels",
  "layout",
  "theme",
  "themeCSS",
  "themeVariables",
  "fontFamily",
  "altFontFamily",
  "arrowMarkerAbsolute",
  "dompurifyConfig",
  "logLevel",
];

let drawn = 0;

/** The drawing of a text, as a picture: its styles and names stay in it. Fails where the text is none, or too much. */
export async function drawing(text: string): Promise<HTMLImageElement> {
  if (text.length > LONGEST_TEXT || text.split(/[\n;]/).length > MOST_STATEMENTS) throw new Error("It is too long.");
  if (FETCHES.test(text)) throw new Error("It has pictures from elsewhere.");
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "sandbox", // it is drawn in a document of its own
    secure: SECURE,
    suppressErrorRendering: true,
    layout: "dagre",
    htmlLabels: false,
    maxTextSize: LONGEST_TEXT,
    maxEdges: 300,
    theme: isDark() ? "dark" : "default",
  });
  const container = document.body.appendChild(document.createElement("div"));
  container.style.cssText =
    "position: fixed; inset: 0 auto auto -3000px; width: 1200px; height: 800px; visibility: hidden";
  container.inert = true;
  try {
    const { svg } = await inTime(mermaid.render(`pg-drawing-${++drawn}`, text, container));
    return picture(unwrapped(svg));
  } finally {
    container.remove();
  }
}

/** The drawing in the frame that mermaid would have it shown in. */
function unwrapped(frame: string): string {
  const [, page = ""] = frame.match(/;base64,([\w+/=]+)"/) ?? [];
  return new TextDecoder().decode(Uint8Array.from(atob(page), (character) => character.charCodeAt(0)));
}

/** A drawing as a picture, in which nothing runs and which fetches nothing. */
export function picture(html: string): HTMLImageElement {
  const svg = cleanDrawing(html).querySelector("svg");
  if (svg === null) throw new Error("It is no drawing.");
  const [, , width, height] = (svg.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
  if (width && height) {
    svg.setAttribute("width", `${width}`);
    svg.setAttribute("height", `${height}`);
  }
  const source = new XMLSerializer().serializeToString(svg);
  if (source.length > LONGEST_DRAWING) throw new Error("It is too large.");
  const image = document.createElement("img");
  image.alt = svg.querySelector(":scope > title")?.textContent || "Drawing of this code";
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  return image;
}

async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("It takes too long.")), LONGEST_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the page's text is light. */
function isDark(): boolean {
  const [red = 0, green = 0, blue = 0] = getComputedStyle(document.body).color.match(/\d+/g)?.map(Number) ?? [];
  return red * 0.3 + green * 0.6 + blue * 0.1 > 140;
}
