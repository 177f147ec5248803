import type { MarkdownIt, StateBlock, Token } from "markdown-it";
import { ruleOf } from "./blocks";

/** What the token of a table tells: its first two lines, without what is before them. */
export interface TableMeta {
  head: [string, string];
  columns: number;
}

/** What the token of a row tells: how many cells it has as it is written. */
export interface RowMeta {
  cells: number;
}

/** Has markdown-it's rule keep what is written: a sign of columns within code is code, and no cell is left out. */
export function mendTables(md: MarkdownIt): void {
  const table = ruleOf(md, "table");
  const mended = (state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean => {
    const at = state.tokens.length;
    if (!table(state, startLine, endLine, silent)) return false;
    if (silent) return true;
    const tokens = state.tokens.slice(at);
    const columns = tokens.filter(({ type }) => type === "th_open").length;
    for (const [index, token] of tokens.entries()) {
      if (token.type !== "tr_open" || token.map === null || token.map[0] === startLine) continue;
      const cells = cellsIn(lineAt(state, token.map[0]));
      token.meta = { cells: cells.length } satisfies RowMeta;
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
    const words = tokens[row + 2 + column * 3];
    const isLast = column === columns - 1;
    if (words?.type === "inline")
      words.content = (
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

/** A row cut at its signs of columns, but for those that are escaped or within code. */
export function cellsIn(row: string): string[] {
  const text = row.trim();
  const cells: string[] = [];
  let cell = "";
  for (let at = 0; at < text.length; ) {
    const end = text[at] === "`" ? endOfCode(text, at) : at + 1;
    if (text[at] === "\\" && text[at + 1] === "|") {
      cell += "|";
      at += 2;
    } else if (text[at] === "\\" && at + 1 < text.length) {
      cell += text.slice(at, at + 2);
      at += 2;
    } else if (text[at] === "|") {
      cells.push(cell);
      cell = "";
      at++;
    } else {
      cell += text.slice(at, end).replaceAll("\\|", "|");
      at = end;
    }
  }
  cells.push(cell);
  if (cells[0] === "") cells.shift();
  if (cells.at(-1) === "") cells.pop();
  return cells;
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

/** Where the rows of a drawn table are. */
export function tableBody(block: Element): Element {
  const table = block.querySelector("table") ?? block;
  return table.querySelector("tbody") ?? table.appendChild(document.createElement("tbody"));
}
