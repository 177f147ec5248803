import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Content } from "../../src/composer/drafts";
import { Notices, PUT_BACK } from "../../src/composer/notices";

const content = (text: string): Content => ({ text, pictures: [] });
let box: Content;
let notices: Notices;

beforeEach(() => {
  vi.useFakeTimers();
  box = content("");
  notices = new Notices((next) => {
    const before = box;
    box = next;
    return before;
  });
  document.body.replaceChildren(notices.element);
});
afterEach(() => void vi.useRealTimers());

const offers = (): HTMLButtonElement[] => [...document.querySelectorAll<HTMLButtonElement>(".pg-composer-offer")];
const labels = (): (string | null)[] => offers().map(({ textContent }) => textContent);
const problem = (): string | null | undefined => document.querySelector("[role=alert] p")?.textContent;
const waiting = (): HTMLElement => document.querySelector(".pg-composer-waiting") as HTMLElement;

test("a problem is shown with what to do, until it is dismissed or another one comes", () => {
  notices.problem({ message: "Not sent.", hint: "Try again." });
  notices.problem({ message: "Too long.", hint: "Make it shorter.", details: "code 413" });
  expect(problem()).toBe("Too long. Make it shorter. code 413");
  document.querySelector<HTMLButtonElement>("[aria-label=Dismiss]")?.click();
  expect(problem()).toBeUndefined();
});

test("a problem leads to the page where it can be put right", () => {
  notices.problem({ message: "Over the budget.", page: "usage" });
  const link = document.querySelector<HTMLAnchorElement>("[role=alert] a");
  expect(link?.textContent).toBe("Budgets");
  expect(new URL(link?.href ?? "").pathname).toBe("/usage");
});

test("who takes an offer is offered what was in the box before", () => {
  box = content("My own text");
  notices.offer("Use the prompt", content("Summarise this"));
  expect(labels()).toEqual(["Use the prompt “Summarise this”"]);
  offers()[0]?.click();
  expect(box.text).toBe("Summarise this");
  expect(labels()).toEqual(["Put back “My own text”"]);
  offers()[0]?.click();
  expect(box.text).toBe("My own text");
});

test("an empty box leaves nothing to put back", () => {
  notices.offer("Use the prompt", content("Summarise this"));
  offers()[0]?.click();
  expect(labels()).toEqual([]);
});

test("the same text is offered once, and not once it was sent", () => {
  notices.offer(PUT_BACK, content("Hello"));
  notices.offer(PUT_BACK, content("Hello"));
  expect(labels()).toEqual(["Put back “Hello”"]);
  notices.withdraw(content("Hello"));
  expect(labels()).toEqual([]);
});

test("only what somebody wrote is stored with the draft", () => {
  notices.offer("Use the prompt", content("Of a preset"));
  notices.offer(PUT_BACK, content("My own text"));
  expect(notices.putBack).toEqual([content("My own text")]);
});

test("an offer is named by its beginning, on one line, or by its pictures", () => {
  const picture = { name: "a.png", url: "data:,", bytes: 1 };
  notices.offer(PUT_BACK, content(`First line\nand ${"more ".repeat(20)}`));
  notices.offer(PUT_BACK, { text: "", pictures: [picture, picture] });
  expect(labels()).toEqual([`Put back “First line and ${"more ".repeat(6)}mo…”`, "Put back 2 pictures"]);
});

test("the oldest of too many offers goes", () => {
  for (let number = 0; number < 20; number++) notices.offer(PUT_BACK, content(`number ${number}`));
  expect(offers()).toHaveLength(12);
  expect(labels()[0]).toBe("Put back “number 8”");
});

test("a message that waits for a moment only is not announced", () => {
  notices.waiting("setting", [content("Hello")]);
  vi.advanceTimersByTime(100);
  notices.waiting("setting", []);
  vi.advanceTimersByTime(1_000);
  expect(waiting().hidden).toBe(true);
});

test("what waits for an answer can be sent at once, or taken back", () => {
  const pressed: string[] = [];
  notices.onHeld({ sendNow: () => pressed.push("send now"), takeBack: () => pressed.push("take back") });
  notices.waiting("answer", [content("Hello"), content("And more")]);
  vi.advanceTimersByTime(200);
  expect(waiting().hidden).toBe(false);
  expect(waiting().textContent).toContain("“Hello”, “And more”");
  for (const button of waiting().querySelectorAll("button")) button.click();
  expect(pressed).toEqual(["send now", "take back"]);
  notices.waiting("setting", [content("Hello")]);
  expect(waiting().querySelector("button")?.hidden).toBe(true);
});
