import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Gate, LONGEST_CLOSED_MS } from "../../src/page/gate";

let gate: Gate;
let sent: string[];
let sockets: WebSocket;
let open: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  const send = (data: Uint8Array | string) =>
    void sent.push(typeof data === "string" ? data : new TextDecoder().decode(data));
  sockets = { send } as unknown as WebSocket;
  gate = new Gate();
  open = gate.watch(sockets);
});

afterEach(() => {
  open();
  vi.useRealTimers();
});

const socket = (url: string): WebSocket => Object.assign(Object.create(sockets), { url });
const streamlits = () => socket("ws://here/_stcore/stream");
const bytes = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words);

test("what Streamlit sends after a message waits until the message has arrived", () => {
  const passage = gate.passage();
  const [theirs, ours] = [streamlits(), socket("ws://here/channel")];
  theirs.send(bytes("before"));
  passage.close();
  theirs.send(bytes("after"));
  ours.send("the message");
  expect(sent).toEqual(["before", "the message"]);
  passage.done();
  expect(sent).toEqual(["before", "the message", "after"]);
});

test("the gate closes behind the question", () => {
  const theirs = streamlits();
  theirs.send(bytes("first"));
  const passage = gate.passage();
  passage.close("page 7.");
  for (const words of ["a setting", "page 71.", "x page 7. x", "a later setting"]) theirs.send(bytes(words));
  expect(sent).toEqual(["first", "a setting", "page 71.", "x page 7. x"]);
  passage.done();
  expect(sent.at(-1)).toBe("a later setting");
});

test("messages one after another each have what was changed before them alone", () => {
  const theirs = streamlits();
  const [one, two] = [gate.passage(), gate.passage()];
  one.close("page 1.");
  theirs.send(bytes("page 1."));
  theirs.send(bytes("for the second"));
  two.close("page 2.");
  theirs.send(bytes("page 2."));
  theirs.send(bytes("for the third"));
  expect([sent, two.waits]).toEqual([["page 1."], true]);
  one.done();
  expect([sent, two.waits]).toEqual([["page 1.", "for the second", "page 2."], false]);
  two.done();
  expect(sent.at(-1)).toBe("for the third");
});

test("a question that was lost is asked again as it was", () => {
  const theirs = streamlits();
  const passage = gate.passage();
  passage.close("page 1.");
  expect(passage.resend()).toBe(false);
  theirs.send(bytes("page 1. temperature 0"));
  theirs.send(bytes("temperature 1"));
  expect(passage.resend()).toBe(true);
  expect(sent).toEqual(["page 1. temperature 0", "page 1. temperature 0"]);
});

test("a message that was given up leaves the gate open", () => {
  const theirs = streamlits();
  const passage = gate.passage();
  passage.close("page 1.");
  passage.done();
  theirs.send(bytes("page 1."));
  theirs.send(bytes("after"));
  expect(sent).toEqual(["page 1.", "after"]);
});

test("a message that never arrives holds the page up for a while only", () => {
  const passage = gate.passage();
  const theirs = streamlits();
  passage.close();
  theirs.send(bytes("after"));
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(LONGEST_CLOSED_MS);
  expect(sent).toEqual(["after"]);
});

test("over another socket all goes anew", () => {
  const passage = gate.passage();
  const before = streamlits();
  before.send(bytes("before"));
  passage.close();
  before.send(bytes("lost"));
  streamlits().send(bytes("all"));
  passage.done();
  expect(sent).toEqual(["before", "all"]);
});
