// The page's one connection to the server beside Streamlit's: what stands in its slots, and what a person does there.

import { Line, type Socket } from "./line";
import type { Begun, BrowserRequest, Gauge, Hello, Problem } from "./messages";
import { Conversations, type Field, type News, type Part, type SlotView, type TurnView } from "./model";
import { type Request, Requests } from "./requests";

export type { Field, Part, Request, SlotView, TurnView };

/** Whoever draws a slot; "all" watches every slot. */
export interface Watcher {
  /** The slot's turns, or whether it is busy, or its note, are other than before. */
  slot?(slot: SlotView): void;
  /** Fields of a turn are other than before. */
  turn?(turn: TurnView, fields: ReadonlySet<Field>): void;
  /** A part of a turn has only become longer; the meter of one on its way is another. */
  grew?(turn: TurnView, part: Part): void;
  gauge?(gauge: Gauge): void;
  /** What is written is to be measured again. */
  measure?(): void;
  /** A conversation has begun in the slot. */
  begun?(begun: Begun): void;
  /** Somebody has just asked for this; `answered` says how it went. */
  asking?(request: Request, answered: Promise<Problem | null>): void;
  /** The page is to be run, for what stands beside the conversation or for a new token; the newest watcher is told. */
  run?(): void;
}

/** "lost": it was open and is not for a while; "unreachable": it has never been. */
export type Trouble = "" | "lost" | "unreachable";
export type Leave = () => void;

const LOST_MS = 2_000;
const UNREACHABLE_MS = 5_000;
/** So long the socket stays open when nothing on the page watches: a page run may take a watcher off and put it back. */
const LINGER_MS = 30_000;

export class Channel {
  trouble: Trouble = "";
  private readonly known = new Conversations();
  private readonly requests = new Requests();
  private readonly line: Line;
  private readonly watchers = new Set<readonly [slot: string, watcher: Watcher]>();
  /** The marks of what stands where, from the page's run: for what is asked before the socket has told them. */
  private readonly expected = new Map<string, string>();
  private readonly listeners = new Set<() => void>();
  /** Numbers of what was sent to a server that has not shown yet that it knows the token. */
  private unproven: number[] | null = null;
  private leaving: ReturnType<typeof setTimeout> | undefined;
  private troubled: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private token: string,
    makeSocket: () => Socket,
  ) {
    this.line = new Line(makeSocket, {
      opened: () => this.opened(),
      received: (text) => this.received(text),
      lost: (unknownToken) => this.lost(unknownToken),
      awaited: () => this.requests.waiting || this.busy("all"),
      ping: () => void this.ask({ kind: "ping", slot: "all" }),
    });
    window.addEventListener("online", () => this.line.check());
    window.addEventListener("offline", () => this.line.check());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.line.check();
    });
    this.worry();
  }

  /** Whether what is asked now leaves now. */
  get connected(): boolean {
    return this.line.open;
  }

  /** Calls when `connected` or `trouble` has changed. */
  onConnection(listener: () => void): Leave {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Whether an answer is on its way in a slot, or in any for "all". */
  busy(slot: string): boolean {
    return this.views(slot).some(({ busy }) => busy);
  }

  slot(name: string): SlotView | undefined {
    return this.known.slots.get(name);
  }

  /** What stands in a slot, or in each for "all". */
  views(name: string): SlotView[] {
    // Of a page that was left there are slots that nobody watches, and that the server tells nothing of any more.
    const watched = new Set([...this.watchers].map(([at]) => at));
    return [...this.known.slots.values()].filter(({ slot }) => (name === "all" ? watched.has(slot) : slot === name));
  }

  turn(id: string): TurnView | undefined {
    return this.known.turns.get(id);
  }

  /** What the page says to stand in a slot or in "all"; what the server tells of it is the newer. */
  expect(slot: string, stands: string): void {
    this.expected.set(slot, stands);
  }

  /** Watches a slot; what is known of it is told at once. */
  join(slot: string, watcher: Watcher): Leave {
    const entry = [slot, watcher] as const;
    this.watchers.add(entry);
    clearTimeout(this.leaving);
    this.line.start();
    for (const view of this.views(slot)) {
      watcher.slot?.(view);
      for (const [at, other] of this.watchers) if (at === "all" && other !== watcher) other.slot?.(view);
    }
    return () => {
      this.watchers.delete(entry);
      if (this.watchers.size === 0) this.leaving = setTimeout(() => this.rest(), LINGER_MS);
    };
  }

  /** Asks the server for something; says what went wrong, or null. Never rejects: what a lost socket took along is asked again. */
  ask(request: Request): Promise<Problem | null> {
    const { asked, answered } = this.requests.add(request, this.mark(request.slot));
    if (this.connected) this.send(asked);
    this.tell(request.slot, (watcher) => watcher.asking?.(request, answered));
    return answered;
  }

  /** The session has another token: what is on screen stays, and is told anew where it is out of date. */
  use(token: string): void {
    if (token === this.token) return;
    this.token = token;
    this.requests.forgotten();
    if (this.watchers.size > 0) this.line.restart();
  }

  /** The mark of what stands in a slot for whoever looks at it now. */
  private mark(slot: string): string {
    const view = this.views(slot)[0];
    const told = slot === "all" ? view?.together : view?.stands;
    return told ?? this.expected.get(slot) ?? "";
  }

  private opened(): void {
    const hello: Hello = { kind: "hello", token: this.token, have: this.known.have() };
    this.line.send(JSON.stringify(hello));
    this.unproven = [];
    const again = this.requests.again();
    for (const asked of again) this.send(asked);
    // Whatever it is, its answer shows that the server is there.
    if (again.length === 0) void this.ask({ kind: "ping", slot: "all" });
    this.changed();
  }

  private send(asked: BrowserRequest): void {
    this.line.send(JSON.stringify(asked));
    if (this.unproven === null) this.requests.sent(asked.number);
    else this.unproven.push(asked.number);
  }

  private received(text: string): void {
    if (this.unproven !== null) {
      for (const number of this.unproven) this.requests.sent(number);
      this.unproven = null;
      this.calm();
    }
    const news = this.known.take(JSON.parse(text));
    for (const answer of news.answers) this.requests.answer(answer);
    for (const slot of news.slots) {
      const view = this.known.slots.get(slot);
      if (view !== undefined) this.tell(slot, (watcher) => watcher.slot?.(view));
    }
    this.tellTurns(news);
    for (const gauge of news.gauges) this.tell(gauge.slot, (watcher) => watcher.gauge?.(gauge));
    if (news.measure) for (const [, watcher] of this.watchers) watcher.measure?.();
    for (const begun of news.begun) this.tell(begun.slot, (watcher) => watcher.begun?.(begun));
    if (news.run) this.runPage();
  }

  private tellTurns({ fields, grown }: News): void {
    for (const id of new Set([...fields.keys(), ...grown.keys()])) {
      const view = this.known.turns.get(id);
      const [changed, longer] = [fields.get(id), grown.get(id)];
      if (view === undefined) continue;
      for (const { slot, turns } of this.known.slots.values()) {
        if (!turns.includes(id)) continue;
        this.tell(slot, (watcher) => {
          for (const part of longer ?? []) if (!changed?.has(part)) watcher.grew?.(view, part);
          if (changed !== undefined) watcher.turn?.(view, changed);
        });
      }
    }
  }

  private lost(unknownToken: boolean): void {
    if (unknownToken) {
      this.requests.forgotten();
      this.runPage();
    } else {
      // It may have been carried out by a server that said nothing any more.
      for (const number of this.unproven ?? []) this.requests.sent(number);
    }
    this.unproven = null;
    this.worry();
  }

  /** Says so after a while, should it not be open until then. */
  private worry(): void {
    const unreachable = !this.line.everOpen;
    if (this.trouble === "") {
      this.troubled ??= setTimeout(
        () => {
          this.trouble = this.line.everOpen ? "lost" : "unreachable";
          this.changed();
        },
        unreachable ? UNREACHABLE_MS : LOST_MS,
      );
    }
    this.changed();
  }

  private calm(): void {
    clearTimeout(this.troubled);
    this.troubled = undefined;
    this.trouble = "";
    this.changed();
  }

  /** Nothing watches any more: what stands in the slots is not followed, and not known when somebody comes back. */
  private rest(): void {
    this.line.stop();
    clearTimeout(this.troubled);
    this.troubled = undefined;
    this.known.slots.clear();
  }

  private runPage(): void {
    const able = [...this.watchers].filter(([, watcher]) => watcher.run !== undefined);
    able.at(-1)?.[1].run?.();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  private tell(slot: string, say: (watcher: Watcher) => void): void {
    for (const [at, watcher] of [...this.watchers]) if (at === slot || at === "all" || slot === "all") say(watcher);
  }
}

let channel: Channel | undefined;

/** The page's channel, from now on with this token. */
export function channelFor(token: string): Channel {
  if (channel === undefined) {
    // This file is served as …/channel/{version}/main.js.
    const address = new URL("../../channel", import.meta.url);
    address.protocol = address.protocol.replace("http", "ws");
    channel = new Channel(token, () => new WebSocket(address) as Socket);
  }
  channel.use(token);
  return channel;
}
