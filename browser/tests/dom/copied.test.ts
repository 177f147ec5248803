import { expect, test } from "vitest";
import { htmlOf } from "../../src/dom/copied";
import { growing } from "../../src/markdown/growing";

function drawn(text: string): HTMLElement {
  const words = growing();
  words.set(text);
  words.end();
  return words.element;
}

test("code is its text, without buttons, a label or a drawing", () => {
  const element = drawn("```mermaid\nflowchart TD\n  a --> b\n```");
  const drawing = document.createElement("div");
  drawing.className = "pg-drawing";
  drawing.innerHTML = `<img src="data:image/svg+xml,x" alt="Drawing">`;
  element.querySelector(".pg-code")?.append(drawing);
  const before = element.innerHTML;
  expect(htmlOf(element)).toMatch(/<pre><code>flowchart TD\n {2}a --&gt; b\n*<\/code><\/pre>/);
  expect(htmlOf(element)).not.toMatch(/button|Copy|Draw|mermaid|img/);
  expect(element.innerHTML).toBe(before);
});

test("formulas are TeX", () => {
  expect(htmlOf(drawn("So $a^2$ is"))).toContain("So <span>\\(a^2\\)</span> is");
  expect(htmlOf(drawn("$$\nb^2\n$$"))).toMatch(/\\\[\s*b\^2\s*\\\]/);
});

test("tasks are as they were written", () => {
  expect(htmlOf(drawn("- [ ] one\n- [x] two"))).toContain("<ul><li><p>[ ] one</p></li><li><p>[x] two</p></li></ul>");
});

test("tables, lists and links stay, and nothing that is for the page alone", () => {
  const html = htmlOf(drawn("| a | b |\n|---|--:|\n| 1 | **2** |\n\n3. [Here](https://example.org/x)"));
  expect(html).toContain("<td><strong>2</strong></td>");
  expect(html).toContain('<ol start="3">');
  expect(html).toContain('<a href="https://example.org/x">Here</a>');
  expect(html).not.toMatch(/class|tabindex|dir=|target/);
});
