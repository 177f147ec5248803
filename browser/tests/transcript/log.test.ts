// What a person does in a transcript, and what is asked for it.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Channel } from "../../src/channel/channel";
import { peekDraft } from "../../src/composer/drafts";
import { settling } from "../../src/page/settled";
import { Log } from "../../src/transcript/log";
import { FakeSocket } from "../fake_socket";

let socket: FakeSocket;
let log: Log;
let questions: string[];
const leaves: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  Object.defineProperty(navigator, "userActivation", { value: { hasBeenActive: false }, configurable: true });
  document.body.innerHTML = `<input id="slider" aria-label="Temperature"><main></main>`;
  questions = [];
  settling.ask = (name) => questions.push(name);
  leaves.push(settling.watch());
  socket = new FakeSocket();
  socket.answers = true;
  const channel = new Channel("token", () => socket);
  const parentElement = document.querySelector("main") as HTMLElement;
  const data = { token: "token", slot: "main", compact: false };
  log = new Log(channel, data, { data, parentElement, setTriggerValue: () => {} });
  leaves.push(() => log.leave());
  socket.open();
  socket.tell(
    { kind: "slot", slot: "main", turns: ["q", "a"] },
    { kind: "turn", view: { turn: "q", role: "user", text: "Hello", actions: ["edit"] }, keys: {}, version: "1" },
    {
      kind: "turn",
      view: {
        turn: "a",
        role: "assistant",
        text: "Hi",
        actions: ["regenerate"],
        proceed: true,
        wants_results: true,
        calls: [{ id: "c", name: "weather", arguments: "{}", language: "" }],
      },
      keys: {},
      version: "1",
    },
  );
});
afterEach(() => {
  for (const leave of leaves.splice(0)) leave();
  vi.useRealTimers();
});

const button = (does: string): HTMLButtonElement =>
  document.querySelector(`[data-turn=a] [data-do=${does}]`) as HTMLButtonElement;
const form = (): HTMLFormElement => document.querySelector("[data-form=results]") as HTMLFormElement;
const write = (text: string): void => {
  const box = form().querySelector("textarea") as HTMLTextAreaElement;
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
};
const submit = (): void => {
  if (form().querySelector("textarea")?.value === "") write("12 degrees");
  send();
};
const send = (): boolean => form().dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
const moveSlider = (): void =>
  void document.getElementById("slider")?.dispatchEvent(new Event("input", { bubbles: true }));
const asked = (): { kind: string; number: number }[] =>
  (socket.sent as { kind: string; number: number }[]).filter(({ kind }) => !["hello", "ping"].includes(kind));
const kinds = (): string[] => asked().map(({ kind }) => kind);
const answer = async (problem?: object): Promise<void> => {
  socket.tell({ kind: "done", number: asked().at(-1)?.number, problem });
  await vi.advanceTimersByTimeAsync(0);
};

describe("what a model is to answer", () => {
  const ways: [string, () => unknown][] = [
    ["retry", () => button("regenerate").click()],
    ["proceed", () => button("proceed").click()],
    ["results", submit],
  ];

  test.each(ways)("%s leaves at once where nothing was used", (kind, act) => {
    act();
    expect(kinds()).toEqual([kind]);
  });

  test.each(ways)("%s waits for a slider that was moved", async (kind, act) => {
    moveSlider();
    act();
    await vi.advanceTimersByTimeAsync(600);
    expect(kinds()).toEqual([]);
    settling.arrived(questions.at(-1) ?? "");
    await vi.advanceTimersByTimeAsync(0);
    expect(kinds()).toEqual([kind]);
  });

  test.each(ways)("%s is asked once until it is answered", async (kind, act) => {
    act();
    act();
    expect(kinds()).toEqual([kind]);
    expect([button("regenerate"), button("proceed"), ...form().querySelectorAll("button")]).toSatisfy(
      (all: HTMLButtonElement[]) => all.every(({ disabled }) => disabled),
    );
    await answer({ message: "No." });
    expect(button("regenerate").disabled).toBe(false);
    act();
    expect(kinds()).toEqual([kind, kind]);
  });

  test("is not asked where a setting does not arrive, which is said", async () => {
    moveSlider();
    button("regenerate").click();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(kinds()).toEqual([]);
    expect(document.querySelector(".pg-notice")?.textContent).toContain("a setting has not reached the server");
    button("regenerate").click();
    await vi.advanceTimersByTimeAsync(600);
    settling.arrived(questions.at(-1) ?? "");
    await vi.advanceTimersByTimeAsync(0);
    expect(kinds()).toEqual(["retry"]);
  });

  test("a question whose new words are not taken is written on", async () => {
    document.dispatchEvent(new CustomEvent("pg-edit-last", { detail: { slot: "main" }, cancelable: true }));
    const box = document.querySelector("[data-turn=q] textarea") as HTMLTextAreaElement;
    box.value = "Hello there";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }));
    expect(asked()).toMatchObject([{ kind: "edit", text: "Hello there" }]);
    await answer({ message: "No." });
    expect(document.querySelector<HTMLTextAreaElement>("[data-turn=q] textarea")?.value).toBe("Hello there");
  });
});

describe("results of tools", () => {
  test("that are empty are asked about first", () => {
    send();
    expect(kinds()).toEqual([]);
    expect(form().textContent).toContain("The result of “weather” is empty: press once more to send it so.");
    send();
    expect(asked()).toMatchObject([{ kind: "results", results: { c: "" } }]);
  });

  test("are kept until the server has them", async () => {
    write("12 deg");
    expect(peekDraft("results a").text).toContain("12 deg");
    send();
    await answer({ message: "No." });
    expect(peekDraft("results a").text).toContain("12 deg");
    send();
    await answer();
    expect(peekDraft("results a").text).toBe("");
  });
});

describe("the focus", () => {
  const focused = (): string | null | undefined =>
    document.activeElement?.closest("[data-turn]")?.getAttribute("data-turn");
  const menu = (turn: string): HTMLElement =>
    document.querySelector(`[data-turn=${turn}] [data-do=menu]`) as HTMLElement;
  const told = (turn: string, versions: string[] = []): object => ({
    kind: "turn",
    view: { turn, role: "assistant", text: turn, versions: versions.map((id) => ({ turn: id })) },
    keys: {},
    version: "1",
  });
  const slot = (...turns: string[]): object => ({ kind: "slot", slot: "main", turns });

  test("goes to what has come in the place of a turn", () => {
    menu("a").focus();
    socket.tell(told("b"), slot("q", "b"));
    expect([focused(), document.activeElement?.getAttribute("data-do")]).toEqual(["b", "menu"]);
  });

  test("stays on the arrows of versions", () => {
    socket.tell(told("b", ["a", "b", "c"]), slot("q", "b"));
    document.querySelector<HTMLElement>("[aria-label='Later version']")?.focus();
    socket.tell(told("c", ["a", "b", "c"]), slot("q", "c"));
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Earlier version");
  });

  test("goes to a turn before where the last one is gone", () => {
    menu("a").focus();
    socket.tell(slot("q"));
    expect(focused()).toBe("q");
  });

  test("is left alone where it was elsewhere", () => {
    document.getElementById("slider")?.focus();
    socket.tell(told("b"), slot("q", "b"));
    expect(document.activeElement?.id).toBe("slider");
  });

  test("goes to the menu where what had it is switched off", () => {
    button("regenerate").focus();
    button("regenerate").click();
    expect(document.activeElement?.getAttribute("data-do")).toBe("menu");
  });
});

test("the end of an answer is said once", () => {
  const live = { turn: "b", role: "assistant", text: "One two", state: "live" };
  socket.tell({ kind: "turn", view: live, keys: {}, version: "1" }, { kind: "slot", slot: "main", turns: ["q", "b"] });
  const said: (string | null)[] = [];
  const status = document.querySelector(".pg-log > [role=status]") as HTMLElement;
  const observer = new MutationObserver(() => {});
  observer.observe(status, { childList: true, characterData: true, subtree: true });
  socket.tell({ kind: "change", turn: "b", fields: { state: "done", meter: "2 out" }, version: "2" });
  socket.tell({ kind: "change", turn: "b", fields: { meter: "2 out, saved" }, version: "3" });
  for (const { addedNodes } of observer.takeRecords()) said.push(...[...addedNodes].map((node) => node.textContent));
  expect(said).toEqual(["Answer complete, 2 words"]);
});
