// Drawings of what models write in mermaid's language: a file of its own, loaded when somebody presses Draw.

import mermaid from "mermaid";
import { cleanDrawing } from "./sanitise";

let drawn = 0;

/** The drawing of a text; fails where the text is none. */
export async function drawing(text: string): Promise<DocumentFragment> {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    layout: "dagre",
    htmlLabels: false,
    maxTextSize: 20_000,
    maxEdges: 300,
    theme: isDark() ? "dark" : "default",
  });
  const { svg } = await mermaid.render(`pg-drawing-${++drawn}`, text);
  return cleanDrawing(svg);
}

/** Whether the page's text is light. */
function isDark(): boolean {
  const [red = 0, green = 0, blue = 0] = getComputedStyle(document.body).color.match(/\d+/g)?.map(Number) ?? [];
  return red * 0.3 + green * 0.6 + blue * 0.1 > 140;
}
