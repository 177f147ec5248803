import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NOTHING, peekDraft, restoreDraft, saveDraft } from "../../src/composer/drafts";
import type { Written } from "../../src/composer/written";
import { content, messageBox, offers, problem } from "./message_box";

const opened: Written[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => {
  for (const written of opened.splice(0)) written.leave();
  vi.useRealTimers();
});

/** The box of a conversation whose draft is restored. */
async function open(...details: Parameters<typeof messageBox>) {
  const made = messageBox(...details);
  opened.push(made.written);
  made.written.open();
  await vi.advanceTimersByTimeAsync(0);
  return made;
}

test("what is typed is stored after a moment, and restored for its conversation alone", async () => {
  const { type } = await open("one");
  type("Hello");
  expect(peekDraft("one").text).toBe("");
  await vi.advanceTimersByTimeAsync(400);
  expect(peekDraft("one").text).toBe("Hello");
  expect((await open("one")).box.text).toBe("Hello");
  expect((await open("two")).box.text).toBe("");
});

test("another conversation has its own text, and one that was written for it takes it along", async () => {
  const { box, written, type } = await open("one");
  type("For the first");
  written.moveTo("two", false);
  await vi.advanceTimersByTimeAsync(0);
  expect([box.text, peekDraft("one").text]).toEqual(["", "For the first"]);
  type("For the third");
  written.moveTo("three", true);
  expect([box.text, peekDraft("two").text, peekDraft("three").text]).toEqual(["For the third", "", "For the third"]);
});

describe("an offer of a page run", () => {
  const offer = (id: string, text = "Summarise this") => ({ id, text, pictures: [] });

  test("is put into an empty box, once", async () => {
    const { box, written } = await open("one");
    written.use(offer("a"));
    await vi.advanceTimersByTimeAsync(0);
    expect(box.text).toBe("Summarise this");
    written.fill(NOTHING);
    written.use(offer("a"));
    await vi.advanceTimersByTimeAsync(0);
    expect(box.text).toBe("");
  });

  test("is offered above what somebody wrote", async () => {
    const { box, written, type } = await open("one");
    type("My own text");
    written.use(offer("b"));
    await vi.advanceTimersByTimeAsync(0);
    expect([box.text, offers()]).toEqual(["My own text", ["Use the prompt “Summarise this”"]]);
  });

  test("makes room for what is typed before it can have been seen", async () => {
    const { box, written, type } = await open("one");
    written.use(offer("c"));
    await vi.advanceTimersByTimeAsync(100);
    type("My own text");
    expect([box.text, offers()]).toEqual(["My own text", ["Use the prompt “Summarise this”"]]);
  });

  test.each([
    ["after a while", async () => void (await vi.advanceTimersByTimeAsync(1_500))],
    ["once the caret was moved", async (written: Written) => written.seen()],
  ])("is added to %s", async (name, wait) => {
    const { box, written, type } = await open("one");
    written.use(offer(name));
    await vi.advanceTimersByTimeAsync(100);
    await wait(written);
    type(", please");
    expect(box.text).toBe("Summarise this, please");
  });

  test("is gone once it was asked by another way", async () => {
    const { box, written } = await open("one");
    written.use(offer("d"));
    await vi.advanceTimersByTimeAsync(0);
    written.questionAsked("Summarise this");
    expect([box.text, offers()]).toEqual(["", []]);
  });
});

describe("a message that was not sent", () => {
  test("is back in an empty box, with the reason", async () => {
    const { box, written } = await open("one");
    written.giveBack(content("Hello"), { message: "Not sent." });
    await vi.advanceTimersByTimeAsync(0);
    expect([box.text, problem()]).toEqual(["Hello", "Not sent."]);
  });

  test("is offered above what was written meanwhile, and stored with it", async () => {
    const { box, written, type } = await open("one");
    type("Meanwhile");
    written.giveBack(content("Hello"), null);
    await vi.advanceTimersByTimeAsync(400);
    expect([box.text, offers()]).toEqual(["Meanwhile", ["Put back “Hello”"]]);
    expect((await restoreDraft("one")).unsent.map(({ text }) => text)).toEqual(["Hello"]);
    await open("one");
    expect(offers()).toEqual(["Put back “Hello”"]);
  });
});

describe("a message that was on its way when the page was left", () => {
  const sent = { ...content("Hello"), id: "sent before", behind: ["last"], why: null };
  beforeEach(() => saveDraft("one", { ...NOTHING, unsent: [sent] }));

  test("is forgotten once the conversation has it", async () => {
    let arrived: boolean | null = null;
    const { box, written } = await open("one", () => arrived);
    expect((await restoreDraft("one")).unsent).toEqual([sent]);
    arrived = true;
    written.resolveUnconfirmed();
    expect([box.text, (await restoreDraft("one")).unsent]).toEqual(["", []]);
  });

  test("is back once the conversation has come without it", async () => {
    const { box } = await open("one", () => false);
    expect(box.text).toBe("Hello");
    expect(problem()).toContain("The page was left while this was sent. See whether it has arrived");
  });

  test("is back after a while where the conversation does not come", async () => {
    const { box } = await open("one", () => null);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(box.text).toBe("");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(box.text).toBe("Hello");
  });
});
