import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Channel, type Watcher } from "../../src/channel/channel";
import { codePoints } from "../../src/channel/model";
import { FakeSocket } from "../fake_socket";

let sockets: FakeSocket[];
let channel: Channel;

beforeEach(() => {
  vi.useFakeTimers();
  const opened: FakeSocket[] = [];
  sockets = opened;
  channel = new Channel("token", () => {
    const socket = new FakeSocket();
    opened.push(socket);
    return socket;
  });
});
afterEach(() => {
  vi.useRealTimers();
});

function last(): FakeSocket {
  const socket = sockets.at(-1);
  if (socket === undefined) throw new Error("no socket was opened");
  return socket;
}

function open(): FakeSocket {
  last().open();
  return last();
}

const live = (text: string, more: object = {}) => ({
  kind: "turn",
  view: { turn: "a", role: "assistant", state: "live", text },
  keys: { text: 7 },
  version: "1",
  ...more,
});
const slot = (turns: string[], more: object = {}) => ({ kind: "slot", slot: "main", turns, busy: true, ...more });

describe("what the server tells", () => {
  test("turns and slots, then words at the end of a turn", () => {
    const heard: string[] = [];
    channel.join("main", {
      slot: ({ turns }) => heard.push(`slot ${turns}`),
      grew: ({ text }) => heard.push(`grew ${text}`),
      turn: ({ state }) => heard.push(`turn ${state}`),
    });
    const socket = open();
    socket.tell(slot(["a"]), live("One"));
    socket.tell([7, " two"]);
    socket.tell([7, " three"], { kind: "change", turn: "a", fields: { state: "done" }, version: "2" });
    expect(heard).toEqual(["slot a", "turn live", "grew One two", "grew One two three", "turn done"]);
    expect(channel.busy("main")).toBe(true);
  });

  test("only fields that differ are told", () => {
    const fields: string[][] = [];
    channel.join("main", { turn: (_, changed) => fields.push([...changed].sort()) });
    const socket = open();
    socket.tell(slot(["a"]), live("One"));
    socket.tell(live("One", { view: { turn: "a", role: "assistant", state: "done", text: "One", meter: "2 out" } }));
    expect(fields[1]).toEqual(["meter", "state"]);
  });

  test("a slot without turns has those of before, and the meter is replaced", () => {
    channel.join("main", {});
    const socket = open();
    socket.tell(slot(["a"]), live("One", { keys: { text: 7, meter: 8 } }), [8, "~1 out"], [8, "~2 out"]);
    socket.tell({ kind: "slot", slot: "main" });
    expect(channel.slot("main")).toMatchObject({ turns: ["a"], busy: false, earlier: 0 });
    expect(channel.turn("a")?.meter).toBe("~2 out");
  });

  test("turns that no slot names any more are forgotten, once all are named", () => {
    channel.join("main", {});
    const socket = open();
    socket.tell(slot(["a"]), live("One"));
    socket.tell(slot(["a"], { slot: "pane-0" }), slot([], { earlier: 3 }));
    socket.tell({ kind: "slot", slot: "pane-0", turns: [] });
    expect(channel.turn("a")?.text).toBe("One");
    socket.tell(slot([]));
    expect(channel.turn("a")).toBeUndefined();
    socket.tell([7, " more"], slot(["a"]), live("Anew"));
    expect(channel.turn("a")?.text).toBe("Anew");
  });

  test("what a slot of another name shows is not told", () => {
    const watcher: Watcher = { slot: vi.fn(), turn: vi.fn() };
    channel.join("pane-1", watcher);
    open().tell(slot(["a"]), live("One"));
    expect(watcher.slot).not.toHaveBeenCalled();
    expect(watcher.turn).not.toHaveBeenCalled();
  });
});

test("slots that nobody watches are not busy", () => {
  const leave = channel.join("main", {});
  channel.join("all", {});
  open().tell(slot(["a"]), live("One"));
  expect(channel.busy("all")).toBe(true);
  leave();
  expect(channel.busy("all")).toBe(false);
});

describe("a lost connection", () => {
  test("is opened again and told what the page has, in characters as the server counts them", () => {
    channel.join("main", {});
    open().tell(slot(["q", "a"]), live("Hi 👋 you"), {
      kind: "turn",
      view: { turn: "q", role: "user", text: "Hello" },
      keys: {},
      version: "q1",
    });
    last().lose();
    vi.advanceTimersByTime(400);
    expect(sockets).toHaveLength(2);
    const [hello] = open().sent;
    expect(hello).toMatchObject({
      kind: "hello",
      token: "token",
      known: { a: { version: "1", text: 8, thoughts: 0 }, q: { version: "q1", text: 5, thoughts: 0 } },
    });
  });

  test("goes on where it was lost, nothing twice", () => {
    channel.join("main", {});
    open().tell(slot(["a"]), live("One"));
    last().lose();
    vi.advanceTimersByTime(400);
    open().tell(slot(["a"]), live(" two", { appends: true, keys: { text: 1 } }), [1, " three"]);
    expect(channel.turn("a")?.text).toBe("One two three");
  });

  test("is said after two seconds, and no more when it is back", () => {
    channel.join("main", {});
    open().tell(slot([]));
    last().lose();
    vi.advanceTimersByTime(1_900);
    expect(channel.outage).toBe("");
    vi.advanceTimersByTime(200);
    expect(channel.outage).toBe("lost");
    open();
    expect(channel.outage).toBe("lost");
    last().tell(slot([]));
    expect(channel.outage).toBe("");
  });

  test("that never was is said to be unreachable", () => {
    channel.join("main", {});
    last().lose();
    vi.advanceTimersByTime(6_000);
    expect(channel.outage).toBe("unreachable");
  });

  test("is noticed by silence while an answer is awaited", () => {
    channel.join("main", {});
    open().tell(slot(["a"]), live("One"));
    vi.advanceTimersByTime(12_000);
    expect(sockets[0]?.sent.at(-1)).toMatchObject({ kind: "ping" });
    expect(sockets.length).toBeGreaterThan(1);
  });

  test("is left alone where the server answers", () => {
    channel.join("main", {});
    const socket = open();
    socket.answers = true;
    socket.tell(slot(["a"]), live("One"));
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
  });

  test("is noticed soon where the browser says that it is offline", () => {
    channel.join("main", {});
    open().tell(slot([], { busy: false }));
    window.dispatchEvent(new Event("offline"));
    vi.advanceTimersByTime(3_500);
    expect(sockets.length).toBeGreaterThan(1);
  });

  test("is tried anew where a socket does not open", () => {
    channel.join("main", {});
    vi.advanceTimersByTime(10_000);
    expect(sockets.length).toBeGreaterThan(1);
  });

  test("is opened again at once where the network comes back", () => {
    channel.join("main", {});
    open().lose();
    window.dispatchEvent(new Event("online"));
    expect(sockets).toHaveLength(2);
  });
});

describe("requests", () => {
  const send = { kind: "send", slot: "main", text: "Hello" } as const;

  test("are numbered and answered", async () => {
    channel.join("main", {});
    const socket = open();
    const answered = channel.ask(send);
    const { number } = socket.sent.at(-1) as { number: number };
    socket.tell({ kind: "done", number, problem: { message: "No model is chosen.", hint: "", details: "" } });
    expect(await answered).toMatchObject({ message: "No model is chosen." });
  });

  test("are sent again, with the same number, by the next socket", async () => {
    channel.join("main", {});
    const first = open();
    void channel.ask(send);
    first.lose();
    vi.advanceTimersByTime(400);
    expect(open().sent.at(-1)).toEqual(first.sent.at(-1));
  });

  test("say what stood there for the person who asked, also by a later socket", () => {
    channel.join("main", {});
    channel.join("all", {});
    channel.expect("main", "expected");
    void channel.ask(send);
    const first = open();
    expect(first.sent.at(-1)).toMatchObject({ mark: "expected" });
    first.tell(slot([], { mark: "one", shared_mark: "both" }));
    void channel.ask(send);
    void channel.ask({ ...send, slot: "all" });
    first.tell(slot([], { mark: "another" }));
    first.lose();
    vi.advanceTimersByTime(400);
    expect(open().sent).toMatchObject([{ kind: "hello" }, { mark: "expected" }, { mark: "one" }, { mark: "both" }]);
  });

  test("wait until there is a socket", () => {
    channel.join("main", {});
    void channel.ask(send);
    expect(open().sent).toMatchObject([{ kind: "hello" }, { kind: "send" }]);
  });

  test("that a server may have carried out before it died are given back, not done twice", async () => {
    channel.join("main", {});
    const first = open();
    first.tell({ kind: "slot", slot: "main" });
    first.lose();
    const answered = channel.ask({ kind: "send", slot: "main", text: "Once", pictures: [] });
    vi.advanceTimersByTime(5_000);
    open(); // it is sent behind the hello, and nothing is heard of this server
    expect(last().sent).toContainEqual(expect.objectContaining({ text: "Once" }));
    last().lose();
    vi.advanceTimersByTime(5_000);
    open().lose(4404);
    expect((await answered)?.message).toContain("does not remember");
  });

  test("of a token that is known no more are the end of it for whoever watches, and no lost connection is", () => {
    let closed = 0;
    channel.join("", { closed: () => (closed += 1) });
    open().tell(slot([]));
    last().lose();
    expect(closed).toBe(0);
    vi.advanceTimersByTime(5_000);
    open().lose(4404);
    expect(closed).toBe(1);
  });

  test("that a server may have forgotten are given back, not done twice", async () => {
    channel.join("main", {});
    open().tell(slot([]));
    const answered = channel.ask(send);
    last().lose(4404);
    expect((await answered)?.message).toContain("does not remember");
    channel.use("another");
    expect(open().sent).toMatchObject([{ kind: "hello", token: "another" }, { kind: "ping" }]);
  });

  test("that only a server without the page has seen go to the next one", () => {
    channel.join("main", {});
    void channel.ask(send);
    open().lose(4404);
    channel.use("another");
    expect(open().sent).toMatchObject([{ kind: "hello", token: "another" }, { kind: "send" }]);
  });
});

test("a run that is asked for while nobody draws is done when somebody does again, once", () => {
  const leave = channel.join("main", { run: vi.fn() });
  const socket = open();
  leave();
  socket.tell({ kind: "run" });
  const run = vi.fn();
  channel.join("main", { run });
  channel.join("other", { run });
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
});

test("a token that is unknown asks for a run, and turns stay", () => {
  const run = vi.fn();
  channel.join("main", { run });
  open().tell(slot(["a"]), live("One"));
  last().lose(4404);
  expect(run).toHaveBeenCalledOnce();
  channel.use("another");
  expect(open().sent[0]).toMatchObject({ token: "another", known: { a: { text: 3 } } });
  expect(channel.slot("main")?.turns).toEqual(["a"]);
});

test("when nobody watches the socket is closed, after a while", () => {
  const leave = channel.join("main", {});
  const socket = open();
  socket.answers = true;
  leave();
  vi.advanceTimersByTime(1_000);
  expect(socket.readyState).toBe(1);
  vi.advanceTimersByTime(60_000);
  expect(socket.readyState).toBe(3);
  expect(sockets).toHaveLength(1);
});

test.each([
  ["", 0],
  ["abc", 3],
  ["👋", 1],
  ["a👋b👋", 4],
  ["\ud800x", 2],
])("characters of %j", (text, count) => {
  expect(codePoints(text)).toBe(count);
});
