import { expect, test } from "vitest";
import { drawing, picture } from "../../src/markdown/mermaid";

const source = (image: HTMLImageElement): string => decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1));

test("a drawing is a picture with its size and its name", () => {
  const image = picture(`<body><svg width="100%" viewBox="0 0 40 20"><title>Two boxes</title><rect/></svg></body>`);
  expect(image.alt).toBe("Two boxes");
  expect(image.src).toMatch(/^data:image\/svg\+xml/);
  expect(source(image)).toContain(`width="40"`);
});

test("what runs or fetches is not in it", () => {
  const hostile = `<svg onload="x()"><script>x()</script><foreignObject><iframe src="//a.example"/></foreignObject>
    <image href="https://a.example/1.png"/><use href="#a"/><a href="javascript:x()"><text>Go</text></a>
    <style>@import url(https://a.example)</style><rect style="fill: url(https://a.example/2)"/></svg>`;
  expect(source(picture(hostile))).not.toMatch(/script|foreign|iframe|example|onload|<image|<use/i);
});

test("what is no drawing, or too long a text, is none", async () => {
  expect(() => picture("<p>Words</p>")).toThrow();
  await expect(drawing(`flowchart TD\n${"a-->b;".repeat(2_000)}`)).rejects.toThrow("too long");
});
