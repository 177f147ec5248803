import { beforeEach, describe, expect, test, vi } from "vitest";
import { changeUnsent, NOTHING, peekDraft, restoreDraft, saveDraft } from "../../src/composer/drafts";

const content = (text: string) => ({ text, pictures: [] });
const draft = (text: string) => ({ ...content(text), unsent: [] });
const sent = (text: string) => ({ ...content(text), id: text, behind: ["turn"], why: null });

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

test("a draft is kept by conversation", async () => {
  saveDraft("one", { ...content("first"), unsent: [] });
  saveDraft("two", { ...content("second"), unsent: [sent("on its way")] });
  expect(peekDraft("one").text).toBe("first");
  expect(await restoreDraft("two")).toEqual({ ...content("second"), unsent: [sent("on its way")] });
  expect(await restoreDraft("three")).toEqual(NOTHING);
});

test("one without anything in it is forgotten", () => {
  saveDraft("one", draft("first"));
  saveDraft("one", NOTHING);
  expect(localStorage).toHaveLength(0);
});

test("what is unsent changes beside the draft", async () => {
  saveDraft("one", { ...content("first"), unsent: [sent("on its way")] });
  await changeUnsent("one", (unsent) => unsent.filter(({ id }) => id !== "on its way"));
  expect(await restoreDraft("one")).toEqual(draft("first"));
});

test("the oldest go where there are too many", () => {
  for (let number = 0; number < 80; number += 1) saveDraft(`chat ${number}`, draft("draft"));
  expect(localStorage).toHaveLength(60);
});

test("what cannot be read is no draft", async () => {
  saveDraft("one", draft("first"));
  for (const name of Object.keys(localStorage)) localStorage.setItem(name, "{");
  expect(peekDraft("one")).toEqual(NOTHING);
  expect(await restoreDraft("one")).toEqual(NOTHING);
  localStorage.setItem("pg-draft closed one", "{");
  localStorage.removeItem(Object.keys(localStorage).find((name) => name !== "pg-draft closed one") ?? "");
  expect(await restoreDraft("one")).toEqual(NOTHING);
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
    a.saveDraft("new", draft("ALPHA"));
    expect(await b.restoreDraft("new")).toEqual(NOTHING);
    b.saveDraft("new", draft("BETA"));
    b.removeDraft("new");
    b.saveDraft("new", draft("BETA"));
    expect(a.peekDraft("new").text).toBe("ALPHA");
    expect([(await a.restoreDraft("new")).text, (await b.restoreDraft("new")).text]).toEqual(["ALPHA", "BETA"]);
  });

  test("those of closed ones go to the next without one, the newest first, each to one", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    for (const text of ["older", "newer"]) {
      const gone = await page();
      gone.saveDraft("new", draft(text));
      gone.saveDraft("another", draft("elsewhere"));
      gone.closed();
      vi.setSystemTime(Date.now() + 1_000);
    }
    vi.useRealTimers();
    const [a, b, c] = [await page(), await page(), await page()];
    a.saveDraft("new", draft("mine"));
    expect((await a.restoreDraft("new")).text).toBe("mine");
    expect((await b.restoreDraft("new")).text).toBe("newer");
    expect((await b.restoreDraft("new")).text).toBe("newer");
    expect((await c.restoreDraft("new")).text).toBe("older");
    expect(c.peekDraft("another")).toEqual(NOTHING);
  });

  test("a tab has its own back at once after a reload, and a copy of it has not", async () => {
    const first = await page();
    first.saveDraft("new", draft("ALPHA"));
    const copy = await page(); // with what session storage holds while the first is open
    expect(await copy.restoreDraft("new")).toEqual(NOTHING);
    first.left();
    const again = await page();
    expect(again.peekDraft("new").text).toBe("ALPHA");
    expect(await copy.restoreDraft("new")).toEqual(NOTHING);
  });

  test("a page says its name when it is left, and not before", async () => {
    const first = await page();
    expect(sessionStorage).toHaveLength(0);
    first.saveDraft("new", draft("ALPHA"));
    window.dispatchEvent(new Event("pagehide"));
    expect(sessionStorage).toHaveLength(1);
    expect((await page()).peekDraft("new").text).toBe("ALPHA");
    expect(sessionStorage).toHaveLength(0);
  });

  test("what is changed of messages leaves other tabs alone", async () => {
    const [a, b] = [await page(), await page()];
    a.saveDraft("one", { ...content("mine"), unsent: [sent("on its way")] });
    await b.changeUnsent("one", (unsent) => [...unsent, sent("another")]);
    expect(await a.restoreDraft("one")).toEqual({ ...content("mine"), unsent: [sent("on its way")] });
    expect(await b.restoreDraft("one")).toEqual({ ...content(""), unsent: [sent("another")] });
  });
});
