import { beforeEach, expect, test, vi } from "vitest";
import { Channel } from "../../src/channel/channel";
import type { Socket } from "../../src/channel/line";
import { hasArrived } from "../../src/composer/arrival";
import { changeUnsent, keep, recall } from "../../src/composer/drafts";
import { type Message, Underway } from "../../src/composer/unsent";
import { FakeSocket } from "../fake_socket";

const words = (text: string) => ({ text, pictures: [] });
const WHY = { message: "The page was left." };
let underway: Underway;
let back: string[];

function sent(text: string, key = "one"): Message {
  const message = { id: text, key, words: words(text), begunAt: 0, behind: ["last"] };
  underway.add(message);
  return message;
}

/** The box of a conversation, which keeps its draft as the page does. */
function box(key = "one") {
  const place = {
    key,
    save: () => keep(key, { ...words(""), unsent: underway.of(key) }),
    back: ({ text }: { text: string }) => void back.push(text),
  };
  return { place, close: underway.open(place) };
}

const unsent = async (key = "one") => (await recall(key)).unsent;

beforeEach(() => {
  localStorage.clear();
  underway = new Underway();
  back = [];
});

test("a message that is not taken is back in the box of its conversation", () => {
  box("two");
  box("one");
  underway.back(sent("Hello"), null);
  expect(back).toEqual(["Hello"]);
  expect(underway.of("one")).toEqual([]);
});

test("without a box it is kept with the reason, beside the draft", async () => {
  keep("one", { ...words("Draft"), unsent: [] });
  const { place, close } = box("two");
  underway.back(sent("Hello"), WHY);
  place.save();
  close();
  await vi.waitFor(async () => expect(await unsent()).toHaveLength(1));
  expect(await recall("one")).toEqual({
    ...words("Draft"),
    unsent: [{ ...words("Hello"), id: "Hello", behind: null, why: WHY }],
  });
  expect(underway.handles("Hello")).toBe(false);
  expect(back).toEqual([]);
});

test("what has arrived is kept no longer, whether its box is there or not", async () => {
  const { place, close } = box();
  const [first, second] = [sent("First"), sent("Second")];
  place.save();
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
  await changeUnsent("one", () => [{ ...words("A"), id: "a", behind: null, why: null }]);
  await changeUnsent("one", (others) => [...others, { ...words("B"), id: "b", behind: null, why: null }]);
  expect((await unsent()).map(({ text }) => text)).toEqual(["A", "B"]);
});

/** A page that was told these turns in its one slot. */
function told(...turns: [id: string, role: string, text: string][]): Channel {
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
  socket.tell(...views, { kind: "slot", slot: "main", stands: "mark", turns: turns.map(([id]) => id) });
  return channel;
}

const ask = (channel: Channel, text: string, behind: string[], stands = "mark") =>
  hasArrived(channel, "main", stands, { behind, text });

test("what had left has arrived where it stands behind what was the end", () => {
  const channel = told(
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
  expect(ask(told(["a", "user", "Hello"]), "Hello", [])).toBe(true);
  expect(ask(told(), "Hello", [])).toBe(false);
});

test("nothing is known of a conversation that is not told", () => {
  expect(ask(told(["a", "user", "Hello"]), "Hello", [], "another mark")).toBe(null);
  expect(hasArrived(told(), "all", "mark", { behind: [], text: "" })).toBe(null);
});
