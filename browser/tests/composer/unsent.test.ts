import { beforeEach, expect, test, vi } from "vitest";
import { Channel } from "../../src/channel/channel";
import type { Socket } from "../../src/channel/line";
import { hasArrived } from "../../src/composer/arrival";
import { changeUnsent, restoreDraft, saveDraft } from "../../src/composer/drafts";
import { type Message, Underway } from "../../src/composer/unsent";
import { FakeSocket } from "../fake_socket";

const content = (text: string) => ({ text, pictures: [] });
const PROBLEM = { message: "The page was left." };
let underway: Underway;
let back: string[];

function sent(text: string, key = "one"): Message {
  const message = { id: text, key, content: content(text), begunAt: 0, behind: ["last"] };
  underway.add(message);
  return message;
}

/** The box of a conversation, which keeps its draft as the page does. */
function box(key = "one") {
  const opened = {
    key,
    save: () => saveDraft(key, { ...content(""), unsent: underway.of(key) }),
    giveBack: ({ text }: { text: string }) => void back.push(text),
  };
  return { opened, close: underway.open(opened) };
}

const unsent = async (key = "one") => (await restoreDraft(key)).unsent;

beforeEach(() => {
  localStorage.clear();
  underway = new Underway();
  back = [];
});

test("a message that is not taken is back in the box of its conversation", () => {
  box("two");
  box("one");
  underway.giveBack(sent("Hello"), null);
  expect(back).toEqual(["Hello"]);
  expect(underway.of("one")).toEqual([]);
});

test("without a box it is kept with the reason, beside the draft", async () => {
  saveDraft("one", { ...content("Draft"), unsent: [] });
  const { opened, close } = box("two");
  underway.giveBack(sent("Hello"), PROBLEM);
  opened.save();
  close();
  await vi.waitFor(async () => expect(await unsent()).toHaveLength(1));
  expect(await restoreDraft("one")).toEqual({
    ...content("Draft"),
    unsent: [{ ...content("Hello"), id: "Hello", behind: null, why: PROBLEM }],
  });
  expect(underway.handles("Hello")).toBe(false);
  expect(back).toEqual([]);
});

test("what has arrived is kept no longer, whether its box is there or not", async () => {
  const { opened, close } = box();
  const [first, second] = [sent("First"), sent("Second")];
  opened.save();
  expect((await unsent()).map(({ text }) => text)).toEqual(["First", "Second"]);
  underway.arrived(first);
  expect((await unsent()).map(({ text }) => text)).toEqual(["Second"]);
  close();
  underway.arrived(second);
  await vi.waitFor(() => expect(localStorage).toHaveLength(0));
  expect(underway.handles("Second")).toBe(true);
});

test("it goes with its conversation when that gets its name", () => {
  sent("Hello", "new");
  underway.named("new", "named");
  expect([underway.of("new"), underway.of("named").map(({ text }) => text)]).toEqual([[], ["Hello"]]);
});

test("changes of what is unsent follow one another", async () => {
  await changeUnsent("one", () => [{ ...content("A"), id: "a", behind: null, why: null }]);
  await changeUnsent("one", (others) => [...others, { ...content("B"), id: "b", behind: null, why: null }]);
  expect((await unsent()).map(({ text }) => text)).toEqual(["A", "B"]);
});

/** A page that was told these turns in its one slot. */
function pageWith(...turns: [id: string, role: string, text: string][]): Channel {
  const socket = new FakeSocket();
  const channel = new Channel("token", () => socket as Socket);
  channel.join("main", {});
  socket.open();
  const views = turns.map(([turn, role, text]) => ({
    kind: "turn",
    view: { turn, role, text },
    keys: {},
    version: "1",
  }));
  socket.tell(...views, { kind: "slot", slot: "main", mark: "mark", turns: turns.map(([id]) => id) });
  return channel;
}

const ask = (channel: Channel, text: string, behind: string[], mark = "mark") =>
  hasArrived(channel, "main", mark, { behind, text });

test("what had left has arrived where it stands behind what was the end", () => {
  const channel = pageWith(
    ["a", "user", "Go on"],
    ["b", "assistant", "Well"],
    ["c", "user", "Go on "],
    ["d", "assistant", ""],
  );
  expect(ask(channel, "Go on", ["b"])).toBe(true);
  expect(ask(channel, "Well", ["a"])).toBe(false);
  expect(ask(channel, "Go on", ["d"])).toBe(false);
  expect(ask(channel, "Go on", ["gone"])).toBe(false);
});

test("in a conversation that was empty it may stand anywhere", () => {
  expect(ask(pageWith(["a", "user", "Hello"]), "Hello", [])).toBe(true);
  expect(ask(pageWith(), "Hello", [])).toBe(false);
});

test("nothing is known of a conversation that is not told", () => {
  expect(ask(pageWith(["a", "user", "Hello"]), "Hello", [], "another mark")).toBe(null);
  expect(hasArrived(pageWith(), "all", "mark", { behind: [], text: "" })).toBe(null);
});
