import MarkdownIt, { type StateInline } from "markdown-it";

const { isMdAsciiPunct, isPunctCharCode, isWhiteSpace } = new MarkdownIt().utils;

/** First and last code points of blocks whose writing has no blanks between words: Han, kana, Hangul, their punctuation. */
const CJK: readonly (readonly [number, number])[] = [
  [0x1100, 0x11ff],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7ff],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe1f],
  [0xfe30, 0xfe6f],
  [0xff00, 0xffef],
  [0x1aff0, 0x1b16f],
  [0x20000, 0x3ffff],
];

const isCjk = (code: number): boolean => code >= 0x1100 && CJK.some(([first, last]) => first <= code && code <= last);
const isPunctuation = (code: number): boolean => isMdAsciiPunct(code) || isPunctCharCode(code);

/** How a run of `*`, `_` or `~` may be read: as CommonMark says, but beside CJK there need be no blank before a bracket. */
export function scanDelimiters(state: StateInline, start: number, splitsWords: boolean) {
  const { src, posMax } = state;
  const marker = src.charCodeAt(start);
  let end = start;
  while (end < posMax && src.charCodeAt(end) === marker) end++;
  const last = start === 0 ? 0x20 : codeBefore(src, start);
  const next = end < posMax ? (src.codePointAt(end) ?? 0x20) : 0x20;
  const lastSpace = isWhiteSpace(last);
  const nextSpace = isWhiteSpace(next);
  const lastMark = isPunctuation(last);
  const nextMark = isPunctuation(next);
  const lastCjk = isCjk(last);
  const nextCjk = isCjk(next);
  const left = !nextSpace && (!nextMark || nextCjk || lastSpace || lastMark || lastCjk);
  const right = !lastSpace && (!lastMark || lastCjk || nextSpace || nextMark || nextCjk);
  return {
    can_open: left && (splitsWords || !right || lastMark),
    can_close: right && (splitsWords || !left || nextMark),
    length: end - start,
  };
}

function codeBefore(text: string, at: number): number {
  const low = text.charCodeAt(at - 1);
  const isPair = at > 1 && (low & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 2) & 0xfc00) === 0xd800;
  return isPair ? (text.codePointAt(at - 2) ?? low) : low;
}
