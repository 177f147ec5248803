/** A last line that does not tell yet what it begins: a list or a rule, a heading, a fence, a formula. */
const UNTOLD = /(?:^|\n)[ \t>]*(?:[-*+=#`~_|:$\\[\]!<]{1,12}|\d{1,9}[.)]?)[ \t]*$/;
const UNTOLD_IN_CODE = /(?:^|\n)[ \t>]*(?:`+|~+)[ \t]*$/;
/** Marks whose meaning what follows tells. */
const MARKS = /[*_~`\\[<$]{1,3}$/;

/** A growing text as it is drawn: without what may mean this or that at its end. */
export function shown(text: string, inCode: boolean): string {
  const end = (inCode ? UNTOLD_IN_CODE : UNTOLD).exec(text.slice(-40));
  if (end !== null) {
    const line = text.length - Math.min(40, text.length) + end.index;
    if (text[line] === "\n" || text.length <= 40) return text.slice(0, text[line] === "\n" ? line + 1 : line);
  }
  return inCode ? text : text.replace(MARKS, "");
}
