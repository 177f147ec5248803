import MarkdownIt, { type StateInline, type Token } from "markdown-it";
import { BlockReader, type Open } from "./blocks";
import { calm } from "./calm";
import { fence } from "./fence";
import { scanDelimiters } from "./flanking";
import { bareAddress, isDestination } from "./links";
import { formula, formulaBlock } from "./math";
import type { Reading } from "./reading";
import { mendTables } from "./table";

const DEEPEST = 60;

const md = new MarkdownIt("default", {
  html: false,
  linkify: false,
  typographer: false,
  breaks: true,
  maxNesting: DEEPEST,
});
md.validateLink = isDestination;
md.normalizeLinkText = (url) => url;
md.block.ruler.disable("html_block");
md.inline.ruler.disable(["html_inline", "linkify"]);
md.block.ruler.at("fence", fence, { alt: ["paragraph", "reference", "blockquote", "list"] });
md.block.ruler.before("table", "formula", formulaBlock, { alt: ["paragraph", "reference", "blockquote", "list"] });
md.inline.ruler.before("escape", "formula", formula);
md.inline.ruler.before("newline", "address", bareAddress);
md.inline.ruler.before("autolink", "line_break", (state, silent) => {
  const found = (state.env as Reading).inCell
    ? /^<br\s{0,9}\/?>/i.exec(state.src.slice(state.pos, state.pos + 15))
    : null;
  if (found === null) return false;
  if (!silent) state.push("hardbreak", "br", 0);
  state.pos += found[0].length;
  return true;
});
md.inline.State = class extends md.inline.State {
  override scanDelims(start: number, splitsWords: boolean) {
    return scanDelimiters(this, start, splitsWords);
  }
};
/** Where the last bracket of a text closes: what comes after it is not searched for an end once for each bracket. */
const lastClosing = new WeakMap<StateInline, number>();
const { parseLinkLabel } = md.helpers;
md.helpers.parseLinkLabel = (state, start, ...more) => {
  const last = lastClosing.get(state) ?? state.src.lastIndexOf("]");
  lastClosing.set(state, last);
  return last < start ? -1 : parseLinkLabel(state, start, ...more);
};
mendTables(md);
calm(md);
const reader = new BlockReader(md);

/** The blocks of a text, which goes on within the blocks of `path`, with their words still unread. */
export const readBlocks = (text: string, reading: Reading, path: readonly Open[] = []): Token[] =>
  reader.read(text, reading, path);

/** Reads words: what is emphasised, links, code, formulas. */
export function readWords(text: string, reading: Reading): Token[] {
  const tokens: Token[] = [];
  md.inline.parse(text, md, reading, tokens);
  return tokens;
}
