import type { Token } from "markdown-it";
import { codeBlock, colour, writeCode } from "./code";
import { turns, withoutTurns } from "./direction_signs";
import { type FenceMeta, languageOf } from "./fence";
import { formulaElement } from "./formula";
import { hostOf, isPicture, isShownPicture, saysHost } from "./links";
import { readWords } from "./parser";
import type { Reading } from "./reading";
import { type Block, isLoose } from "./tree";

const EMPHASIS: Record<string, string> = { em_open: "em", strong_open: "strong", s_open: "s" };
/** What makes the words of a list item a task; while they come, there may be nothing after it. */
const TASK = /^\[([ xX])\][ \t\n]+/;
const TASK_TO_COME = /^\[([ xX])\](?:[ \t\n]+|$)/;
const HEADINGS: Record<string, string> = { h1: "h2", h2: "h3", h3: "h4", h4: "h5", h5: "h6", h6: "h6" };

/** What is emphasised within more is not emphasised more: a browser lays out no endless nesting. */
const DEEPEST = 50;

/** Draws blocks as elements: each block is one element, and nothing else stands between them. */
export class Renderer {
  /** The last words of a text that grows; what is open in them is drawn as if it were closed. */
  private readonly last: Token | null;

  constructor(
    private readonly reading: Reading,
    tokens: readonly Token[],
    /** How many lines are complete. */
    private readonly lines: number,
  ) {
    this.last = reading.growing ? (tokens.findLast((token) => token.type === "inline") ?? null) : null;
  }

  blocks(blocks: readonly Block[], isFirst = false): HTMLElement[] {
    return blocks.map((block, at) => this.block(block, isFirst && at === 0));
  }

  /** One block; the first paragraph of a list item has the item's direction. */
  private block(block: Block, isFirstOfItem: boolean): HTMLElement {
    const { token } = block;
    switch (block.type) {
      case "paragraph": {
        const mayGrow = block.end >= this.lines;
        return isFirstOfItem
          ? this.item(block.children, mayGrow)
          : directed(this.words(element("p"), block.children, mayGrow));
      }
      case "heading": {
        const drawn = element(HEADINGS[token.tag] ?? "h6", { class: `pg-${token.tag}` });
        return directed(this.words(drawn, block.children, block.end > this.lines));
      }
      case "blockquote":
        return append(element("blockquote"), this.blocks(block.children));
      case "bullet_list":
      case "ordered_list":
        return this.list(block);
      case "list_item":
        return directed(append(element("li"), this.blocks(block.children, true)));
      case "table":
        return this.table(block);
      case "tr":
        return this.row(block);
      case "fence":
        return finishedCode(token.content, languageOf(token), (token.meta as unknown as FenceMeta).closed);
      case "code_block":
        return finishedCode(token.content, "", false);
      case "formula_block":
        return formulaElement("div", token.content, true, token.meta?.["open"] === true);
      default:
        return element(token.tag === "hr" ? "hr" : "div");
    }
  }

  /** The first words of a list item, which may be a task. */
  private item([words]: readonly Block[], mayGrow: boolean): HTMLElement {
    const drawn = element("p");
    if (words === undefined) return drawn;
    const { token } = words;
    const task = (mayGrow && this.isLast(token) ? TASK_TO_COME : TASK).exec(token.content);
    if (task === null) return this.words(drawn, [words], mayGrow);
    const done = task[1] !== " ";
    drawn.className = "pg-task";
    const state = { type: "checkbox", disabled: "", "aria-label": done ? "Done" : "To do" };
    drawn.append(element("input", done ? { ...state, checked: "" } : state), " ");
    return this.draw(drawn, token, token.content.slice(task[0].length), mayGrow);
  }

  private list(block: Block): HTMLElement {
    const list = element(block.type === "ordered_list" ? "ol" : "ul");
    const start = block.token.attrGet("start");
    if (start !== null) list.setAttribute("start", String(start));
    append(list, this.blocks(block.children));
    nameList(list, isLoose(block.children));
    return list;
  }

  private table(block: Block): HTMLElement {
    const table = element("table");
    for (const part of block.children) append(table.appendChild(element(part.token.tag)), this.blocks(part.children));
    return append(element("div", { class: "pg-rows", tabindex: "0" }), [table]);
  }

  private row(block: Block): HTMLElement {
    return append(
      element("tr"),
      block.children.map((cell) => {
        const align = /text-align:(\w+)/.exec(String(cell.token.attrGet("style") ?? ""))?.[1];
        const drawn = element(cell.token.tag, align === undefined ? {} : { class: `pg-${align}` });
        this.reading.inCell = true;
        this.words(drawn, cell.children, block.end >= this.lines);
        this.reading.inCell = false;
        return directed(drawn);
      }),
    );
  }

  private words(into: HTMLElement, children: readonly Block[], mayGrow: boolean): HTMLElement {
    for (const { token } of children) this.draw(into, token, token.content, mayGrow);
    return into;
  }

  private draw(into: HTMLElement, token: Token, text: string, mayGrow: boolean): HTMLElement {
    drawWords(into, readWords(text, { ...this.reading, growing: mayGrow && this.isLast(token) }));
    return into;
  }

  private isLast(token: Token): boolean {
    return token === this.last;
  }
}

export function drawWords(into: HTMLElement, tokens: readonly Token[]): void {
  const parents: { element: HTMLElement; href: string }[] = [{ element: into, href: "" }];
  const inLink = () => parents.some(({ href }) => href !== "");
  for (const token of tokens) {
    const parent = parents.at(-1)?.element ?? into;
    const emphasis = EMPHASIS[token.type];
    if (emphasis !== undefined)
      parents.push({ element: parents.length > DEEPEST ? parent : parent.appendChild(element(emphasis)), href: "" });
    else if (token.type === "link_open") {
      const href = String(token.attrGet("href") ?? "");
      const leads = hostOf(href) !== null;
      const link = leads ? anchor(href, token.attrGet("title")) : element("span");
      parents.push({ element: parent.appendChild(link), href: leads ? href : "" });
    } else if (token.nesting < 0) {
      const closed = parents.pop();
      if (closed !== undefined && closed.href !== "") addHost(closed.element, closed.href);
    } else if (token.type === "image") drawPicture(parent, token, inLink());
    else if (token.type === "code_inline")
      parent.appendChild(element("code", { dir: "ltr" })).append(...withoutTurns(token.content));
    else if (token.type === "formula")
      parent.append(
        formulaElement("span", token.content, token.meta?.["display"] === true, token.meta?.["open"] === true),
      );
    else if (token.tag === "br") breakLine(parent);
    else addText(parent, token.content);
  }
}

/** A picture that is in the text itself is shown; of one that would be fetched the words, and where it is. */
function drawPicture(parent: HTMLElement, token: Token, inLink: boolean): void {
  const src = String(token.attrGet("src") ?? "");
  const alt = plain(token.children ?? []).trim() || "image";
  if (isShownPicture(src)) {
    parent.append(element("img", { src, alt, class: "pg-image" }));
  } else if (inLink || isPicture(src) || hostOf(src) === null) {
    parent.appendChild(element("span", { class: "pg-image" })).append(...withoutTurns(alt));
  } else {
    const link = parent.appendChild(anchor(src, null));
    link.classList.add("pg-image");
    link.append(...withoutTurns(alt));
    addHost(link, src);
  }
}

function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) => (token.type === "image" ? plain(token.children ?? []) : token.tag === "br" ? " " : token.content))
    .join("");
}

function anchor(href: string, title: string | number | null): HTMLElement {
  const link = element("a", { href, target: "_blank", rel: "noopener noreferrer" });
  if (title !== null) link.title = String(title);
  return link;
}

/** Says beside a link where it leads, unless its text does. */
function addHost(link: HTMLElement, href: string): void {
  const host = hostOf(href);
  if (host === null || saysHost(link.textContent ?? "", host)) return;
  const label = element("span", { class: "pg-host" });
  label.textContent = ` (${host})`;
  link.after(label);
}

function breakLine(parent: HTMLElement): void {
  const last = parent.lastChild;
  if (last instanceof Text) last.data = last.data.replace(/ +$/, "");
  parent.append(element("br"));
}

function addText(parent: HTMLElement, text: string): void {
  if (text === "") return;
  const last = parent.lastChild;
  if (turns(text)) parent.append(...withoutTurns(text));
  else if (last instanceof Text) last.appendData(text);
  else parent.append(text);
}

function finishedCode(text: string, language: string, isClosed: boolean): HTMLElement {
  const { element: block, code } = codeBlock(language);
  writeCode(code, { lines: 0, characters: 0 }, text);
  if (isClosed) colour(block, code, language);
  return block;
}

function element(tag: string, attributes: Record<string, string> = {}): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Gives an element the direction of its words. Only when it has them: a browser looks through all with each that comes. */
function directed(drawn: HTMLElement): HTMLElement {
  drawn.setAttribute("dir", "auto");
  return drawn;
}

/** Says of a list whether it is loose, and how many digits its last number has where they need more room than two. */
export function nameList(list: Element, loose: boolean): void {
  const last = list.tagName === "OL" ? Number(list.getAttribute("start") ?? 1) + list.childElementCount - 1 : 0;
  const digits = String(last).length;
  const names = [...(loose ? ["pg-loose"] : []), ...(digits > 2 ? [`pg-digits-${digits > 4 ? "more" : digits}`] : [])];
  const name = names.join(" ");
  if (name === list.className) return;
  if (name === "") list.removeAttribute("class");
  else list.className = name;
}

function append(parent: HTMLElement, children: readonly Node[]): HTMLElement {
  parent.append(...children);
  return parent;
}
