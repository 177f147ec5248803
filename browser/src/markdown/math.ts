import type { StateBlock, StateInline } from "markdown-it";
import type { Reading } from "./reading";

/** Longer formulas are text. */
const LONGEST = 8_000;
/** So many lines of a formula may begin an environment. */
const MOST_ENVIRONMENTS = 20;
const LONGEST_BETWEEN_DOLLARS = 1_000;
const COMMAND = /\\[A-Za-z]/;
const WORD = /[A-Za-z]{3}/;
const MATHS = /[\\^_={}<>|+!'′]|[A-Za-z]|^[\d.,\s/*()-]*\d[\d.,\s/*()%-]*$/;

/** "The $n$th of the $x$s". */
const ENDING = /^(?:st|nd|rd|th|s)(?![A-Za-z0-9])/;
const BETWEEN: Record<string, readonly [close: string, open: string]> = {
  "\\(": ["\\)", "\\("],
  "\\[": ["\\]", "\\["],
  $$: ["$$", ""],
};
const ENVIRONMENT =
  /^\\begin\{((?:align|alignat|aligned|equation|gather|gathered|multline|eqnarray|split|cases|[pbBvV]?matrix|array)\*?)\}/;

/** Formulas among words: `\(…\)`, `\[…\]`, `$$…$$`, and `$…$` where what is between can be one. */
export function formula(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  const first = src.charCodeAt(pos);
  if (first !== 0x24 && first !== 0x5c) return false;
  const opening = src.slice(pos, pos + 2);
  const between = BETWEEN[opening];
  if (between === undefined) return first === 0x24 && betweenDollars(state, silent);
  let end = closing(src, pos + 2, state.posMax, ...between);
  const isOpen = end < 0;
  if (isOpen) {
    if (!(state.env as Reading).growing || state.posMax < src.length || state.linkLevel > 0) return false;
    end = src.length;
  }
  const tex = src.slice(pos + 2, end).trim();
  if (tex === "" || (isOpen && tex.length > LONGEST)) return false;
  if (!silent) pushFormula(state, tex, opening !== "\\(", isOpen);
  state.pos = isOpen ? end : end + 2;
  return true;
}

/** Where the formula that begins here ends in a row of a table, after its marks; -1 where none begins. */
export function endOfFormula(text: string, at: number): number {
  const opening = text.slice(at, at + 2);
  const between = BETWEEN[opening];
  if (between === undefined) return text[at] === "$" ? closingDollar(text, at, text.length) + 1 || -1 : -1;
  const end = closing(text, at + 2, text.length, ...between);
  return end < 0 || text.slice(at + 2, end).trim() === "" ? -1 : end + 2;
}

/** Where the formula ends; -1 where it does not, or another one begins first. */
function closing(src: string, from: number, max: number, close: string, open: string): number {
  const last = Math.min(max, from + LONGEST);
  for (let at = from; at + 1 < last; at++) {
    const code = src.charCodeAt(at);
    if (code !== 0x5c && code !== 0x24) continue;
    const pair = src.slice(at, at + 2);
    if (pair === close) return at;
    if (pair === open) return -1;
    if (code === 0x5c) at++;
  }
  return -1;
}

function betweenDollars(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  const end = closingDollar(src, pos, state.posMax);
  if (end < 0) return false;
  if (!silent) pushFormula(state, src.slice(pos + 1, end), false, false);
  state.pos = end + 1;
  return true;
}

/** Where the dollar stands that ends the formula which begins with one; -1 where that is none. */
function closingDollar(src: string, pos: number, max: number): number {
  if (/[\s$]/.test(src[pos + 1] ?? " ")) return -1;
  const last = Math.min(max, pos + 2 + LONGEST_BETWEEN_DOLLARS);
  let end = pos + 1;
  for (; end < last; end++) {
    const sign = src[end];
    if (sign === "$") break;
    if (sign === "\n" || sign === "`") return -1;
    if (sign === "\\") end++;
  }
  if (end >= last) return -1;
  const tex = src.slice(pos + 1, end);
  if (/\s$/.test(tex)) return -1;
  if (!COMMAND.test(tex)) {
    // A price, a variable of a shell: "US$5 and A$6", "$HOME/$USER".
    const isNth = ENDING.test(src.slice(end + 1, end + 4)) && /^[^ \t0-9]*[A-Za-z][^ \t]*$/.test(tex);
    if (/[A-Za-z0-9]/.test(src[pos - 1] ?? "") || (!isNth && /[A-Za-z0-9$]/.test(src[end + 1] ?? ""))) return -1;
    if (!MATHS.test(tex) || (WORD.test(tex) && !/[\\^_={}]/.test(tex))) return -1;
  }
  return end;
}

function pushFormula(state: StateInline, tex: string, display: boolean, open: boolean): void {
  const token = state.push("formula", "span", 0);
  token.content = tex;
  token.meta = { display, open };
}

/** A formula on lines of its own, which begin with `$$`, `\[` or `\begin{align}` and end with `$$`, `\]` or `\end{align}`. */
export function formulaBlock(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  const opening = state.src.slice(start, start + 2);
  if (opening !== "$$" && opening !== "\\[" && opening !== "\\b") return false;
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const environment = ENVIRONMENT.exec(state.src.slice(start, start + 24))?.[1];
  if (opening === "\\b" && environment === undefined) return false;
  const close = environment === undefined ? (opening === "$$" ? "$$" : "\\]") : `\\end{${environment}}`;
  const first = state.src.slice(environment === undefined ? start + 2 : start, state.eMarks[startLine]);
  const alone = first.trim() === "";
  const lines: string[] = [];
  let environments = 0;
  let length = 0;
  for (let line = startLine; ; line++) {
    if (line >= endLine) return unclosed(state, startLine, endLine, lines, silent);
    if (line > startLine && !state.isEmpty(line) && (state.sCount[line] ?? 0) < state.blkIndent) return false;
    if (!alone && state.isEmpty(line)) return false;
    const text = line === startLine ? first : state.getLines(line, line + 1, state.blkIndent, false);
    const at = text.indexOf(close);
    // What begins another one is not within: a thousand openings would be a thousand searches otherwise.
    if (text.trimStart().startsWith("\\begin{") && ++environments > MOST_ENVIRONMENTS) return false;
    if (line > startLine && text.trimStart().startsWith("\\[")) return false;
    length += text.length + 1;
    if (length > LONGEST) return false;
    if (at < 0) {
      lines.push(text);
      continue;
    }
    if (line + 2 === state.bMarks.length) holdAt(state, startLine);
    if (text.slice(at + close.length).trim() !== "") return false; // there are words around it
    const tex = [...lines, text.slice(0, environment === undefined ? at : at + close.length)].join("\n").trim();
    if (tex === "") return false;
    if (silent) return true;
    pushBlock(state, startLine, line + 1, tex, false);
    return true;
  }
}

/** While a text grows what is not closed may be yet. */
function unclosed(state: StateBlock, startLine: number, endLine: number, lines: string[], silent: boolean): boolean {
  const end = state.bMarks.length - 1;
  if (endLine < end) return false;
  holdAt(state, startLine);
  const tex = lines.join("\n").trim();
  if (!(state.env as Reading).growing || tex === "") return false;
  if (!silent) pushBlock(state, startLine, end, tex, true);
  return true;
}

function holdAt(state: StateBlock, line: number): void {
  const reading = state.env as Reading;
  reading.hold = Math.min(reading.hold, line);
}

function pushBlock(state: StateBlock, start: number, end: number, tex: string, open: boolean): void {
  const token = state.push("formula_block", "div", 0);
  token.content = tex;
  token.map = [start, end];
  token.meta = { display: true, open };
  state.line = end;
}
