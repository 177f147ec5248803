// Texts as they come by chance: the same for the same seed.

/** Numbers from 0 to 1 (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const PIECES = [
  "word",
  " ",
  " ",
  "\n",
  "\n",
  "\n",
  "\n\n",
  "\n\n",
  "- ",
  "- ",
  "* ",
  "1. ",
  "2) ",
  "10. ",
  "> ",
  "> ",
  ">",
  "# ",
  "## ",
  "    ",
  "  ",
  "   ",
  "\t",
  "```",
  "```\n",
  "```py\n",
  "````",
  "~~~\n",
  "```markdown\n",
  "```json\n",
  "---",
  "===",
  "***",
  "**",
  "*",
  "_",
  "~~",
  "~",
  "`",
  "``",
  "|",
  " | ",
  "| a | b |\n",
  "|---|---|\n",
  "| - |",
  ":-:",
  "[a]",
  "[a]: /u\n",
  "[a]: http://u.v 'ti\ntle'\n",
  "[text](http://x.y/z)",
  "![alt](http://x.y/p.png)",
  "<br>",
  "<b>",
  "<http://a.b>",
  "\\",
  "\\(",
  "\\)",
  "\\[",
  "\\]",
  "$$",
  "$$\n",
  "$",
  "$x^2$",
  "$5",
  "&amp;",
  "http://a.b/c",
  ":",
  "**bold**",
  "`code`",
  "א",
  "中「文」",
  "…",
  "!",
  "line one\nline two",
  "- [ ] x\n",
  "\r\n",
  "\0",
];

export function someText(next: () => number, length: number): string {
  let text = "";
  for (let left = Math.floor(next() * length); left >= 0; left--)
    text += PIECES[Math.floor(next() * PIECES.length)] ?? "";
  return text;
}

/** The text cut into pieces. */
export function cutUp(text: string, next: () => number): string[] {
  const most = 1 + Math.floor(next() * next() * 30);
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const size = 1 + Math.floor(next() * most);
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}
