import type { Open } from "./blocks";
import { type CodeEnd, endAfter } from "./code";
import { type FenceMeta, languageOf } from "./fence";
import { type RowMeta, type TableMeta, tableBody } from "./table";
import { type Block, contextOf, isLoose, itemOf } from "./tree";

/** A block that is open, from the outermost to the innermost; the first is the text itself. */
export interface Level {
  open: Open | null;
  element: Element;
  /** The last child of the element that is finished, or is the next level. */
  finished: Element | null;
  /** Of a list: whether what is finished makes it loose. */
  loose: boolean;
}

/** The innermost open block, where it goes on line by line. It is read with `head` before it, which begins it again. */
export type Leaf = OpenCode | OpenTable;

interface OpenCode {
  kind: "fence";
  head: string;
  /** So many lines of its text are the head's. */
  skip: number;
  language: string;
  element: HTMLElement;
  code: HTMLElement;
  end: CodeEnd;
}

export interface OpenTable {
  kind: "table";
  head: string;
  element: HTMLElement;
  /** The last row that is finished. */
  finished: Element | null;
  /** Cells that rows were short of. */
  missing: number;
}

export interface Cut {
  /** The first line, and the first character, that are not finished. */
  line: number;
  at: number;
  levels: Level[];
  leaf: Leaf | null;
}

type Inner = Omit<Cut, "at">;

/** markdown-it ends a table that is short of more cells than 65,536 in all. */
const MOST_MISSING = 60_000;
const ENDS_BY_ITSELF = ["heading", "hr", "formula_block", "fence"];
const ENDS_AT_EMPTY_LINE = [...ENDS_BY_ITSELF, "paragraph"];

/** Finds up to where a growing text, as it was read, is finished. */
export class Cutter {
  private readonly starts = [0];
  /** How many lines have their end. */
  readonly complete: number;

  constructor(
    private readonly text: string,
    private readonly head: string,
    private hold: number,
  ) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
    this.complete = this.starts.length - 1;
  }

  /** A definition of a link stays open until an empty line: its title may be in the next one. */
  keepFrom([start, end]: [number, number]): void {
    if (end >= this.complete || !this.isEmpty(end)) this.hold = Math.min(this.hold, start);
  }

  /** Where the last block at the top ends that has ended, whatever follows; null where none has. */
  ended(blocks: readonly Block[]): { line: number; at: number } | null {
    const last = blocks[this.lastStable(blocks, false)];
    const found = blocks.findLast(
      (block) => block !== undefined && block.start <= (last?.start ?? -1) && this.isFinished(block),
    );
    return found === undefined ? null : { line: found.end, at: this.starts[found.end] ?? this.text.length };
  }

  /** Where to cut what was read as `blocks` within `levels`; null where nothing more is finished. */
  find(blocks: readonly Block[], levels: readonly Level[], leaf: Leaf | null): Cut | null {
    const found = this.inLevel(blocks, levels, 0, leaf, [], "");
    const at = found === null ? 0 : (this.starts[found.line] ?? this.text.length);
    return found === null || at <= this.head.length ? null : { ...found, at };
  }

  /** Within a block that was open before. */
  private inLevel(
    children: readonly Block[],
    levels: readonly Level[],
    depth: number,
    leaf: Leaf | null,
    above: Level[],
    prefix: string,
  ): Inner | null {
    const level = levels[depth];
    if (level === undefined) return null;
    const below = levels[depth + 1];
    const [first] = children;
    const goesOn =
      first !== undefined && (below === undefined ? leaf !== null : contextOf(first.token).open === below.open);
    const last = this.lastStable(children, goesOn);
    const child = children[last];
    if (child === undefined) return null;
    if (goesOn && last === 0) {
      if (below === undefined) return leaf === null ? null : this.inLeaf(child, leaf, [...above, level]);
      return this.inLevel(child.children, levels, depth + 1, leaf, [...above, level], prefixed(prefix, below.open));
    }
    const element = goesOn ? nth(level.finished, last) : nth(childAfter(level.element, level.finished), last);
    return this.inChildren(children, last, level, element, above, prefix);
  }

  /** In the last of these blocks that is sure to stay, or before it. */
  private inChildren(
    children: readonly Block[],
    last: number,
    level: Level,
    element: Element | null,
    above: Level[],
    prefix: string,
  ): Inner | null {
    const child = children[last];
    if (child === undefined || element === null) return null;
    const open = level.open === null ? null : { ...level.open };
    if (open?.kind === "item" && contextOf(child.token).afterEmptyLine === true) open.hasEmptyLine = true;
    const loose = level.loose || (open?.kind === "list" && isLoose(children.slice(0, last + 1)));
    const here = (finished: Element | null): Level => ({ open, element: level.element, finished, loose });
    const within = this.inBlock(child, element, [...above, here(element)], prefix);
    if (within !== null) return within;
    if (level.open === null && this.isFinished(child)) {
      return { line: child.end, levels: [here(element)], leaf: null };
    }
    const before = element.previousElementSibling;
    return before === null ? null : { line: child.start, levels: [...above, here(before)], leaf: null };
  }

  /** Within a block that is not open yet; null where nothing in it is finished. */
  private inBlock(block: Block, element: Element, above: Level[], prefix: string): Inner | null {
    const { token, children } = block;
    let open: Open | null = null;
    if (block.type === "blockquote") open = opened("quote");
    else if (block.type === "bullet_list" || block.type === "ordered_list")
      open = { ...opened("list"), marker: token.markup };
    else if (block.type === "list_item") open = { ...opened("item"), indent: itemOf(block).indent };
    else if (block.type === "table") return this.inTable(block, element as HTMLElement, above, prefix);
    else if (block.type === "fence") return this.inCode(block, element as HTMLElement, above, prefix);
    if (open === null) return null;
    const last = this.lastStable(children, false);
    const level = { open, element, finished: null, loose: false };
    return this.inChildren(children, last, level, nth(element.firstElementChild, last), above, prefixed(prefix, open));
  }

  private inTable(block: Block, element: HTMLElement, above: Level[], prefix: string): Inner | null {
    const { head } = block.token.meta as unknown as TableMeta;
    const lines = head.map((line) => `${prefix}${line}\n`).join("");
    return this.inLeaf(block, { kind: "table", head: lines, element, finished: null, missing: 0 }, above);
  }

  private inCode(block: Block, element: HTMLElement, above: Level[], prefix: string): Inner | null {
    const code = element.querySelector("code");
    if (code === null) return null;
    const { token } = block;
    const { indent, nests } = token.meta as unknown as FenceMeta;
    const head = `${prefix}${" ".repeat(indent)}${token.markup}${nests ? "md" : ""}\n`;
    const language = languageOf(token);
    return this.inLeaf(
      block,
      { kind: "fence", head, skip: 0, language, element, code, end: { lines: 0, characters: 0 } },
      above,
    );
  }

  private inLeaf(block: Block, leaf: Leaf, above: Level[]): Inner | null {
    return leaf.kind === "table" ? this.atRow(block, leaf, above) : this.atLine(block, leaf, above);
  }

  private atRow(block: Block, leaf: OpenTable, above: Level[]): Inner | null {
    const rows = block.children.find(({ type }) => type === "tbody")?.children ?? [];
    const last = this.lastStable(rows, false);
    const row = rows[last];
    if (row === undefined) return null;
    const { columns } = block.token.meta as unknown as TableMeta;
    let { missing } = leaf;
    for (const { token } of rows.slice(0, last)) {
      missing += Math.max(0, columns - (token.meta as unknown as RowMeta).cells);
    }
    if (missing > MOST_MISSING) return null;
    const finished = last === 0 ? leaf.finished : nth(childAfter(tableBody(leaf.element), leaf.finished), last - 1);
    return { line: row.start, levels: above, leaf: { ...leaf, finished, missing } };
  }

  private atLine(block: Block, leaf: OpenCode, above: Level[]): Inner | null {
    const { closed, within } = block.token.meta as unknown as FenceMeta;
    const line = Math.min(this.complete - 1, this.hold, block.end - 1);
    const stay = line - (block.start + 1) - leaf.skip;
    if (closed || stay < 1) return null;
    const inner = within.findLast(([at]) => at < line)?.[1] ?? "";
    const [outer = ""] = leaf.head.split("\n");
    const prefix = outer.slice(0, outer.length - (block.token.markup + block.token.info).length);
    const head = inner === "" ? `${outer}\n` : `${outer}\n${prefix}${inner}\n`;
    const text = block.token.content.split("\n").slice(leaf.skip).join("\n");
    const end = endAfter(leaf.end, text, stay);
    return { line, levels: above, leaf: { ...leaf, head, skip: inner === "" ? 0 : 1, end } };
  }

  /** The last block that begins where nothing to come can change that. */
  private lastStable(blocks: readonly Block[], firstIsOpen: boolean): number {
    const found = blocks.findLastIndex(({ start }) => start + 1 < this.complete && start < this.hold);
    return found < 0 && firstIsOpen ? 0 : found;
  }

  /** Whether a block at the top has ended, whatever follows. */
  private isFinished(block: Block): boolean {
    if (block.end > this.complete || block.end > this.hold) return false;
    if (block.type === "fence" && !(block.token.meta as unknown as FenceMeta).closed) return false;
    if (ENDS_BY_ITSELF.includes(block.type)) return true;
    return ENDS_AT_EMPTY_LINE.includes(block.type) && block.end < this.complete && this.isEmpty(block.end);
  }

  private isEmpty(line: number): boolean {
    return this.text.slice(this.starts[line], this.starts[line + 1]).trim() === "";
  }
}

const childAfter = (parent: Element, child: Element | null): Element | null =>
  child === null ? parent.firstElementChild : child.nextElementSibling;

/** The element so many after this one. */
function nth(element: Element | null, count: number): Element | null {
  let found = element;
  for (let left = count; left > 0 && found !== null; left--) found = found.nextElementSibling;
  return found;
}

const opened = (kind: Open["kind"]): Open => ({ kind, marker: "", indent: 0, hasEmptyLine: false });

/** What stands before a line that belongs to a block within the one that is before it. */
function prefixed(prefix: string, open: Open | null): string {
  if (open?.kind === "quote") return `${prefix}> `;
  if (open?.kind !== "item") return prefix;
  const at = prefix.lastIndexOf("> ");
  return prefix.slice(0, at < 0 ? 0 : at + 2) + " ".repeat(open.indent);
}
