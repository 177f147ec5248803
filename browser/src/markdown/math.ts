import type { StateBlock, StateInline } from "markdown-it";
import type { Reading } from "./reading";

/** Longer formulas are text. */
const LONGEST = 8_000;
const LONGEST_BETWEEN_DOLLARS = 1_000;
const COMMAND = /\\[A-Za-z]/;
const WORD = /[A-Za-z]{3}/;
const MATHS = /[\\^_={}<>|+!'′]|[A-Za-z]|^[\d.,\s/*()-]*\d[\d.,\s/*()%-]*$/;

/** Formulas among words: `\(…\)`, `\[…\]`, `$$…$$`, and `$…$` where what is between can be one. */
export function formula(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  const first = src.charCodeAt(pos);
  if (first !== 0x24 && first !== 0x5c) return false;
  const opening = src.slice(pos, pos + 2);
  let end: number;
  if (opening === "\\(") end = closing(src, pos + 2, state.posMax, "\\)", "\\(");
  else if (opening === "\\[") end = closing(src, pos + 2, state.posMax, "\\]", "\\[");
  else if (opening === "$$") end = closing(src, pos + 2, state.posMax, "$$", "");
  else if (first === 0x24) return betweenDollars(state, silent);
  else return false;
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
  if (/[\s$]/.test(src[pos + 1] ?? " ")) return false;
  const last = Math.min(state.posMax, pos + 2 + LONGEST_BETWEEN_DOLLARS);
  let end = pos + 1;
  for (; end < last; end++) {
    const sign = src[end];
    if (sign === "$") break;
    if (sign === "\n" || sign === "`") return false;
    if (sign === "\\") end++;
  }
  if (end >= last) return false;
  const tex = src.slice(pos + 1, end);
  if (/\s$/.test(tex)) return false;
  if (!COMMAND.test(tex)) {
    // A price, a variable of a shell: "US$5 and A$6", "$HOME/$USER".
    if (/[A-Za-z0-9]/.test(src[pos - 1] ?? "") || /[A-Za-z0-9$]/.test(src[end + 1] ?? "")) return false;
    if (!MATHS.test(tex) || (WORD.test(tex) && !/[\\^_={}]/.test(tex))) return false;
  }
  if (!silent) pushFormula(state, tex, false, false);
  state.pos = end + 1;
  return true;
}

function pushFormula(state: StateInline, tex: string, display: boolean, open: boolean): void {
  const token = state.push("formula", "span", 0);
  token.content = tex;
  token.meta = { display, open };
}

/** A formula on lines of its own, which begin with `$$` or `\[` and end with `$$` or `\]`. */
export function formulaBlock(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  const opening = state.src.slice(start, start + 2);
  if (opening !== "$$" && opening !== "\\[") return false;
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const close = opening === "$$" ? "$$" : "\\]";
  const first = state.src.slice(start + 2, state.eMarks[startLine]);
  const alone = first.trim() === "";
  const lines: string[] = [];
  let length = 0;
  for (let line = startLine; ; line++) {
    if (line >= endLine) return unclosed(state, startLine, endLine, lines, silent);
    if (line > startLine && !state.isEmpty(line) && (state.sCount[line] ?? 0) < state.blkIndent) return false;
    if (!alone && state.isEmpty(line)) return false;
    const text = line === startLine ? first : state.getLines(line, line + 1, state.blkIndent, false);
    const at = text.indexOf(close);
    // What begins another one is not within: a thousand openings would be a thousand searches otherwise.
    if (line > startLine && text.trimStart().startsWith("\\[")) return false;
    length += text.length + 1;
    if (length > LONGEST) return false;
    if (at < 0) {
      lines.push(text);
      continue;
    }
    if (line + 2 === state.bMarks.length) holdAt(state, startLine);
    if (text.slice(at + 2).trim() !== "") return false; // there are words around it
    const tex = [...lines, text.slice(0, at)].join("\n").trim();
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
