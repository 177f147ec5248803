import { cellsIn } from "./table";

/** A last line that does not tell yet what it begins: a list or a rule, a heading, a fence, a formula. */
const UNTOLD = /(?:^|\n)[ \t>]*(?:[-*+=#`~_|:$\\[\]!<]{1,12}|\d{1,9}[.)]?)[ \t]*$/;
const UNTOLD_IN_CODE = /(?:^|\n)[ \t>]*(?:`+|~+)[ \t]*$/;
/** Marks whose meaning what follows tells. */
const MARKS = /(?:[*_~`\\[<$]{1,3}|<br?\s?\/?)$/i;
/** The first line of what will be a table, and what there is of the second. */
const HEAD = /(?:^|\n[ \t>]*\n)([ \t>]*)(\|[^\n]*\|[^\n]*)(?:\n[ \t>|:-]*)?$/;
/** So many characters at the end are looked at. */
const END = 1_000;

/** A growing text as it is drawn: without what may mean this or that at its end, and with what is sure to come. */
export function shown(text: string, within: "fence" | "table" | undefined): string {
  if (within === undefined) {
    const start = Math.max(0, text.length - END);
    const head = HEAD.exec(text.slice(start));
    if (head !== null) return withTable(text, start + head.index, head);
  }
  const end = (within === "fence" ? UNTOLD_IN_CODE : UNTOLD).exec(text.slice(-40));
  if (end !== null) {
    const line = text.length - Math.min(40, text.length) + end.index;
    if (text[line] === "\n" || text.length <= 40) return text.slice(0, text[line] === "\n" ? line + 1 : line);
  }
  return within === "fence" ? text : text.replace(MARKS, "");
}

/** The text with the head of a table at its end. */
function withTable(text: string, at: number, [found = "", before = "", row = ""]: readonly string[]): string {
  const columns = cellsIn(row).length;
  const start = at + found.indexOf(before + row, found.startsWith("\n") ? 1 : 0);
  const words = row.replace(MARKS, "");
  return columns === 0
    ? text
    : `${text.slice(0, start)}${before}${words}\n${before}|${"---|".repeat(cellsIn(words).length)}`;
}
