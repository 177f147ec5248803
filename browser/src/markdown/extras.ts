// What code and formulas take: a file of its own, loaded when the page is at rest.

import hljs from "highlight.js/lib/common";
import katex from "katex";

const DEFINES =
  /\\(?:[gex]?def|(?:global|long)?let|futurelet|(?:re|provide)?newcommand|providecommand|newenvironment)\b/;

/** Code as HTML with classes; null where its language is not known. */
export function highlight(code: string, language: string): string | null {
  if (hljs.getLanguage(language) === undefined) return null;
  return hljs.highlight(code, { language, ignoreIllegals: true }).value;
}

/** A formula as HTML; null where it is none, or would cost too much. */
export function typeset(tex: string, display: boolean): string | null {
  if (DEFINES.test(tex)) return null;
  try {
    return katex.renderToString(tex, {
      displayMode: display,
      trust: false,
      throwOnError: true,
      strict: "ignore",
      maxSize: 20,
      maxExpand: 200,
      output: "htmlAndMathml",
    });
  } catch {
    return null; // it is shown as it was written, whatever is wrong with it
  }
}
