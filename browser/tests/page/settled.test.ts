import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Gate } from "../../src/page/gate";
import { Settling } from "../../src/page/settled";

let settling: Settling;
let asked: string[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = `
    <input id="theirs" aria-label="Temperature">
    <div data-testid="stTextInput"><input id="slow"></div>
    <p id="words">Some words</p>
    <div class="pg-composer"><textarea id="ours"></textarea></div>`;
  Object.defineProperty(navigator, "userActivation", { value: { hasBeenActive: false }, configurable: true });
  settling = new Settling();
  asked = [];
  settling.ask = (name) => asked.push(name);
  stop = settling.watch();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

const at = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const does = (id: string, kind: string): void => void at(id).dispatchEvent(new Event(kind, { bubbles: true }));
const settle = (signal = new AbortController().signal) => settling.settle(signal, new Gate().passage());

test("what is done in the conversation is no change of a setting", () => {
  does("ours", "input");
  does("words", "click");
  expect(settling.touched).toBe(false);
  does("theirs", "input");
  expect(settling.touched).toBe(true);
});

test("where nothing was used nothing is asked", async () => {
  expect(await settle()).toEqual({ state: "arrived" });
  expect(asked).toEqual([]);
});

test("asks once what was done is drawn, and waits for the answer", async () => {
  does("theirs", "input");
  const settled = settle();
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toHaveLength(1);
  settling.arrived(asked[0] ?? "");
  expect(await settled).toEqual({ state: "arrived" });
  expect(settling.touched).toBe(false);
});

test("what Streamlit keeps to itself for a while is waited for", async () => {
  does("slow", "input");
  void settle();
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toHaveLength(1);
});

test("what was used after the question is not waited for", async () => {
  does("theirs", "input");
  const settled = settle();
  await vi.advanceTimersByTimeAsync(500);
  does("theirs", "input");
  settling.arrived(asked[0] ?? "");
  expect(await settled).toEqual({ state: "arrived" });
  expect(settling.touched).toBe(true);
});

test("until the question has left, no change begins", async () => {
  const clicked = vi.fn();
  at("theirs").addEventListener("mousedown", clicked);
  does("theirs", "input");
  void settle();
  does("theirs", "mousedown");
  expect(clicked).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(500);
  does("theirs", "mousedown");
  expect(clicked).toHaveBeenCalledOnce();
});

test("an answer to another page, or to an earlier question, is none", async () => {
  does("theirs", "input");
  const settled = settle();
  await vi.advanceTimersByTimeAsync(500);
  settling.arrived("another 99");
  settling.arrived("");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await settled).toEqual({ state: "late" });
  expect(settling.touched).toBe(true);
});

test("a question that was lost is asked again", async () => {
  does("theirs", "input");
  const settled = settle();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(asked).toHaveLength(2);
  settling.arrived(asked[1] ?? "");
  expect(await settled).toEqual({ state: "arrived" });
});

test("two that wait are both let go by the later answer", async () => {
  does("theirs", "input");
  const both = Promise.all([settle(), settle()]);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toHaveLength(2);
  settling.arrived(asked[1] ?? "");
  expect(await both).toEqual([{ state: "arrived" }, { state: "arrived" }]);
});

test("waiting can be given up", async () => {
  const back = new AbortController();
  does("theirs", "input");
  const settled = settle(back.signal);
  await vi.advanceTimersByTimeAsync(500);
  back.abort();
  expect(await settled).toEqual({ state: "aborted" });
});

test("a field that has the focus is left, so that it is sent", async () => {
  at("theirs").focus();
  expect(settling.idle).toBe(false);
  void settle();
  expect(document.activeElement).toBe(document.body);
  expect(settling.touched).toBe(true);
});

test("what is clicked before the question has left is clicked right behind it", async () => {
  const clicks: string[] = [];
  document.body.insertAdjacentHTML("beforeend", "<button id='first'></button><button id='second'></button>");
  for (const id of ["first", "second"]) at(id).onclick = () => clicks.push(`${id}, ${asked.length} asked`);
  does("theirs", "input");
  void settle();
  at("first").click();
  at("second").click();
  expect(clicks).toEqual([]);
  await vi.advanceTimersByTimeAsync(400);
  expect(clicks).toEqual(["second, 1 asked"]);
});
