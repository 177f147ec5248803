import { whenIdle } from "../dom/idle";
import { NearView } from "../dom/near_view";
import { morph } from "./morph";
import { readBlocks } from "./parser";
import { reading } from "./reading";
import type { References } from "./references";
import { Renderer } from "./render";
import { keepSelection } from "./selection";
import { treeOf } from "./tree";

/** A group is full with so many blocks, or characters: it is laid out as a whole, and only where somebody looks. */
const BLOCKS = 40;
const CHARACTERS = 4_000;

/** Blocks of a text, one after the other, in an element of their own; all of them are finished once another group follows. */
export class Group {
  readonly element = document.createElement("div");
  /** The finished part of its text. */
  source = "";
  /** Whether it is still to be drawn, as a whole. */
  isPutOff = false;
  private takeBack: (() => void) | null = null;

  constructor() {
    this.element.className = "pg-blocks";
  }

  /** Whether what comes next should stand in another one. */
  get isFull(): boolean {
    return this.source.length >= CHARACTERS || this.element.childElementCount >= BLOCKS;
  }

  /** Shows a text as it was written, until it is drawn. */
  showPlainly(text: string): void {
    this.source += text;
    this.isPutOff = true;
    this.element.replaceChildren(this.source);
    this.element.classList.add("pg-plain");
  }

  /** Calls `work`, which draws it, when there is time or when it comes near the view. */
  putOff(work: () => void): void {
    if (this.takeBack !== null) return;
    this.takeBack = whenIdle(work);
    works.set(this.element, work);
    near.observe(this.element);
  }

  /** It need not be drawn any more. */
  forget(): void {
    this.isPutOff = false;
    this.takeBack?.();
    this.takeBack = null;
    near.forget(this.element);
  }

  /** Draws its text, none of which is open. */
  draw(references: References): void {
    this.forget();
    const read = { ...reading(), references: references.forReading() };
    const tokens = readBlocks(this.source, read);
    this.element.className = "pg-blocks";
    const blocks = new Renderer(read, tokens, 0).blocks(treeOf(tokens));
    keepSelection(this.element, () => morph(this.element, null, blocks));
  }
}

/** The groups of one text, and which of them are still to be drawn. */
export class Groups {
  private all: Group[] = [];

  /** `draw` is to draw a group that was put off. */
  constructor(
    private readonly root: HTMLElement,
    private readonly draw: (group: Group) => void,
  ) {}

  /** The one that grows. */
  get last(): Group {
    return this.all.at(-1) ?? this.begin();
  }

  get areDrawn(): boolean {
    return !this.all.some(({ isPutOff }) => isPutOff);
  }

  /** Begins one more, which is on the page once there is something in it. */
  begin(): Group {
    const group = new Group();
    this.all.push(group);
    return group;
  }

  /** Puts the last one on the page, if there is something in it. */
  show(): void {
    const { element } = this.last;
    if (element.parentNode === null && element.hasChildNodes()) this.root.append(element);
  }

  clear(): void {
    for (const group of this.all) group.forget();
    this.all = [];
    this.root.replaceChildren();
  }

  /** All but the last one are to be drawn anew. */
  outdate(): void {
    for (const group of this.all.slice(0, -1)) group.isPutOff = true;
  }

  /** Has those drawn later that were put off. */
  drawLater(): void {
    for (const group of this.all) if (group.isPutOff) group.putOff(() => this.draw(group));
  }

  /** Draws at once what was put off. */
  complete(): void {
    for (const group of this.all) if (group.isPutOff) this.draw(group);
  }
}

const works = new WeakMap<Element, () => void>();
const near = new NearView((element) => works.get(element)?.());
