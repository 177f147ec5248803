import { setUpButtons } from "./buttons";
import { colour, writeCode } from "./code";
import { type Cut, Cutter, type Leaf, type Level } from "./cut";
import type { FenceMeta } from "./fence";
import { fillFormulas } from "./formula";
import { type Group, Groups } from "./group";
import { fetchExtras } from "./later";
import { morph } from "./morph";
import { readBlocks } from "./parser";
import { addPlainly } from "./plain_end";
import { reading } from "./reading";
import { References } from "./references";
import { nameList, Renderer } from "./render";
import { groupRows, nameParts, tableBody } from "./table";
import { shown } from "./tail";
import { type Block, contextOf, isLoose, treeOf } from "./tree";

/** Markdown that grows: what is finished is neither parsed nor touched again. */
export interface Growing {
  readonly element: HTMLElement;
  /** Adds to the text and draws it; best called once a frame. */
  add(text: string): void;
  /** Draws another text, a long one in slices that leave the page usable. */
  set(text: string): void;
  /** Draws the text as a whole: nothing of it is taken for open any more. */
  end(): void;
  /** Draws at once all that was put off. */
  complete(): void;
  /** Resolves when the whole text is drawn. */
  drawn(): Promise<void>;
}

/** A text that comes at once is drawn in pieces of so many characters. */
const PIECE = 4_000;
/** So many milliseconds at a time. */
const SLICE_MS = 8;
/** A block that is open and longer is read again only when it has grown by a part of its length. */
const LONG = 6_000;
const PART = 1 / 24;
/** The same while a text that came at once is drawn in pieces. */
const PART_OF_PIECES = 1 / 2;
/** So many characters at the end of a text that came at once are drawn first. */
const FIRST = 20_000;

export function growing(): Growing {
  fetchExtras();
  return new Text_();
}

class Text_ implements Growing {
  readonly element = document.createElement("div");
  private whole = "";
  /** Text that has come and is not parsed yet. */
  private unread = "";
  private tail = "";
  private readonly groups = new Groups(this.element, (group) => this.drawGroup(group));
  private levels: Level[] = [];
  private leaf: Leaf | null = null;
  private references = new References();
  private readLength = 0;
  private ended = false;
  private slice: ReturnType<typeof setTimeout> | null = null;
  private waiting: (() => void)[] = [];

  constructor() {
    this.element.className = "pg-markdown";
    setUpButtons(this.element);
    this.reset();
  }

  add(text: string): void {
    if (text === "") return;
    if (this.ended) {
      this.set(this.whole + text);
      return;
    }
    this.whole += text;
    this.unread += text;
    if (this.slice === null) this.drawSome();
  }

  set(text: string): void {
    this.reset();
    this.ended = false;
    this.whole = text;
    this.unread = text;
    if (this.slice === null) this.drawSome();
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    if (this.slice !== null) return;
    this.finish();
    this.groups.drawLater();
  }

  complete(): void {
    if (this.slice !== null) {
      clearTimeout(this.slice);
      this.drawSome(Number.POSITIVE_INFINITY);
    }
    this.groups.complete();
  }

  drawn(): Promise<void> {
    return this.isDrawn ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  private get isDrawn(): boolean {
    return this.slice === null && this.groups.areDrawn;
  }

  private notifyDrawn(): void {
    if (this.isDrawn) for (const resolve of this.waiting.splice(0)) resolve();
  }

  private reset(): void {
    this.groups.clear();
    this.references = new References();
    this.begin(this.groups.begin(), "");
  }

  /** What comes is drawn into this group, in the place of all that is in it. */
  private begin({ element }: Group, tail: string): void {
    this.levels = [{ open: null, element, finished: null, loose: false }];
    this.leaf = null;
    this.tail = tail;
    this.readLength = 0;
  }

  /** Draws what has come; where that is much, some of it now and the rest later. */
  private drawSome(ms = SLICE_MS): void {
    this.slice = null;
    const until = performance.now() + ms;
    do this.drawPiece();
    while (this.unread.length > 1 && performance.now() < until);
    if (this.unread.length > 1) {
      this.slice = setTimeout(() => this.drawSome(), 0);
    } else {
      if (this.ended) this.finish();
      this.groups.drawLater();
      this.notifyDrawn();
    }
  }

  private drawPiece(): void {
    const piece = this.unread.slice(0, PIECE);
    // \r may be the first half of a line end.
    const end = piece.endsWith("\r") ? piece.length - 1 : piece.length;
    this.unread = this.unread.slice(end);
    const fresh = clean(piece.slice(0, end));
    this.tail += fresh;
    this.draw(fresh);
  }

  private finish(): void {
    this.tail += clean(this.unread);
    this.unread = "";
    const { last } = this.groups;
    const rest = last.source + this.tail;
    this.read();
    if (!this.references.cameLate) return;
    // A link was defined after it was used.
    this.references = new References(this.references.known);
    this.groups.outdate();
    this.begin(last, rest);
    this.read();
  }

  private drawGroup(group: Group): void {
    group.draw(this.references);
    fillFormulas(this.element);
    this.notifyDrawn();
  }

  /** Draws what has come; not at once where that would mean to read a long block again for a few words. */
  private draw(fresh: string): void {
    const part = this.unread.length > 1 ? PART_OF_PIECES : PART;
    if (this.tail.length > LONG && this.tail.length < this.readLength * (1 + part)) addPlainly(this.element, fresh);
    else this.read();
  }

  private read(): void {
    this.readLength = this.tail.length;
    const isGrowing = !this.ended || this.unread !== "";
    const head = this.leaf?.head ?? "";
    const text = head + (isGrowing ? shown(this.tail, this.leaf?.kind) : this.tail);
    const read = { ...reading(isGrowing), references: this.references.forReading() };
    const path = this.levels.flatMap(({ open }) => open ?? []);
    const tokens = readBlocks(text, read, path);
    const blocks = treeOf(tokens);
    const cutter = new Cutter(text, head, read.hold);
    const definitions = tokens.filter(({ type }) => type === "reference_definition");
    for (const { map } of definitions) cutter.keepFrom(map ?? [0, 0]);
    const defineUntil = (line: number): void => {
      for (const { map, meta } of definitions)
        if (map !== null && map[1] <= line) this.references.define(String(meta?.["label"]), read.references);
    };
    const ended = this.unread.length > FIRST && path.length === 0 && this.leaf === null ? cutter.ended(blocks) : null;
    if (ended !== null) {
      defineUntil(ended.line);
      this.putOff(ended.at);
      return;
    }
    this.show(blocks, new Renderer(read, tokens, cutter.complete));
    fillFormulas(this.element);
    const found = cutter.find(blocks, this.levels, this.leaf);
    defineUntil(isGrowing ? (found?.line ?? 0) : Number.POSITIVE_INFINITY);
    if (found !== null && isGrowing) this.cut(found);
  }

  /** Leaves so much of the text, which has ended, to be drawn later: what comes last is seen first. */
  private putOff(at: number): void {
    const [level] = this.levels;
    if (level === undefined) return;
    morph(level.element, level.finished, []);
    const group = level.finished === null ? this.groups.last : this.groups.begin();
    group.showPlainly(this.tail.slice(0, at));
    this.groups.show();
    this.begin(this.groups.begin(), this.tail.slice(at));
  }

  private show(blocks: readonly Block[], renderer: Renderer): void {
    let children = blocks;
    for (const [depth, level] of this.levels.entries()) {
      const below = this.levels[depth + 1];
      const isLast = below === undefined;
      let rest = children;
      let inner: readonly Block[] = [];
      const [first] = children;
      if (!isLast && first !== undefined && contextOf(first.token).open === below.open) {
        inner = first.children;
        rest = children.slice(1);
      } else if (isLast && this.leaf !== null && first !== undefined) {
        this.showLeaf(this.leaf, first, renderer);
        rest = children.slice(1);
      }
      const isStart = level.open?.kind === "item" && level.finished === null;
      morph(level.element, level.finished, renderer.blocks(rest, isStart));
      if (level.open?.kind === "list") nameList(level.element, level.loose || isLoose(children));
      children = inner;
    }
    this.groups.show();
  }

  private showLeaf(leaf: Leaf, block: Block, renderer: Renderer): void {
    if (leaf.kind === "fence") {
      const lines = block.token.content.split("\n");
      writeCode(leaf.code, leaf.end, lines.slice(leaf.skip).join("\n"));
      if ((block.token.meta as unknown as FenceMeta).closed) colour(leaf.element, leaf.code, leaf.language);
    } else {
      const rows = block.children.find(({ type }) => type === "tbody")?.children ?? [];
      const body = tableBody(leaf.element);
      morph(body, leaf.finished, renderer.blocks(rows));
      if (this.ended) nameParts(body);
    }
  }

  /** Moves the finished part of the text to its group. */
  private cut({ at, levels, leaf }: Cut): void {
    const { last } = this.groups;
    const stays = at - (this.leaf?.head.length ?? 0);
    last.source += this.tail.slice(0, stays);
    this.tail = this.tail.slice(stays);
    this.levels = levels;
    this.leaf = leaf;
    if (leaf?.kind === "table") leaf.finished = groupRows(leaf.element, leaf.finished);
    this.readLength = this.tail.length;
    const isWhole = levels.length === 1 && leaf === null && levels[0]?.finished === last.element.lastElementChild;
    if (isWhole && last.isFull) this.begin(this.groups.begin(), this.tail);
  }
}

const clean = (text: string): string => text.replace(/\r\n?/g, "\n").replaceAll("\0", "\ufffd");
