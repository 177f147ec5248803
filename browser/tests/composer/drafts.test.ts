import { beforeEach, describe, expect, test, vi } from "vitest";
import { changeUnsent, keep, NOTHING, recall, wordsOf } from "../../src/composer/drafts";

const words = (text: string) => ({ text, pictures: [] });
const draft = (text: string) => ({ ...words(text), unsent: [] });
const sent = (text: string) => ({ ...words(text), id: text, behind: ["turn"], why: null });

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

test("a draft is kept by conversation", async () => {
  keep("one", { ...words("first"), unsent: [] });
  keep("two", { ...words("second"), unsent: [sent("on its way")] });
  expect(wordsOf("one").text).toBe("first");
  expect(await recall("two")).toEqual({ ...words("second"), unsent: [sent("on its way")] });
  expect(await recall("three")).toEqual(NOTHING);
});

test("one without anything in it is forgotten", () => {
  keep("one", draft("first"));
  keep("one", NOTHING);
  expect(localStorage).toHaveLength(0);
});

test("what is unsent changes beside the draft", async () => {
  keep("one", { ...words("first"), unsent: [sent("on its way")] });
  await changeUnsent("one", (unsent) => unsent.filter(({ id }) => id !== "on its way"));
  expect(await recall("one")).toEqual(draft("first"));
});

test("the oldest go where there are too many", () => {
  for (let number = 0; number < 80; number += 1) keep(`chat ${number}`, draft("draft"));
  expect(localStorage).toHaveLength(60);
});

test("what cannot be read is no draft", async () => {
  keep("one", draft("first"));
  for (const name of Object.keys(localStorage)) localStorage.setItem(name, "{");
  expect(wordsOf("one")).toEqual(NOTHING);
  expect(await recall("one")).toEqual(NOTHING);
  localStorage.setItem("pg-draft closed one", "{");
  localStorage.removeItem(Object.keys(localStorage).find((name) => name !== "pg-draft closed one") ?? "");
  expect(await recall("one")).toEqual(NOTHING);
});

describe("of several tabs", () => {
  const held = new Set<string>();

  /** The code as another page of this browser runs it. */
  async function page() {
    document.documentElement.removeAttribute("data-pg-tab");
    vi.resetModules();
    const drafts = await import("../../src/composer/drafts");
    const name = `${document.documentElement.getAttribute("data-pg-tab")}`;
    return {
      ...drafts,
      /** It ends, and the next one in its tab begins. */
      left: () => {
        held.delete(`pg-tab ${name}`);
        sessionStorage.setItem("pg-tab", name);
      },
      closed: () => void held.delete(`pg-tab ${name}`),
    };
  }

  beforeEach(() => {
    held.clear();
    const locks = {
      request: (name: string, use: () => Promise<void>) => {
        held.add(name);
        return use().finally(() => held.delete(name));
      },
      query: async () => ({ held: [...held].map((name) => ({ name })) }),
    };
    vi.stubGlobal("navigator", { locks });
    return () => vi.unstubAllGlobals();
  });

  test("each has its own", async () => {
    const [a, b] = [await page(), await page()];
    a.keep("new", draft("ALPHA"));
    expect(await b.recall("new")).toEqual(NOTHING);
    b.keep("new", draft("BETA"));
    b.forget("new");
    b.keep("new", draft("BETA"));
    expect(a.wordsOf("new").text).toBe("ALPHA");
    expect([(await a.recall("new")).text, (await b.recall("new")).text]).toEqual(["ALPHA", "BETA"]);
  });

  test("those of closed ones go to the next without one, the newest first, each to one", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    for (const text of ["older", "newer"]) {
      const gone = await page();
      gone.keep("new", draft(text));
      gone.keep("another", draft("elsewhere"));
      gone.closed();
      vi.setSystemTime(Date.now() + 1_000);
    }
    vi.useRealTimers();
    const [a, b, c] = [await page(), await page(), await page()];
    a.keep("new", draft("mine"));
    expect((await a.recall("new")).text).toBe("mine");
    expect((await b.recall("new")).text).toBe("newer");
    expect((await b.recall("new")).text).toBe("newer");
    expect((await c.recall("new")).text).toBe("older");
    expect(c.wordsOf("another")).toEqual(NOTHING);
  });

  test("a tab has its own back at once after a reload, and a copy of it has not", async () => {
    const first = await page();
    first.keep("new", draft("ALPHA"));
    const copy = await page(); // with what session storage holds while the first is open
    expect(await copy.recall("new")).toEqual(NOTHING);
    first.left();
    const again = await page();
    expect(again.wordsOf("new").text).toBe("ALPHA");
    expect(await copy.recall("new")).toEqual(NOTHING);
  });

  test("a page says its name when it is left, and not before", async () => {
    const first = await page();
    expect(sessionStorage).toHaveLength(0);
    first.keep("new", draft("ALPHA"));
    window.dispatchEvent(new Event("pagehide"));
    expect(sessionStorage).toHaveLength(1);
    expect((await page()).wordsOf("new").text).toBe("ALPHA");
    expect(sessionStorage).toHaveLength(0);
  });

  test("what is changed of messages leaves other tabs alone", async () => {
    const [a, b] = [await page(), await page()];
    a.keep("one", { ...words("mine"), unsent: [sent("on its way")] });
    await b.changeUnsent("one", (unsent) => [...unsent, sent("another")]);
    expect(await a.recall("one")).toEqual({ ...words("mine"), unsent: [sent("on its way")] });
    expect(await b.recall("one")).toEqual({ ...words(""), unsent: [sent("another")] });
  });
});
