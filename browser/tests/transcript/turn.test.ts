import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Field, TurnView } from "../../src/channel/channel";
import { Conversations } from "../../src/channel/model";
import { TurnDrawing } from "../../src/transcript/turn";
import { TurnDraft } from "../../src/transcript/turn_draft";

const known = new Conversations();
let next = 0;

function view(fields: Partial<TurnView>): TurnView {
  const turn = `t${next++}`;
  known.receive([{ kind: "turn", view: { turn, role: "assistant", ...fields }, keys: {}, version: "1" }]);
  return known.turns.get(turn) as TurnView;
}

function drawing(fields: Partial<TurnView>, compact = false): TurnDrawing {
  const made = new TurnDrawing(view(fields), compact, false);
  document.body.append(made.element);
  return made;
}

function change(drawn: TurnDrawing, fields: Partial<TurnView>): void {
  Object.assign(drawn.view, fields);
  drawn.update(new Set(Object.keys(fields) as Field[]));
}

const part = (drawn: TurnDrawing, name: string) => drawn.element.querySelector<HTMLElement>(`[data-part=${name}]`);
const buttonsOf = (drawn: TurnDrawing) =>
  [...drawn.element.querySelectorAll("button")].map((one) => one.getAttribute("aria-label") ?? one.textContent);

beforeEach(() => {
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  document.body.replaceChildren();
  localStorage.clear();
});

test("a turn says whose it is and how it stands", () => {
  const { element } = drawing({ role: "user", text: "Hello" });
  expect(element.getAttribute("aria-label")).toBe("Chat message from user");
  expect(element.dataset).toMatchObject({ role: "user", state: "done" });
});

describe("words", () => {
  test("are added to, and what is there stays", () => {
    const drawn = drawing({ state: "live", text: "One" });
    const before = part(drawn, "text")?.firstElementChild;
    drawn.view.text += " two";
    drawn.grew("text");
    expect(part(drawn, "text")?.textContent).toContain("One two");
    expect(part(drawn, "text")?.firstElementChild).toBe(before);
  });

  test("of another view are drawn anew", () => {
    const drawn = drawing({ state: "live", text: "All of it was thought" });
    change(drawn, { text: "", thoughts: "All of it was thought" });
    expect(part(drawn, "text")?.textContent?.trim()).toBe("");
    expect(part(drawn, "thoughts")?.textContent).toContain("All of it was thought");
  });

  test("are shown as they were written, also while they come", () => {
    const drawn = drawing({ state: "live", text: "**One" });
    drawn.toggleRaw();
    drawn.view.text += "**";
    drawn.grew("text");
    expect(part(drawn, "text")?.textContent).toBe("**One**");
    drawn.toggleRaw();
    expect(part(drawn, "text")?.querySelector(".pg-raw")).toBeNull();
  });
});

describe("a question", () => {
  test("that is long is folded, and shown whole on a click", () => {
    const drawn = drawing({ role: "user", text: "x".repeat(5_000) });
    expect(part(drawn, "text")?.textContent).toContain("Show all 5,000 characters");
    drawn.unfold();
    expect(part(drawn, "text")?.textContent).toBe("x".repeat(5_000));
  });

  test("is not cut within a character", () => {
    const drawn = drawing({ role: "user", text: `x${"🙂".repeat(5_000)}` });
    expect(part(drawn, "text")?.textContent).toMatch(/^x(🙂)+…Show all/u);
    expect(part(drawing({ role: "user", text: "🙂".repeat(3_000) }), "text")?.textContent).toBe("🙂".repeat(3_000));
  });

  test("in a pane is folded earlier", () => {
    expect(part(drawing({ role: "user", text: "x".repeat(400) }, true), "text")?.textContent).toContain("Show all 400");
  });

  describe("that is edited", () => {
    const begin = (drawn: TurnDrawing) => {
      const told: string[] = [];
      drawn.edit({
        original: drawn.view.text,
        initial: drawn.view.text,
        draft: new TurnDraft(`edit ${drawn.view.turn}`),
        warning: "",
        again: { name: "Regenerate", action: () => told.push("again") },
        send: (text) => told.push(`send ${text}`),
        cancel: (text) => told.push(`cancel ${text}`),
      });
      return told;
    };
    const box = (drawn: TurnDrawing) => drawn.element.querySelector("textarea") as HTMLTextAreaElement;
    const type = (drawn: TurnDrawing, text: string) => {
      box(drawn).value = text;
      box(drawn).dispatchEvent(new Event("input"));
    };

    test("is edited in its place", () => {
      const drawn = drawing({ role: "user", text: "Hello", actions: ["edit"] });
      const told = begin(drawn);
      type(drawn, "Good morning");
      box(drawn).form?.requestSubmit();
      expect(told).toEqual(["send Good morning"]);
      expect(box(drawn)).toBeNull();
    });

    test("is not sent again without a change, but asked again where that is wanted", () => {
      const drawn = drawing({ role: "user", text: "Hello", actions: ["edit"] });
      const told = begin(drawn);
      const again = [...drawn.element.querySelectorAll("button")].find((one) => one.textContent === "Regenerate");
      expect(again?.hidden).toBe(true);
      box(drawn).form?.requestSubmit();
      expect(told).toEqual([]);
      expect(drawn.element.textContent).toContain("Nothing has changed.");
      again?.click();
      expect(told).toEqual(["again"]);
    });

    test("keeps its words when it is given up", async () => {
      const drawn = drawing({ role: "user", text: "Hello", actions: ["edit"] });
      const told = begin(drawn);
      type(drawn, "Good morning");
      box(drawn).dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
      expect(told).toEqual(["cancel Good morning"]);
      begin(drawn);
      await vi.waitFor(() => expect(box(drawn).value).toBe("Good morning"));
      [...drawn.element.querySelectorAll("button")].find((one) => one.textContent === "Undo changes")?.click();
      expect(box(drawn).value).toBe("Hello");
      expect(localStorage).toHaveLength(0);
    });

    test("gives the focus back", () => {
      const drawn = drawing({ role: "user", text: "Hello", actions: ["edit"] });
      drawn.element.querySelector<HTMLElement>("[data-do=menu]")?.focus();
      begin(drawn);
      box(drawn).focus();
      box(drawn).dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
      expect(document.activeElement?.getAttribute("data-do")).toBe("menu");
    });
  });
});

describe("what a tool answered", () => {
  const tool = (text: string) => drawing({ role: "tool", text, call_id: "c" });

  test("has the name of the tool, and is no question", () => {
    const drawn = tool("12 degrees");
    drawn.setToolName("get_weather");
    expect(drawn.element.textContent).toContain("Result of get_weather");
    expect(part(drawn, "text")?.textContent).toBe("12 degrees");
    expect(drawn.element.querySelector(".pg-question")).toBeNull();
  });

  test.each([
    ["lines", "line\n".repeat(40)],
    ["characters", "x".repeat(900)],
  ])("of many %s is folded, and shown whole on a click", (_, text) => {
    const drawn = tool(text);
    expect(part(drawn, "text")?.textContent).toContain(`Show all ${text.length} characters`);
    expect(part(drawn, "text")?.textContent?.length).toBeLessThan(450);
    drawn.unfold();
    expect(part(drawn, "text")?.textContent).toBe(text);
  });
});

describe("parts", () => {
  test("are drawn again only when what they show has changed", () => {
    const drawn = drawing({ text: "x", calls: [{ id: "1", name: "f", arguments: "{}" }], wants_results: true });
    const form = drawn.element.querySelector("form");
    change(drawn, { meter: "3 out", notes: ["A note"] });
    expect(drawn.element.querySelector("form")).toBe(form);
    expect(part(drawn, "meter")?.textContent).toBe("3 out");
    expect(part(drawn, "notes")?.textContent).toBe("A note");
    change(drawn, { wants_results: false });
    expect(drawn.element.querySelector("form")).toBeNull();
  });

  test("keep the focus when they are drawn again", () => {
    const drawn = drawing({ text: "x", actions: ["regenerate"] });
    drawn.element.querySelector<HTMLElement>("[data-do=menu]")?.focus();
    drawn.setLast(true);
    expect(document.activeElement?.getAttribute("data-do")).toBe("menu");
  });

  test("what waits is said until there is something", () => {
    const drawn = drawing({ state: "live", waiting: "Waiting for the first token · 3 s" });
    expect(part(drawn, "waiting")?.textContent).toBe("Waiting for the first token · 3 s");
    drawn.view.text = "Here";
    drawn.grew("text");
    expect(part(drawn, "waiting")).toBeNull();
  });

  test("only pictures that are here are drawn", () => {
    const drawn = drawing({ pictures: [{ url: "data:image/png;base64,AA" }, { url: "https://example.org/x.png" }] });
    expect([...drawn.element.querySelectorAll("img")].map((one) => one.alt)).toEqual(["Picture 1 of 2"]);
  });

  test("a picture that cannot be drawn is said to be damaged", () => {
    const drawn = drawing({ pictures: [{ url: "data:image/png;base64,AA", caption: "A picture is damaged." }] });
    expect(part(drawn, "pictures")?.textContent).toBe("");
    drawn.element.querySelector("img")?.dispatchEvent(new Event("error"));
    expect(part(drawn, "pictures")?.textContent).toBe("A picture is damaged.");
  });

  test("what is long is made when it is opened", () => {
    const drawn = drawing({ choices: [{ label: "Answer 2", text: "Another" }] });
    const fold = drawn.element.querySelector<HTMLDetailsElement>("[data-part=choices]");
    expect(fold?.textContent).toBe("1 further answer");
    fold?.setAttribute("open", "");
    fold?.dispatchEvent(new Event("toggle"));
    expect(fold?.textContent).toContain("Another");
  });
});

describe("buttons", () => {
  test("of the last answer", () => {
    const drawn = drawing({
      text: "x",
      actions: ["regenerate"],
      ending: { label: "cut off" },
      proceed: true,
      raise_to: 2048,
    });
    drawn.setLast(true);
    expect(buttonsOf(drawn)).toEqual(["Continue", "Raise to 2,048 and retry", "Copy the answer", "Regenerate", "More"]);
  });

  test("of an answer that failed", () => {
    const drawn = drawing({ state: "failed", error: { message: "Busy." }, actions: ["retry"] });
    drawn.setLast(true);
    expect(buttonsOf(drawn)).toEqual(["Retry", "More"]);
  });

  test("of an earlier answer, and of one on its way", () => {
    expect(buttonsOf(drawing({ text: "x", actions: ["regenerate"] }))).toEqual(["More"]);
    const live = drawing({ state: "live", text: "x" });
    live.setLast(true);
    expect(buttonsOf(live)).toEqual(["More"]);
  });

  test("lead to versions where there are any", () => {
    const drawn = new TurnDrawing(
      { ...view({ text: "x" }), turn: "b", versions: [{ turn: "a" }, { turn: "b" }] },
      false,
      false,
    );
    expect(drawn.element.querySelector(".pg-count")?.textContent).toBe("2 / 2");
    const [earlier, later] = drawn.element.querySelectorAll<HTMLButtonElement>("[data-do=select]");
    expect([earlier?.dataset["to"], earlier?.disabled, later?.disabled]).toEqual(["a", false, true]);
  });
});
