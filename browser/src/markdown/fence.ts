import type { StateBlock, Token } from "markdown-it";
import type { Reading } from "./reading";

/** Blocks of these languages hold fences of their own. */
const NESTING = /^(?:markdown|md|mdx)$/i;
const LEADS = /^[ \t]*#{1,6}[ \t]|[:：][ \t]*$/;
/** So many lines are looked at to tell an end from a beginning. */
const LOOK_AHEAD = 300;

interface Mark {
  marker: number;
  length: number;
  info: string;
  source: string;
  line: number;
}

/** What a token of a fence tells beside its text. */
export interface FenceMeta {
  closed: boolean;
  /** Whether fences may begin within. */
  nests: boolean;
  /** Lines of the text at which a fence within begins or ends: its opening line, or an empty text. */
  within: [line: number, opening: string][];
  /** Blanks before the opening marks, which each line of the text may have, too. */
  indent: number;
}

export const languageOf = (token: Token): string => /^\s*([^\s{]*)/.exec(token.info)?.[1] ?? "";

/** A block of code between marks; in one of Markdown the fences within stay inside. */
export function fence(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const outer = markAt(state, startLine);
  if (outer === null || (outer.marker === 0x60 && outer.info.includes("`"))) return false;
  if (silent) return true;
  const nests = NESTING.test(outer.info.trim().split(/[\s{]/)[0] ?? "");
  const within: FenceMeta["within"] = [];
  let inner: Mark | null = null;
  let closed = false;
  let line = startLine + 1;
  for (; line < endLine && !isOutside(state, line); line++) {
    const mark = markAt(state, line);
    if (mark === null || mark.marker !== outer.marker) continue;
    if (inner !== null) {
      if (mark.length >= inner.length && isBare(mark)) {
        inner = null;
        within.push([line, ""]);
      }
    } else if (mark.length >= outer.length && isBare(mark) && !(nests && beginsWithin(state, line, endLine, outer))) {
      closed = true;
      break;
    } else if (nests && mark.length >= outer.length && !(mark.marker === 0x60 && mark.info.includes("`"))) {
      inner = mark;
      within.push([line, mark.source]);
    }
  }
  const indent = state.sCount[startLine] ?? 0;
  state.line = line + (closed ? 1 : 0);
  const token = state.push("fence", "code", 0);
  token.info = outer.info;
  token.content = state.getLines(startLine + 1, line, indent, true);
  token.markup = outer.source.slice(0, outer.length);
  token.map = [startLine, state.line];
  token.meta = { closed, nests, within, indent: indent - state.blkIndent } satisfies FenceMeta;
  return true;
}

function markAt(state: StateBlock, line: number): Mark | null {
  const start = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
  const end = state.eMarks[line] ?? 0;
  const marker = state.src.charCodeAt(start);
  if ((marker !== 0x60 && marker !== 0x7e) || (state.sCount[line] ?? 0) - state.blkIndent >= 4) return null;
  const length = Math.min(state.skipChars(start, marker), end) - start;
  if (length < 3) return null;
  const source = state.src.slice(start, end);
  return { marker, length, info: source.slice(length), source, line };
}

/** Whether a line belongs to what is around the list item that the fence is in. */
const isOutside = (state: StateBlock, line: number): boolean =>
  !state.isEmpty(line) && (state.sCount[line] ?? 0) < state.blkIndent;

/**
 * Whether a bare mark in a block of Markdown begins a fence within rather than ending the block: text follows at once,
 * what is before it announces it or the marks after it make no sense otherwise, and the block does end after it.
 */
function beginsWithin(state: StateBlock, line: number, endLine: number, outer: Mark): boolean {
  const reading = state.env as Reading;
  const last = Math.min(endLine, line + 1 + LOOK_AHEAD);
  const isUndecided = last === state.bMarks.length - 1;
  if (line + 1 >= endLine || state.isEmpty(line + 1)) {
    if (isUndecided && line + 1 >= endLine) reading.hold = Math.min(reading.hold, line);
    return false;
  }
  if (isUndecided) reading.hold = Math.min(reading.hold, line);
  const marks: Mark[] = [];
  for (let at = line + 1; at < last && !isOutside(state, at); at++) {
    const mark = markAt(state, at);
    if (mark !== null && mark.marker === outer.marker && mark.length >= outer.length) marks.push(mark);
  }
  const [next] = marks;
  const announced = isAnnounced(state, line) && next !== undefined && !isAnnounced(state, next.line);
  return (announced || !makesSense(marks)) && endsWithin(marks);
}

/** Whether what is before a mark leads to code: nothing ends after an empty line, a heading or a colon. */
const isAnnounced = (state: StateBlock, line: number): boolean =>
  state.isEmpty(line - 1) || LEADS.test(state.getLines(line - 1, line, 0, false));

/** Whether marks are beginnings and ends of fences in turn, none with a language where one is to end. */
function makesSense(marks: readonly Mark[]): boolean {
  return marks.length % 2 === 0 && marks.every((mark, at) => at % 2 === 0 || isBare(mark));
}

/** Whether the fence that begins within is ended by the first mark, and the block around it by a later one. */
function endsWithin([first, ...rest]: readonly Mark[]): boolean {
  if (first === undefined || !isBare(first)) return false;
  let open = false;
  for (const mark of rest) {
    if (isBare(mark) && !open) return true;
    open = !isBare(mark);
  }
  return false;
}

const isBare = (mark: Mark): boolean => mark.info.trim() === "";
