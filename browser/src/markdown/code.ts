import { NearView } from "../dom/near_view";
import { cut } from "../page/cut_text";
import { stopTurns, turns, withoutTurns } from "./direction_signs";
import { fillIn } from "./later";
import { setSource } from "./morph";
import { keepSelection } from "./selection";

/** So many lines are laid out together, and only where somebody looks. */
const LINES = 200;
/** Longer code is not coloured. */
const LONGEST_COLOURED = 40_000;
const LANGUAGE_LENGTH = 40;

/** A block of code with its language and buttons, still without its text. */
export function codeBlock(language: string): { element: HTMLElement; code: HTMLElement } {
  const element = document.createElement("div");
  element.className = "pg-code";
  if (language !== "") {
    const name = element.appendChild(document.createElement("span"));
    name.className = "pg-code-language";
    name.textContent = cut(language, LANGUAGE_LENGTH);
  }
  const buttons = element.appendChild(document.createElement("span"));
  buttons.className = "pg-code-buttons";
  if (language.toLowerCase() === "mermaid") buttons.append(button("pg-draw", "Draw"));
  buttons.append(button("pg-copy", "Copy"));
  const pre = element.appendChild(document.createElement("pre"));
  pre.dir = "ltr";
  pre.tabIndex = 0;
  return { element, code: pre.appendChild(document.createElement("code")) };
}

function button(name: string, text: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = name;
  element.textContent = text;
  return element;
}

/** Where in a block of code the text that stays ends. */
export interface CodeEnd {
  lines: number;
  /** Characters of the last group of lines. */
  characters: number;
}

/** Puts a text after what stays of a block of code, in the place of what is there. */
export function writeCode(code: HTMLElement, end: CodeEnd, text: string): void {
  let group = Math.floor(end.lines / LINES);
  let from = end.characters;
  let room = LINES - (end.lines % LINES);
  for (let at = 0; at < text.length || from > 0; ) {
    const chunk = takeLines(text, at, room);
    put(groupAt(code, group), from, text.slice(at, chunk.end));
    group++;
    at = chunk.end;
    from = 0;
    room = LINES;
  }
  while (code.children.length > group) code.lastElementChild?.remove();
}

/** Where what stays would end, if so many lines of the text after it stayed, too. */
export function endAfter(end: CodeEnd, text: string, stay: number): CodeEnd {
  const taken = takeLines(text, 0, stay);
  const lines = end.lines + taken.lines;
  const before = Math.floor(lines / LINES) * LINES - end.lines;
  const characters = before > 0 ? taken.end - takeLines(text, 0, before).end : end.characters + taken.end;
  return { lines, characters: lines % LINES === 0 ? 0 : characters };
}

function takeLines(text: string, from: number, most: number): { end: number; lines: number } {
  let end = from;
  let lines = 0;
  while (lines < most) {
    const next = text.indexOf("\n", end);
    if (next < 0) return { end: text.length, lines };
    end = next + 1;
    lines++;
  }
  return { end, lines };
}

function groupAt(code: HTMLElement, at: number): Element {
  const found = code.children[at];
  if (found !== undefined) return found;
  const group = code.appendChild(document.createElement("span"));
  group.className = "pg-lines";
  return group;
}

function put(group: Element, from: number, text: string): void {
  const node = group.firstChild;
  if (!(node instanceof Text) || node.nextSibling !== null || turns(text)) {
    group.replaceChildren(...withoutTurns((group.textContent ?? "").slice(0, from) + text));
  } else if (node.data.length >= from && text.startsWith(node.data.slice(from))) {
    node.appendData(text.slice(node.data.length - from));
  } else {
    node.replaceData(from, node.data.length - from, text);
  }
}

/** Colours finished code when it is near what is seen. */
export function colour(block: HTMLElement, code: HTMLElement, language: string): void {
  const text = code.textContent ?? "";
  setSource(block, `${language}\n${text}`);
  if (language === "" || text.length > LONGEST_COLOURED) return;
  uncoloured.set(code, language.toLowerCase());
  near.observe(code);
}

const uncoloured = new WeakMap<Element, string>();
const near = new NearView((code) => {
  const language = uncoloured.get(code);
  if (language === undefined) return;
  fillIn(code, (found, { highlight }) => {
    const coloured = highlight(found.textContent ?? "", language);
    if (coloured !== null) keepSelection(found, () => found.replaceChildren(...inGroups(stopTurns(coloured))));
  });
});

/** The same in groups of lines; an element that reaches over the end of one goes on in the next. */
function inGroups(fragment: DocumentFragment): Element[] {
  const groups: Element[] = [];
  const open: Element[] = [];
  let lines = LINES;
  let inner: Element | undefined;
  const begin = (): Element => {
    const group = document.createElement("span");
    group.className = "pg-lines";
    groups.push(group);
    lines = 0;
    return open.reduce<Element>((parent, element) => parent.appendChild(element.cloneNode(false) as Element), group);
  };
  const copy = (node: Node): void => {
    if (node instanceof Text) {
      for (let at = 0; at < node.data.length; ) {
        if (lines >= LINES || inner === undefined) inner = begin();
        const chunk = takeLines(node.data, at, LINES - lines);
        inner.append(node.data.slice(at, chunk.end));
        lines += chunk.lines;
        at = chunk.end;
      }
    } else if (node instanceof Element) {
      open.push(node);
      if (inner !== undefined) inner = inner.appendChild(node.cloneNode(false) as Element);
      for (const child of node.childNodes) copy(child);
      open.pop();
      inner = inner?.parentElement ?? undefined;
    }
  };
  for (const child of fragment.childNodes) copy(child);
  return groups;
}
