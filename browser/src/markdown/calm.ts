import type { Delimiter, MarkdownIt, StateInline } from "markdown-it";
import type { Reading } from "./reading";

// Rules for the last words of a text that grows: what is open is drawn as if it were closed, so that nothing flickers.

/** What is open for longer is probably not meant so. */
const LONGEST = 400;
const OPEN_LINK = /^!?\[([^[\]\n]+)\]\([^()\s<>]*$/;

const isGrowing = (state: StateInline): boolean =>
  (state.env as Reading).growing && state.posMax === state.src.length && state.linkLevel === 0;

/** Code without its end. */
function openCode(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  if (src.charCodeAt(pos) !== 0x60 || !isGrowing(state)) return false;
  let from = pos;
  while (src.charCodeAt(from) === 0x60) from++;
  const rest = src.slice(from);
  if (rest === "" || rest.length > LONGEST || rest.includes("\n")) return false;
  // Of its end there may be a part.
  const content = rest.replace(/`+$/, "");
  if (content.includes("`")) return false;
  if (!silent) state.push("code_inline", "code", 0).content = content.trimStart();
  state.pos = state.posMax;
  return true;
}

/** A link or a picture whose destination is still to be written: its words. */
function openLink(state: StateInline, silent: boolean): boolean {
  const code = state.src.charCodeAt(state.pos);
  if ((code !== 0x5b && code !== 0x21) || !isGrowing(state)) return false;
  const label = OPEN_LINK.exec(state.src.slice(state.pos))?.[1];
  if (label === undefined) return false;
  if (!silent) state.push("text", "", 0).content = label;
  state.pos = state.posMax;
  return true;
}

/** Ends at the end of the words what is emphasised and not ended; to be called when pairs were found. */
function closeEmphasis(state: StateInline): boolean {
  if (!isGrowing(state)) return true;
  const { delimiters } = state;
  const first = firstOfEnd(state);
  const open: Delimiter[] = [];
  let paired = -1;
  for (const [at, delimiter] of delimiters.entries()) {
    paired = Math.max(paired, delimiter.end);
    if (delimiter.open && delimiter.end < 0 && paired < at && delimiter.token >= first && mayStayOpen(state, delimiter))
      open.push(delimiter);
  }
  for (const delimiter of open.reverse()) {
    delimiter.end = delimiters.length;
    state.push("text", "", 0);
    delimiters.push({ ...delimiter, token: state.tokens.length - 1, end: -1, open: false, close: true });
  }
  return true;
}

/** The first token of the last line, or of so much of it that it may all be emphasised. */
function firstOfEnd({ tokens }: StateInline): number {
  let length = 0;
  let at = tokens.length;
  while (at > 0 && tokens[at - 1]?.tag !== "br" && length <= LONGEST) {
    at--;
    length += tokens[at]?.content.length ?? 0;
  }
  return at;
}

/** 2*3 is no emphasis yet; two marks are. */
function mayStayOpen({ tokens }: StateInline, { marker, token }: Delimiter): boolean {
  const sign = String.fromCharCode(marker);
  const before = tokens[token - 1];
  if (marker === 0x7e || before?.content === sign || tokens[token + 1]?.content === sign) return true;
  return before === undefined || before.type !== "text" || /[\s([{"'“‘—-]$/.test(before.content);
}

/** Adds the rules. */
export function calm(md: MarkdownIt): void {
  md.inline.ruler.before("backticks", "open_code", (state, silent) => !hasEnd(state) && openCode(state, silent));
  md.inline.ruler.after("image", "open_link", openLink);
  md.inline.ruler2.after("balance_pairs", "close_emphasis", closeEmphasis);
}

/** Whether the marks of code that begin here are ended. */
function hasEnd(state: StateInline): boolean {
  const marks = /^`+/.exec(state.src.slice(state.pos, state.pos + 40))?.[0] ?? "";
  if (marks === "" || !isGrowing(state)) return true;
  let at = state.pos + marks.length;
  while (at < state.src.length) {
    const start = state.src.indexOf("`", at);
    if (start < 0) return false;
    at = start;
    while (state.src.charCodeAt(at) === 0x60) at++;
    if (at - start === marks.length) return true;
  }
  return false;
}
