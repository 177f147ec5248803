import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Composer, ComposerData } from "../../src/composer/composer";
import { peekDraft } from "../../src/composer/drafts";
import { FakeSocket } from "../fake_socket";
import { problem } from "./message_box";

let socket: FakeSocket;
let composer: Composer;

beforeEach(async () => {
  vi.useFakeTimers();
  localStorage.clear();
  vi.stubGlobal(
    "WebSocket",
    class extends FakeSocket {
      constructor() {
        super();
        this.answers = true;
        socket = this;
      }
    },
  );
  document.body.innerHTML = `<main></main>`;
  await show(data());
});
afterEach(() => {
  composer.leave();
  vi.useRealTimers();
});

const data = (more: Partial<ComposerData> = {}): ComposerData => ({
  token: "token",
  slot: "main",
  placeholder: "Message",
  disabled: false,
  vision: true,
  draft_key: "new",
  offer: null,
  ...more,
});

/** A page of its own with a composer, whose channel is connected. */
async function show(details: ComposerData): Promise<void> {
  vi.resetModules();
  const { Composer } = await import("../../src/composer/composer");
  composer = new Composer(details);
  document.querySelector("main")?.replaceChildren(composer.element);
  socket.open();
  slot({ busy: false });
  await vi.advanceTimersByTimeAsync(0);
}

const slot = (more: object): void => socket.tell({ kind: "slot", slot: "main", mark: "mark", turns: [], ...more });
const box = (): HTMLTextAreaElement => document.querySelector("textarea") as HTMLTextAreaElement;
const button = (name: string): HTMLButtonElement =>
  [...document.querySelectorAll("button")].find(
    (one) => one.getAttribute("aria-label") === name || one.textContent === name,
  ) as HTMLButtonElement;
const press = (key: string, init: KeyboardEventInit = {}): boolean =>
  box().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
const type = (text: string): void => {
  box().value = text;
  box().dispatchEvent(new InputEvent("input"));
};
const sent = (): string[] =>
  (socket.sent as { kind: string; text?: string }[])
    .filter(({ kind }) => kind === "send" || kind === "stop")
    .map(({ kind, text }) => text ?? kind);

test("Enter sends, and Shift+Enter is a line of the message", () => {
  type("Hello");
  press("Enter", { shiftKey: true });
  expect(sent()).toEqual([]);
  press("Enter");
  expect([sent(), box().value]).toEqual([["Hello"], ""]);
});

test("an Enter that ends the work of an input method sends nothing", () => {
  type("こんにちは");
  press("Enter", { isComposing: true });
  press("Enter", { keyCode: 229 });
  expect(sent()).toEqual([]);
});

test("Send is there for a message alone, and Stop while an answer is on its way", () => {
  expect([button("Send").disabled, button("Stop").disabled]).toEqual([true, true]);
  type("Hello");
  expect(button("Send").disabled).toBe(false);
  slot({ busy: true });
  expect([button("Send").hidden, button("Stop").disabled]).toEqual([false, false]);
  type("");
  expect(button("Send").hidden).toBe(true);
});

test("Esc stops the answer, and nothing where there is none", () => {
  press("Escape");
  expect(sent()).toEqual([]);
  slot({ busy: true });
  press("Escape");
  expect(sent()).toEqual(["stop"]);
});

test("the second click of a double click on Send does not press Stop", async () => {
  type("Hello");
  button("Send").click();
  button("Stop").click();
  expect(sent()).toEqual(["Hello"]);
  slot({ busy: true });
  await vi.advanceTimersByTimeAsync(600);
  button("Stop").click();
  expect(sent()).toEqual(["Hello", "stop"]);
});

test("↑ in an empty box edits the last question of its slot", () => {
  const slots: string[] = [];
  const edit = (event: Event) => slots.push((event as CustomEvent<{ slot: string }>).detail.slot);
  document.addEventListener("pg-edit-last", edit);
  press("ArrowUp");
  type("Hello");
  press("ArrowUp");
  document.removeEventListener("pg-edit-last", edit);
  expect(slots).toEqual(["main"]);
});

test("a conversation that begins gives the draft its key, and the page its address", async () => {
  type("Hello");
  press("Enter");
  type("What is written next");
  socket.tell({ kind: "begun", slot: "main", draft_key: "c1", address: "c=c1" });
  await vi.advanceTimersByTimeAsync(400);
  expect(location.search).toBe("?c=c1");
  expect([peekDraft("new").text, peekDraft("c1").text]).toEqual(["", "What is written next"]);
});

test("a page run for another conversation brings its draft, and keeps that of the one before", async () => {
  type("For the first");
  composer.update(data({ draft_key: "another" }));
  await vi.advanceTimersByTimeAsync(0);
  expect([box().value, peekDraft("new").text]).toEqual(["", "For the first"]);
});

test("a message that cannot fit is not sent", async () => {
  type("Hello");
  await vi.advanceTimersByTimeAsync(400);
  socket.tell({ kind: "gauge", slot: "main", label: "", refusal: "It is 1,000 tokens too long." });
  expect(button("Send").disabled).toBe(true);
  press("Enter");
  expect(sent()).toEqual([]);
  expect(problem()).toBe("Not sent: It is 1,000 tokens too long.");
});

test("a composer that is disabled takes no message", () => {
  composer.update(data({ disabled: true, placeholder: "Every pane has a prompt of its own" }));
  expect([box().disabled, box().placeholder]).toEqual([true, "Every pane has a prompt of its own"]);
  type("Hello");
  press("Enter");
  expect(sent()).toEqual([]);
});
