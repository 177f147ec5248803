import { beforeEach, expect, test } from "vitest";
import { offered, readPictures } from "../../src/composer/files";

const PNG = "\x89PNG\r\n\x1a\n....";
let isDamaged = false;

beforeEach(() => {
  isDamaged = false;
  // jsdom decodes no pictures.
  HTMLImageElement.prototype.decode = () => (isDamaged ? Promise.reject(new Error("damaged")) : Promise.resolve());
});

function file(name: string, start = PNG, size = start.length): File {
  const made = new File([Uint8Array.from(start, (character) => character.charCodeAt(0))], name);
  Object.defineProperty(made, "size", { value: size });
  return made;
}

const kindsOf = async (...files: File[]) => {
  const { pictures, refusals } = await readPictures(files, []);
  return [...pictures.map(({ url }) => url.slice(0, url.indexOf(";"))), ...refusals];
};

test.each([
  ["PNG", PNG, "data:image/png"],
  ["JPEG", "\xff\xd8\xff\xe0", "data:image/jpeg"],
  ["GIF", "GIF89a", "data:image/gif"],
  ["WebP", "RIFF\x01\x01\x01\x01WEBP", "data:image/webp"],
  ["text", "Hello, there", "picture.gif is left out: it is no PNG, JPEG, WebP or GIF."],
])("the bytes of a %s decide what it is, whatever its name", async (_, start, expected) => {
  expect(await kindsOf(file("picture.gif", start))).toEqual([expected]);
});

test("a damaged picture is left out, and the others are not", async () => {
  isDamaged = true;
  const { pictures, refusals } = await readPictures([file("a.png")], []);
  expect([pictures, refusals]).toEqual([[], ["a.png is left out: it is damaged."]]);
});

test("a picture that is too large is left out, and the next one is not", async () => {
  const { pictures, refusals } = await readPictures([file("large.png", PNG, 10_200_000), file("small.png")], []);
  expect(pictures.map(({ name }) => name)).toEqual(["small.png"]);
  expect(refusals).toEqual(["large.png is left out: it has 10.2 MB, a picture may have 10 MB."]);
});

test("pictures that are too large together are left out", async () => {
  const existing = [{ name: "there.png", url: "", bytes: 21_000_000 }];
  const { pictures, refusals } = await readPictures([file("more.png", PNG, 9_500_000)], existing);
  expect(pictures).toEqual([]);
  expect(refusals[0]).toContain("the pictures of a message may have 30 MB together");
});

test("a message takes sixteen pictures, counting those that it has", async () => {
  const existing = Array.from({ length: 15 }, (_, number) => ({ name: `${number}`, url: "", bytes: 1 }));
  const { pictures, refusals } = await readPictures([file("a.png"), file("b.png")], existing);
  expect(pictures.map(({ name }) => name)).toEqual(["a.png"]);
  expect(refusals).toEqual(["b.png is left out: a message takes 16 pictures."]);
});

test("a long name keeps its beginning and its end", async () => {
  const { refusals } = await readPictures([file(`${"n".repeat(90)}.tiff`, "II*")], []);
  expect(refusals[0]).toBe(`${"n".repeat(24)}…nnnnnnn.tiff is left out: it is no PNG, JPEG, WebP or GIF.`);
});

test("an offer brings pictures of its own, and nothing that would be fetched", () => {
  const pictures = offered(["data:image/png;base64,AAAA", "https://example.org/picture.png"]);
  expect(pictures).toEqual([{ name: "picture 1", url: "data:image/png;base64,AAAA", bytes: 20 }]);
});
