import type { MarkdownIt, StateBlock, Token } from "markdown-it";

/** A block that was open where the finished text ends, and goes on in the text that is read now. */
export interface Open {
  kind: "quote" | "list" | "item";
  /** Of a list: the sign after a number, or the bullet. */
  marker: string;
  /** Of an item: the column at which its blocks begin. */
  indent: number;
  /** Of an item: whether an empty line stood between its blocks. */
  hasEmptyLine: boolean;
}

/** Meta data of a list item's token: whether it makes its list loose. */
export interface ItemMeta {
  tight: boolean;
  endsEmpty: boolean;
  indent: number;
}

/** Meta data of a block's token: how it continues the blocks around it. */
export interface BlockContext {
  /** The open block that it goes on with. */
  open?: Open;
  /** Whether it belongs to the list that is open around it. */
  merged?: boolean;
  /** Whether an empty line stands somewhere before it in the same block. */
  afterEmptyLine?: boolean;
}

type BlockRule = (state: StateBlock, startLine: number, endLine: number, silent: boolean) => boolean;
type Resumable = StateBlock & { waiting?: { path: readonly Open[]; depth: number } | undefined };

const ITEM = /^(?:([-+*])|\d{1,9}([.)]))(?=[ \t]|$)/;

/** The rule of that name as markdown-it has it. */
export function ruleOf(md: MarkdownIt, name: string): BlockRule {
  const found = md.block.ruler.__rules__.find((rule) => rule.name === name);
  if (found === undefined) throw new Error(`no rule is called ${name}`);
  return found.fn;
}

/** Reads blocks one after the other, and can go on within blocks that were opened before the text begins. */
export class BlockReader {
  private readonly quote: BlockRule;
  private readonly list: BlockRule;
  private readonly paragraph: BlockRule;

  constructor(private readonly md: MarkdownIt) {
    this.quote = ruleOf(md, "blockquote");
    this.list = ruleOf(md, "list");
    this.paragraph = ruleOf(md, "paragraph");
    md.block.tokenize = (state, startLine, endLine) => this.within(state, startLine, endLine);
  }

  /** The blocks of a text that goes on within the blocks of `path`, outermost first. */
  read(text: string, env: object, path: readonly Open[]): Token[] {
    const tokens: Token[] = [];
    const state = new this.md.block.State(text, this.md, env as StateBlock["env"], tokens);
    this.goOn(state, path, 0, 0, state.lineMax, false);
    return tokens;
  }

  /** What markdown-it's own rules call for the blocks within a block. */
  private within(state: StateBlock, startLine: number, endLine: number): void {
    const { waiting } = state as Resumable;
    if (waiting !== undefined) {
      (state as Resumable).waiting = undefined;
      this.goOn(state, waiting.path, waiting.depth, startLine, endLine, false);
      return;
    }
    const parent = state.tokens.at(-1);
    this.tokenize(state, startLine, endLine, false);
    if (parent?.type === "list_item_open") parent.meta = { ...itemMeta(state, startLine) };
  }

  /** The same as markdown-it's, but what is nested too deep is text and not lost. */
  private tokenize(state: StateBlock, startLine: number, endLine: number, hasEmptyLine: boolean): void {
    const rules = this.md.block.ruler.getRules("");
    const deepest = this.md.options.maxNesting ?? 100;
    let isLoose = hasEmptyLine;
    for (let line = startLine; line < endLine; ) {
      line = state.skipEmptyLines(line);
      state.line = line;
      if (line >= endLine || (state.sCount[line] ?? 0) < state.blkIndent) return;
      const at = state.tokens.length;
      if (state.level >= deepest) this.paragraph(state, line, endLine, false);
      else rules.some((rule) => rule(state, line, endLine, false));
      if (isLoose) setContext(state.tokens[at], { afterEmptyLine: true });
      ({ line, isLoose } = afterBlock(state, endLine, isLoose));
    }
  }

  /** Goes on within the block of the path that is open here, and then with the blocks after it. */
  private goOn(
    state: StateBlock,
    path: readonly Open[],
    depth: number,
    start: number,
    end: number,
    hasEmptyLine: boolean,
  ): void {
    const open = path[depth];
    if (open === undefined || start >= end) {
      this.tokenize(state, start, end, hasEmptyLine);
      return;
    }
    if (open.kind === "quote") this.goOnQuote(state, path, depth, start, end);
    else this.goOnList(state, path, depth, start, end);
    const { line, isLoose } = afterBlock(state, end, hasEmptyLine);
    this.tokenize(state, line, end, isLoose);
  }

  private goOnQuote(state: Resumable, path: readonly Open[], depth: number, start: number, end: number): void {
    const at = state.tokens.length;
    // Within a quote markdown-it takes a mark for one however far it is indented, but not at its beginning.
    if ((state.sCount[start] ?? 0) - state.blkIndent >= 4) state.sCount[start] = state.blkIndent;
    state.waiting = { path, depth: depth + 1 };
    this.quote(state, start, end, false);
    state.waiting = undefined;
    setContext(state.tokens[at], { open: path[depth] as Open });
  }

  private goOnList(state: StateBlock, path: readonly Open[], depth: number, start: number, end: number): void {
    const list = path[depth] as Open;
    const item = path[depth + 1];
    const token = state.push("list_open", "", 1);
    setContext(token, { open: list });
    let next = start;
    if (item !== undefined) {
      const opening = state.push("list_item_open", "li", 1);
      const { listIndent, blkIndent, tight, parentType } = state;
      Object.assign(state, { listIndent: blkIndent, blkIndent: item.indent, tight: true, parentType: "list" });
      this.goOn(state, path, depth + 2, start, end, item.hasEmptyLine);
      opening.meta = { ...itemMeta(state, start - 1), open: item };
      Object.assign(state, { listIndent, blkIndent, tight, parentType });
      state.push("list_item_close", "li", -1);
      next = state.line;
    }
    if (this.goesOn(state, list, next, end)) {
      const at = state.tokens.length;
      state.level--;
      this.list(state, next, end, false);
      state.level++;
      setContext(state.tokens[at], { merged: true });
      setContext(state.tokens.at(-1), { merged: true });
    }
    state.push("list_close", "", -1);
  }

  /** Whether a line begins one more item of the list. */
  private goesOn(state: StateBlock, list: Open, line: number, end: number): boolean {
    const column = (state.sCount[line] ?? 0) - state.blkIndent;
    if (line >= end || column < 0 || column >= 4) return false;
    const { parentType } = state;
    state.parentType = "list";
    const isOther = this.md.block.ruler.getRules("list").some((rule) => rule(state, line, end, true));
    state.parentType = parentType;
    if (isOther) return false;
    const found = ITEM.exec(state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]));
    return found !== null && (found[1] ?? found[2]) === list.marker;
  }
}

function afterBlock(state: StateBlock, endLine: number, hasEmptyLine: boolean): { line: number; isLoose: boolean } {
  state.tight = !hasEmptyLine;
  let isLoose = hasEmptyLine || state.isEmpty(state.line - 1);
  if (state.line < endLine && state.isEmpty(state.line)) {
    isLoose = true;
    state.line++;
  }
  return { line: state.line, isLoose };
}

const itemMeta = (state: StateBlock, startLine: number): ItemMeta => ({
  tight: state.tight,
  endsEmpty: state.line - startLine > 1 && state.isEmpty(state.line - 1),
  indent: state.blkIndent,
});

function setContext(token: Token | undefined, context: BlockContext): void {
  if (token !== undefined) token.meta = { ...token.meta, ...context };
}
