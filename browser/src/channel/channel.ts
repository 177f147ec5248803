// The page's connection to the server beside Streamlit's: the conversations in its slots, and requests about them.

import { Line, type Socket } from "./line";
import type { Begun, BrowserRequest, Gauge, Hello, Problem, Recorded } from "./messages";
import {
  type Changes,
  Conversations,
  type Field,
  type Part,
  type SlotView,
  type StageView,
  type TurnView,
} from "./model";
import { type OutageKind, OutageTimer } from "./outage";
import { type Request, Requests } from "./requests";

export type { Field, Part, Request, SlotView, StageView, TurnView };

/** Whoever draws a slot; "all" watches every slot. */
export interface Watcher {
  /** The slot's turns, note or `busy` have changed. */
  slot?(slot: SlotView): void;
  /** Fields of a turn have changed. */
  turn?(turn: TurnView, fields: ReadonlySet<Field>): void;
  /** Text was appended to a part of a turn, or the meter of a live answer was replaced. */
  grew?(turn: TurnView, part: Part): void;
  gauge?(gauge: Gauge): void;
  /** The text in the composer is to be measured again. */
  measure?(): void;
  /** A conversation has begun in the slot. */
  begun?(begun: Begun): void;
  /** The recording of an answer has come. */
  recorded?(recording: Recorded): void;
  /** What is presented, or where in it, has changed. */
  stage?(stage: StageView | null): void;
  /** A request was just made; `outcome` is its problem, or null. */
  requested?(request: Request, outcome: Promise<Problem | null>): void;
  /** The server knows the token no more: whoever had it is signed out, or the server was started again. */
  closed?(): void;
  /** The page is to be run, to redraw what is beside the conversation or for a new token; the newest watcher is called. */
  run?(): void;
}

export type Leave = () => void;

/** The socket stays open for so long without watchers: a page run may take a watcher off and put it back. */
const LINGER_MS = 30_000;

export class Channel {
  private readonly conversations = new Conversations();
  private readonly requests = new Requests();
  private readonly line: Line;
  private readonly outageTimer = new OutageTimer(
    () => this.line.everOpen,
    () => this.changed(),
  );
  private readonly watchers = new Set<readonly [slot: string, watcher: Watcher]>();
  /** The marks of slots as the page's run gave them: for requests before the socket has sent them. */
  private readonly expectedMarks = new Map<string, string>();
  private readonly listeners = new Set<() => void>();
  /** Numbers of requests sent over a socket that has not received anything yet: its server may not know the token. */
  private unconfirmed: number[] | null = null;
  private lingerTimer: ReturnType<typeof setTimeout> | undefined;
  private runIsDue = false;

  constructor(
    private token: string,
    makeSocket: () => Socket,
  ) {
    this.line = new Line(makeSocket, {
      opened: () => this.opened(),
      received: (text) => this.received(text),
      lost: (unknownToken) => this.lost(unknownToken),
      expectsReply: () => this.requests.waiting || this.busy("all"),
      ping: () => void this.ask({ kind: "ping", slot: "all" }),
    });
    window.addEventListener("online", () => this.line.check());
    window.addEventListener("offline", () => this.line.check());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.line.check();
    });
    this.outageTimer.begin();
    this.changed();
  }

  /** Whether a request is sent at once. */
  get connected(): boolean {
    return this.line.open;
  }

  get outage(): OutageKind {
    return this.outageTimer.kind;
  }

  /** Calls when `connected` or `outage` has changed. */
  onConnection(listener: () => void): Leave {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Whether an answer is on its way in a slot, or in any for "all". */
  busy(slot: string): boolean {
    return this.views(slot).some(({ busy }) => busy);
  }

  slot(name: string): SlotView | undefined {
    return this.conversations.slots.get(name);
  }

  /** The slot of that name, or each for "all". */
  views(name: string): SlotView[] {
    // Slots of a page that was left are not watched, and the server sends nothing about them.
    const watched = new Set([...this.watchers].map(([name]) => name));
    return [...this.conversations.slots.values()].filter(({ slot }) =>
      name === "all" ? watched.has(slot) : slot === name,
    );
  }

  get stage(): StageView | null {
    return this.conversations.stage;
  }

  turn(id: string): TurnView | undefined {
    return this.conversations.turns.get(id);
  }

  /** Takes the mark of a slot, or of "all", from a page run; one from the server is newer. */
  expect(slot: string, mark: string): void {
    this.expectedMarks.set(slot, mark);
  }

  /** Watches a slot; the watcher is called at once with what is known of it. */
  join(slot: string, watcher: Watcher): Leave {
    const entry = [slot, watcher] as const;
    this.watchers.add(entry);
    clearTimeout(this.lingerTimer);
    this.line.start();
    if (this.runIsDue && watcher.run !== undefined) setTimeout(() => this.runIsDue && this.runPage());
    for (const view of this.views(slot)) {
      watcher.slot?.(view);
      for (const [name, other] of this.watchers) if (name === "all" && other !== watcher) other.slot?.(view);
    }
    return () => {
      this.watchers.delete(entry);
      if (this.watchers.size === 0) this.lingerTimer = setTimeout(() => this.unwatch(), LINGER_MS);
    };
  }

  /** Sends a request; resolves with its problem, or null. Never rejects: a new socket sends what has no answer yet again. */
  ask(request: Request): Promise<Problem | null> {
    const { request: numbered, outcome } = this.requests.add(request, this.mark(request.slot));
    if (this.connected) this.send(numbered);
    this.notify(request.slot, (watcher) => watcher.requested?.(request, outcome));
    return outcome;
  }

  /** Takes the session's token; with another one the page reconnects, and what is on screen stays until it is updated. */
  use(token: string): void {
    if (token === this.token) return;
    this.token = token;
    this.requests.failSent();
    if (this.watchers.size > 0) this.line.restart();
  }

  /** The mark of a slot, or of "all", as it is on screen. */
  private mark(slot: string): string {
    const view = this.views(slot)[0];
    const mark = slot === "all" ? view?.shared_mark : view?.mark;
    return mark ?? this.expectedMarks.get(slot) ?? "";
  }

  private opened(): void {
    const hello: Hello = { kind: "hello", token: this.token, known: this.conversations.knownTurns() };
    this.line.send(JSON.stringify(hello));
    this.unconfirmed = [];
    const unanswered = this.requests.unanswered();
    for (const request of unanswered) this.send(request);
    // Any answer shows that the server knows the token.
    if (unanswered.length === 0) void this.ask({ kind: "ping", slot: "all" });
    this.changed();
  }

  private send(request: BrowserRequest): void {
    this.line.send(JSON.stringify(request));
    if (this.unconfirmed === null) this.requests.sent(request.number);
    else this.unconfirmed.push(request.number);
  }

  private received(text: string): void {
    if (this.unconfirmed !== null) {
      for (const number of this.unconfirmed) this.requests.sent(number);
      this.unconfirmed = null;
      this.outageTimer.end();
      this.changed();
    }
    const changes = this.conversations.receive(JSON.parse(text));
    for (const recording of changes.recordings) this.notify(recording.slot, (watcher) => watcher.recorded?.(recording));
    for (const answer of changes.answers) this.requests.answer(answer);
    if (changes.stage) for (const [, watcher] of this.watchers) watcher.stage?.(this.stage);
    for (const slot of changes.slots) {
      const view = this.conversations.slots.get(slot);
      if (view !== undefined) this.notify(slot, (watcher) => watcher.slot?.(view));
    }
    this.notifyTurns(changes);
    for (const gauge of changes.gauges) this.notify(gauge.slot, (watcher) => watcher.gauge?.(gauge));
    if (changes.measure) for (const [, watcher] of this.watchers) watcher.measure?.();
    for (const begun of changes.begun) this.notify(begun.slot, (watcher) => watcher.begun?.(begun));
    if (changes.run) this.runPage();
  }

  private notifyTurns({ fields, grown }: Changes): void {
    for (const id of new Set([...fields.keys(), ...grown.keys()])) {
      const view = this.conversations.turns.get(id);
      const [changed, longer] = [fields.get(id), grown.get(id)];
      if (view === undefined) continue;
      for (const { slot, turns } of this.conversations.slots.values()) {
        if (!turns.includes(id)) continue;
        this.notify(slot, (watcher) => {
          for (const part of longer ?? []) if (!changed?.has(part)) watcher.grew?.(view, part);
          if (changed !== undefined) watcher.turn?.(view, changed);
        });
      }
    }
  }

  private lost(unknownToken: boolean): void {
    if (unknownToken) {
      this.requests.failSent();
      for (const [, watcher] of [...this.watchers]) watcher.closed?.();
      this.runPage();
    } else {
      // The server may have carried them out without having answered.
      for (const number of this.unconfirmed ?? []) this.requests.sent(number);
    }
    this.unconfirmed = null;
    this.outageTimer.begin();
    this.changed();
  }

  /** Closes the socket and forgets the slots: nobody has watched for a while. */
  private unwatch(): void {
    this.line.stop();
    this.outageTimer.forget();
    this.runIsDue = false;
    this.conversations.slots.clear();
    this.conversations.stage = null;
  }

  /** While a page run makes the transcripts anew nobody can be called: then it is done when the first is back. */
  private runPage(): void {
    const runnable = [...this.watchers].filter(([, watcher]) => watcher.run !== undefined);
    this.runIsDue = runnable.length === 0;
    runnable.at(-1)?.[1].run?.();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  private notify(slot: string, call: (watcher: Watcher) => void): void {
    for (const [name, watcher] of [...this.watchers])
      if (name === slot || name === "all" || slot === "all") call(watcher);
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
