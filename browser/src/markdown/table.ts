import type { MarkdownIt, StateBlock, Token } from "markdown-it";
import { ruleOf } from "./blocks";
import { endOfFormula } from "./math";

const DELIMITERS = /^[|:-]/;
const MAY_HOLD_PIPES = /[`$\\]/;

/** What the token of a table tells: its first two lines, without what is before them. */
export interface TableMeta {
  head: [string, string];
  columns: number;
}

/** What the token of a row tells: how many cells it has as it is written. */
export interface RowMeta {
  cells: number;
}

/** Has markdown-it's rule keep what is written: a sign of columns within code or a formula is part of it, and no cell is left out. */
export function mendTables(md: MarkdownIt): void {
  const table = ruleOf(md, "table");
  const mended = (state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean => {
    const at = state.tokens.length;
    const { src } = state;
    state.src = withoutInnerPipes(state, startLine, endLine);
    const isTable = table(state, startLine, endLine, silent);
    state.src = src;
    if (!isTable || silent) return isTable;
    const tokens = state.tokens.slice(at);
    const columns = tokens.filter(({ type }) => type === "th_open").length;
    for (const [index, token] of tokens.entries()) {
      if (token.type !== "tr_open" || token.map === null) continue;
      const cells = cellsIn(lineAt(state, token.map[0]));
      if (token.map[0] !== startLine) token.meta = { cells: cells.length } satisfies RowMeta;
      setCells(tokens, index, columns, cells);
    }
    const [opening] = tokens;
    const head: TableMeta["head"] = [lineAt(state, startLine), lineAt(state, startLine + 1)];
    if (opening !== undefined) opening.meta = { head, columns } satisfies TableMeta;
    return true;
  };
  md.block.ruler.at("table", mended, { alt: ["paragraph", "reference"] });
}

/** The cells of a row: each begins with an opening token, its words, and a closing one. */
function setCells(tokens: readonly Token[], row: number, columns: number, cells: readonly string[]): void {
  for (let column = 0; column < columns; column++) {
    const content = tokens[row + 2 + column * 3];
    const isLast = column === columns - 1;
    if (content?.type === "inline")
      content.content = (
        isLast
          ? cells
              .slice(column)
              .map((cell) => cell.trim())
              .join(" | ")
          : (cells[column] ?? "")
      ).trim();
  }
}

function lineAt(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
}

/** The cells of a row, split at each `|` that is neither escaped nor inside of code or a formula. */
export function cellsIn(row: string): string[] {
  const cells = [""];
  for (const part of partsOf(row.trim())) {
    if (part === "|") cells.push("");
    else cells[cells.length - 1] += part.replaceAll("\\|", "|");
  }
  if (cells[0] === "") cells.shift();
  if (cells.at(-1) === "") cells.pop();
  return cells;
}

/** The text with no `|` in the first line of a table but those that split cells. */
function withoutInnerPipes(state: StateBlock, startLine: number, endLine: number): string {
  const { src } = state;
  if (startLine + 1 >= endLine || !DELIMITERS.test(lineAt(state, startLine + 1))) return src;
  const line = lineAt(state, startLine);
  if (!MAY_HOLD_PIPES.test(line)) return src;
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  const parts = partsOf(line).map((part) => (part === "|" ? part : part.replaceAll("|", "x")));
  return src.slice(0, start) + parts.join("") + src.slice(start + line.length);
}

/** A row in parts, of which each `|` that splits cells is one. */
function partsOf(row: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < row.length; ) {
    const end = endOfPart(row, at);
    parts.push(row.slice(at, end));
    at = end;
  }
  return parts;
}

function endOfPart(row: string, at: number): number {
  if (row[at] === "`") return endOfCode(row, at);
  const end = row[at] === "$" || row[at] === "\\" ? endOfFormula(row, at) : -1;
  if (end > 0 && mayHoldPipes(row.slice(at, end))) return end;
  return row[at] === "\\" && at + 1 < row.length ? at + 2 : at + 1;
}

/** |$5|$ are two prices; $|x|$ and $P(A|B)$ are formulas. */
function mayHoldPipes(formula: string): boolean {
  if (!formula.startsWith("$") || formula.startsWith("$$")) return true;
  const tex = formula.slice(1, -1);
  return /[A-Za-z0-9]/.test(tex) && tex.startsWith("|") === tex.endsWith("|");
}

/** The end of the code that begins here, or of its marks where it is none. */
function endOfCode(text: string, start: number): number {
  let from = start;
  while (text[from] === "`") from++;
  const marks = text.slice(start, from);
  for (let at = text.indexOf(marks, from); at >= 0; at = text.indexOf(marks, at)) {
    let end = at;
    while (text[end] === "`") end++;
    if (end - at === marks.length) return end;
    at = end;
  }
  return from;
}

/** So many rows are a group of their own. */
const ROWS = 40;
const ROLES = [
  ["tr", "row"],
  ["th", "columnheader"],
  ["td", "cell"],
] as const;

/** Where rows are added to a drawn table: its last group of rows. */
export function tableBody(block: Element): Element {
  const table = tableOf(block);
  return [...table.querySelectorAll(":scope > tbody")].at(-1) ?? table.appendChild(document.createElement("tbody"));
}

/**
 * Sets finished rows apart where they are many, and returns the last finished one of the group that rows are added to.
 *
 * A browser lays out a table anew with each row that comes: all of its rows. One that is long keeps the widths that its
 * columns have, so that a group of rows which is finished is not looked at again.
 */
export function groupRows(block: Element, finished: Element | null): Element | null {
  const body = tableBody(block);
  if (finished === null || body.childElementCount < ROWS) return finished;
  const table = tableOf(block);
  if (!table.classList.contains("pg-long")) keepWidths(table);
  const next = document.createElement("tbody");
  while (finished.nextSibling !== null) next.append(finished.nextSibling);
  table.append(next);
  nameParts(body);
  return null;
}

/** Says what the parts of a group are where the table is laid out in a way that hides it from some screen readers. */
export function nameParts(body: Element): void {
  if (body.closest(".pg-long") === null) return;
  for (const [parts, role] of ROLES)
    for (const part of body.querySelectorAll(`${parts}:not([role])`)) part.setAttribute("role", role);
  body.setAttribute("role", "rowgroup");
}

function keepWidths(table: HTMLElement): void {
  const { width } = table.getBoundingClientRect();
  const columns = [...table.querySelectorAll("th")].map((cell) => cell.getBoundingClientRect().width || 1);
  if (width > 0) table.style.width = `${width}px`; // one that is not seen takes the room that there is
  table.style.setProperty("--pg-columns", columns.map((column) => `minmax(0, ${column}fr)`).join(" "));
  table.classList.add("pg-long");
  table.setAttribute("role", "table");
  for (const head of table.querySelectorAll("thead")) nameParts(head);
}

const tableOf = (block: Element): HTMLElement => block.querySelector("table") ?? (block as HTMLElement);
