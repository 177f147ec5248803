import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Channel } from "../../src/channel/channel";
import type { Settling } from "../../src/page/settled";
import type { Asking } from "../../src/transcript/asking";
import { FakeSocket } from "../fake_socket";

let socket: FakeSocket;
let asking: Asking;
let settling: Settling;
let notices: string[];
let last: string;
let removed: AbortController;
const leaves: (() => void)[] = [];

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules(); // each test has a page of its own, on which nothing was touched
  Object.defineProperty(navigator, "userActivation", { value: { hasBeenActive: false }, configurable: true });
  settling = (await import("../../src/page/settled")).settling;
  const { Asking } = await import("../../src/transcript/asking");
  document.body.innerHTML = `
    <input id="slider" aria-label="Temperature">
    <section><div data-turn="a"><button data-do="regenerate"></button><button data-do="menu"></button></div></section>`;
  notices = [];
  last = "a";
  removed = new AbortController();
  socket = new FakeSocket();
  socket.answers = true;
  const channel = new Channel("token", () => socket);
  leaves.push(channel.join("main", {}), settling.watch());
  socket.open();
  asking = new Asking({
    log: document.querySelector("section") as HTMLElement,
    channel,
    slot: "main",
    removed: removed.signal,
    say: (text) => notices.push(text),
    beforeAsking: () => {},
    last: () => last,
  });
});
afterEach(() => {
  removed.abort();
  for (const leave of leaves.splice(0)) leave();
  vi.useRealTimers();
});

const requests = (): { kind: string; number: number }[] =>
  (socket.sent as { kind: string; number: number }[]).filter(({ kind }) => !["hello", "ping"].includes(kind));
const kinds = (): string[] => requests().map(({ kind }) => kind);
const regenerate = (): HTMLButtonElement => document.querySelector("[data-do=regenerate]") as HTMLButtonElement;
const done = (problem?: object): void =>
  socket.tell({ kind: "done", number: requests().at(-1)?.number, ...(problem === undefined ? {} : { problem }) });
const moveSlider = (): void =>
  void document.getElementById("slider")?.dispatchEvent(new Event("input", { bubbles: true }));

/** Has what was touched settled: the server has all settings. */
async function settle(): Promise<void> {
  settling.ask = (question) => settling.arrived(question);
  await vi.advanceTimersByTimeAsync(1_000);
}

test("a model is asked by one request at a time, and its controls are off meanwhile", async () => {
  const first = asking.ask({ kind: "retry", turn: "a" });
  const second = asking.ask({ kind: "proceed" });
  expect([kinds(), regenerate().disabled, await second]).toEqual([["retry"], true, false]);
  done();
  expect([await first, regenerate().disabled]).toEqual([true, false]);
});

test("what asks no model is sent at any time", () => {
  void asking.ask({ kind: "retry", turn: "a" });
  void asking.ask({ kind: "select", turn: "a" });
  void asking.ask({ kind: "stop" });
  expect(kinds()).toEqual(["retry", "select", "stop"]);
});

test("controls that are drawn while a model is asked are off as well", async () => {
  const asked = asking.ask({ kind: "retry", turn: "a" });
  regenerate().outerHTML = `<button data-do="regenerate"></button>`;
  expect(regenerate().disabled).toBe(false);
  asking.drawn();
  expect(regenerate().disabled).toBe(true);
  done();
  await asked;
  expect(regenerate().disabled).toBe(false);
});

test("a problem is shown with what to do", async () => {
  const asked = asking.ask({ kind: "delete", turn: "a" });
  done({ message: "It is gone.", hint: "Reload the page." });
  expect([await asked, notices]).toEqual([false, ["It is gone. Reload the page."]]);
});

test("a model is asked once the server has the settings on screen", async () => {
  moveSlider();
  void asking.ask({ kind: "retry", turn: "a" });
  expect(kinds()).toEqual([]);
  await settle();
  expect(kinds()).toEqual(["retry"]);
});

test("nothing is asked where another conversation has come meanwhile", async () => {
  moveSlider();
  const asked = asking.ask({ kind: "retry", turn: "a" });
  last = "b";
  await settle();
  expect([await asked, kinds(), notices]).toEqual([false, [], []]);
});

test("nothing is asked once the transcript is removed", async () => {
  moveSlider();
  const asked = asking.ask({ kind: "retry", turn: "a" });
  removed.abort();
  await settle();
  expect([await asked, kinds()]).toEqual([false, []]);
});

test("the focus goes from a control that is switched off to the menu of its turn", () => {
  regenerate().focus();
  void asking.ask({ kind: "retry", turn: "a" });
  expect(document.activeElement?.getAttribute("data-do")).toBe("menu");
});
