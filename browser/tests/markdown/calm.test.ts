// What is seen of a text that is still being written.

import { describe, expect, it } from "vitest";
import { growing } from "../../src/markdown/growing";

function seen(text: string): string {
  const words = growing();
  for (const sign of text) words.add(sign);
  for (const buttons of words.element.querySelectorAll(".pg-code-buttons")) buttons.remove();
  const groups = [...words.element.children].map(({ innerHTML }) => innerHTML).join("");
  return groups.replaceAll(/ (?:dir|tabindex|class|data-tex)="[^"]*"/g, "");
}

describe("a text that is still being written", () => {
  it.each([
    ["a **b", "<p>a <strong>b</strong></p>"],
    ["a **b*", "<p>a <strong>b</strong></p>"],
    ["a *b", "<p>a <em>b</em></p>"],
    ["a ***b", "<p>a <em><strong>b</strong></em></p>"],
    ["a **b *c", "<p>a <strong>b <em>c</em></strong></p>"],
    ["a ~~b", "<p>a <s>b</s></p>"],
    ["2*3", "<p>2*3</p>"],
    ["a *", "<p>a</p>"],
    ["a `b", "<p>a <code>b</code></p>"],
    ["a ``b`", "<p>a <code>b</code></p>"],
    ["[a](http://b", "<p>a</p>"],
    ["![a](data:image/png;base64,AA", "<p>a</p>"],
    ["a \\(x^2", "<p>a <span>x^2</span></p>"],
    ["$$\nx", "<div>x</div>"],
    ["It costs $5", "<p>It costs $5</p>"],
    ["- [", "<ul><li></li></ul>"],
    ["- [x]", '<ul><li><p><input type="checkbox" disabled="" aria-label="Done" checked=""> </p></li></ul>'],
    ["a\n-", "<p>a</p>"],
    ["a\n1", "<p>a</p>"],
    ["a\n#", "<p>a</p>"],
    ["a\n``", "<p>a</p>"],
    ["| a | b", "<div><table><thead><tr><th>a</th><th>b</th></tr></thead></table></div>"],
    ["| a | b |\n|--", "<div><table><thead><tr><th>a</th><th>b</th></tr></thead></table></div>"],
    [
      "> | a | b |\n> |--",
      "<blockquote><div><table><thead><tr><th>a</th><th>b</th></tr></thead></table></div></blockquote>",
    ],
    ["```\ncode\n``", "<div><pre><code><span>code\n</span></code></pre></div>"],
  ])("%j", (text, html) => expect(seen(text)).toBe(html));
});
