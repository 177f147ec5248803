import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Follower } from "../../src/transcript/scroll";

// jsdom lays nothing out: a box of 100 pixels with content of `height`, scrolled by hand.
let box: HTMLElement;
let log: HTMLElement;
let height: number;
let moved: () => void;
const followers: Follower[] = [];

beforeEach(() => {
  height = 500;
  document.body.innerHTML = `<div style="overflow-y: auto"><section><p id="a"></p><p id="b"></p></section></div>`;
  box = document.querySelector("div") as HTMLElement;
  log = document.querySelector("section") as HTMLElement;
  Object.defineProperties(box, {
    scrollHeight: { get: () => height },
    clientHeight: { value: 100 },
    scrollTop: { value: 0, writable: true },
  });
  moved = vi.fn();
});
afterEach(() => {
  for (const follower of followers.splice(0)) follower.leave();
});

function follow(): Follower {
  const follower = new Follower(log, moved);
  followers.push(follower);
  draw(follower);
  return follower;
}

/** What happens in a frame. */
function draw(follower: Follower): void {
  follower.measure();
  follower.scroll();
  // A browser never scrolls past the end.
  box.scrollTop = Math.min(box.scrollTop, height - 100);
  box.dispatchEvent(new Event("scroll"));
}

function scrollTo(top: number): void {
  box.scrollTop = top;
  box.dispatchEvent(new Event("scroll"));
}

const place = (id: string, top: () => number): HTMLElement => {
  const element = document.getElementById(id) as HTMLElement;
  element.getBoundingClientRect = () => ({ top: top(), bottom: top() + 50 }) as DOMRect;
  return element;
};

test("the end stays in view as the text grows", () => {
  const follower = follow();
  expect(box.scrollTop).toBe(400);
  height = 800;
  draw(follower);
  expect([box.scrollTop, follower.isAtEnd]).toEqual([700, true]);
});

test("a reader who scrolls up is left there, and followed again at the end", () => {
  const follower = follow();
  scrollTo(200);
  expect(follower.following).toBe(false);
  height = 800;
  draw(follower);
  expect(box.scrollTop).toBe(200);
  scrollTo(690);
  expect(follower.following).toBe(true);
  height = 900;
  draw(follower);
  expect(box.scrollTop).toBe(800);
});

test("a turn of the wheel up stops it before anything has scrolled", () => {
  const follower = follow();
  box.dispatchEvent(new WheelEvent("wheel", { deltaY: -1 }));
  expect(follower.following).toBe(false);
});

test("a page that is laid out anew is not taken for a reader", () => {
  const follower = follow();
  height = 450;
  scrollTo(300);
  expect(follower.following).toBe(true);
});

test("what is read stays where it is while something comes above it", () => {
  const follower = follow();
  scrollTo(200);
  let above = 0;
  const read = place("a", () => 20 + above - (box.scrollTop - 200));
  follower.keeping([read, place("b", () => 90)], () => {
    above = 70;
  });
  expect([box.scrollTop, read.getBoundingClientRect().top]).toEqual([270, 20]);
});

test("the end is followed where it was followed before, whatever comes above", () => {
  const follower = follow();
  follower.keeping([place("a", () => 20)], () => {
    height = 900;
  });
  draw(follower);
  expect(box.scrollTop).toBe(800);
});

test("of two transcripts that scroll together none follows its end", () => {
  const other = document.createElement("section");
  box.append(other);
  other.getClientRects = () => [{}] as unknown as DOMRectList;
  followers.push(new Follower(other, () => {}));
  const follower = follow();
  expect([follower.isShared, box.scrollTop]).toEqual([true, 0]);
});
