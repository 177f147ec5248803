// What code and formulas take, and what cleans them: a file of its own, loaded when the page is at rest.

import hljs from "highlight.js/lib/common";
import katex from "katex";
import { cleanCode, cleanFormula } from "./sanitise";

const DEFINES =
  /\\(?:[gex]?def|(?:global|long)?let|futurelet|(?:re|provide)?newcommand|providecommand|newenvironment)\b/;

/** Code with classes for its colours; null where its language is not known. */
export function highlight(code: string, language: string): DocumentFragment | null {
  if (hljs.getLanguage(language) === undefined) return null;
  return cleanCode(hljs.highlight(code, { language, ignoreIllegals: true }).value);
}

/** A browser that lays out elements so deep in each other may fall. */
const DEEPEST = 250;
const MOST_ELEMENTS = 10_000;
const DEEPEST_BRACES = 60;

/** A formula as it is drawn; null where it is none, or would cost too much. */
export function typeset(tex: string, display: boolean): HTMLElement | null {
  if (DEFINES.test(tex) || bracesOf(tex) > DEEPEST_BRACES) return null;
  const drawn = document.createElement("span");
  try {
    katex.render(tex, drawn, {
      displayMode: display,
      trust: false,
      throwOnError: true,
      strict: "ignore",
      maxSize: 20,
      maxExpand: 200,
      output: "htmlAndMathml",
    });
    return isTooMuch(drawn) ? null : cleanFormula(drawn);
  } catch {
    return null; // it is shown as it was written, whatever is wrong with it
  }
}

/** How deep braces are in each other. */
function bracesOf(tex: string): number {
  let depth = 0;
  let deepest = 0;
  for (const sign of tex) {
    if (sign === "{") deepest = Math.max(deepest, ++depth);
    else if (sign === "}") depth--;
  }
  return deepest;
}

function isTooMuch(drawn: Element): boolean {
  let level: Element[] = [drawn];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    count += level.length;
    if (depth > DEEPEST || count > MOST_ELEMENTS) return true;
    level = level.flatMap((element) => [...element.children]);
  }
  return false;
}
