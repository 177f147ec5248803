// The conversation in one slot of the page: for a chat, or compact for a pane of a comparison.

import type { Channel, Field, Leave, Part, Request, SlotView, TurnView } from "../channel/channel";
import type { Problem } from "../channel/messages";
import { copySelection } from "../dom/copied";
import { Dock, type Offer } from "../dom/dock";
import { type Drawer, draw } from "../dom/frame";
import { h } from "../dom/h";
import { focusIn, keepingFocus } from "../dom/kept_focus";
import { NearView } from "../dom/near_view";
import type { Component } from "../page/component";
import { connectionNote } from "../page/connection_note";
import { figure } from "../page/figures";
import { focusMessageBox } from "../page/message_box";
import { edit, MODEL_ACTIONS, type PageAction, press, submit, type Transcript, type TurnRequest } from "./actions";
import { endOf } from "./announcement";
import { Asking } from "./asking";
import { player } from "./replay/player";
import { play, playAll, type Recording, Recordings } from "./replay/recordings";
import { Follower } from "./scroll";
import { Sending } from "./sending";
import { TurnDrawing } from "./turn";

export interface TranscriptData {
  readonly token: string;
  readonly slot: string;
  readonly compact: boolean;
  /** A turn that an address led to, to be shown once; `id` tells one time from another. */
  readonly found?: FoundTurn | null;
}

interface FoundTurn {
  readonly turn: string;
  readonly id: string;
}

/** The last that was shown, in whatever transcript: a page that is opened again leads nowhere by itself. */
let shown = "";

/** So many turns from the end are drawn at once; those above when there is time, or when they come near. */
const AT_ONCE = 4;

export class Log implements Drawer, Transcript, Recording {
  readonly recordings: Recordings;
  readonly log: HTMLElement;
  private readonly name: string;
  private readonly turns = new Map<string, TurnDrawing>();
  private readonly earlier = h("div", { class: "pg-note pg-earlier", hidden: true });
  private readonly list = h("div", { class: "pg-turns" });
  private readonly note = h("div", { class: "pg-note pg-slot-note" });
  private readonly announcement = h("div", { class: "pg-unseen", role: "status", "aria-live": "polite" });
  private readonly asking: Asking;
  private readonly dock: Dock;
  private readonly follower: Follower;
  private readonly near = new NearView((element) => this.turnOf(element)?.near());
  /** What has been added since the last frame. */
  private readonly grown = new Map<TurnDrawing, Set<Part>>();
  private readonly sending: Sending;
  private last: TurnDrawing | null = null;
  /** Whether something has come since the end was in view. */
  private hasNew = false;
  private runs = 0;
  private found: FoundTurn | null = null;
  /** A turn that is to have the focus once it is there. */
  private pendingFocus = "";
  private readonly leaves: Leave[] = [];
  private readonly listening = new AbortController();

  constructor(
    readonly channel: Channel,
    readonly data: TranscriptData,
    public component: Component<TranscriptData>,
  ) {
    const { slot, compact } = data;
    this.sending = new Sending(this.list, compact);
    const pane = slot.match(/\d+$/)?.[0];
    this.name = pane === undefined ? "Conversation" : `Conversation ${Number(pane) + 1}`;
    this.dock = new Dock(
      slot,
      () => this.follower.follow(),
      () => void this.ask({ kind: "stop" }),
      () => this.focusBox(),
    );
    this.log = h(
      "section",
      { class: compact ? "pg-log pg-compact" : "pg-log", "aria-label": this.name, "data-slot": slot },
      this.earlier,
      this.list,
      this.note,
      this.announcement,
      connectionNote(channel, this.leaves),
      this.dock.element,
    );
    this.follower = new Follower(this.log, () => draw(this));
    this.log.addEventListener("click", (event) => this.clicked(event));
    this.log.addEventListener("copy", (event) => copySelection(event, this.log));
    this.log.addEventListener("submit", (event) => this.submitted(event));
    const { signal } = this.listening;
    this.asking = new Asking({
      log: this.log,
      channel,
      slot,
      removed: signal,
      say: (text) => this.say(text),
      beforeAsking: () => this.reveal(),
      last: () => this.last,
    });
    document.addEventListener("pg-edit-last", (event) => this.editLast(event as CustomEvent<{ slot: string }>), {
      signal,
    });
    this.recordings = new Recordings(this, (turn) => this.ask({ kind: "play", turn }));
    component.parentElement.append(this.log);
    this.leaves.push(
      channel.join(slot, {
        slot: (view) => this.slot(view),
        turn: (view, fields) => this.turn(view, fields),
        grew: (view, part) => this.grew(view, part),
        recorded: (recording) => {
          this.recordings.add(recording);
          this.recordings.playUnasked(this.turns);
        },
        requested: (request, outcome) => this.requested(request, outcome),
        run: () => this.component.setTriggerValue("run", ++this.runs),
      }),
    );
  }

  leave(): void {
    for (const leave of this.leaves) leave();
    this.recordings.leave();
    this.listening.abort();
    this.near.leave();
    this.follower.leave();
    this.log.remove();
  }

  /** Shows the beginning of what is there, and leaves it in view. */
  rest(): void {
    this.follower.rest();
  }

  /** Keeps the end in view from now on. */
  follow(): void {
    this.follower.follow();
  }

  // What the server tells

  private slot({ turns, earlier, busy, note }: SlotView): void {
    const views = turns.flatMap((id) => this.channel.turn(id) ?? []);
    const ids = new Set(views.map((view) => view.turn));
    const staying = [...this.turns.values()].filter(({ view }) => ids.has(view.turn));
    this.follower.keeping(
      staying.map(({ element }) => element),
      () => {
        this.earlier.hidden = earlier === 0;
        this.earlier.textContent = `${figure(earlier)} earlier messages are coming…`;
        keepingFocus(
          this.list,
          () => this.put(views, ids),
          () => this.focusBox(),
        );
      },
    );
    const tools = new Map(views.flatMap(({ calls }) => calls.map(({ id, name }) => [id, name])));
    for (const { role, turn, call_id } of views) {
      const tool = role === "tool" ? tools.get(call_id) : undefined;
      if (tool !== undefined) this.turns.get(turn)?.setToolName(tool);
    }
    this.showFound();
    if (ids.has(this.pendingFocus)) this.focusTurn(this.pendingFocus);
    this.recordings.playUnasked(this.turns);
    const last = views.at(-1);
    const before = this.last;
    this.last = last === undefined ? null : (this.turns.get(last.turn) ?? null);
    if (before !== this.last) {
      this.hasNew = true;
      before?.setLast(false);
      this.last?.setLast(true);
      this.sending.clear();
    }
    this.note.textContent = note;
    this.dock.setBusy(busy);
    draw(this);
  }

  /** Puts the turns into the list in this order, and takes others out. */
  private put(views: readonly TurnView[], ids: ReadonlySet<string>): void {
    for (const [id, drawing] of this.turns) if (!ids.has(id)) this.drop(id, drawing);
    let at = this.list.firstElementChild;
    for (const [number, view] of views.entries()) {
      const element = (this.turns.get(view.turn) ?? this.add(view, number < views.length - AT_ONCE)).element;
      if (element === at) at = at.nextElementSibling;
      else this.list.insertBefore(element, at);
    }
  }

  private turn(view: TurnView, fields: ReadonlySet<Field>): void {
    const drawing = this.turns.get(view.turn);
    if (drawing === undefined) {
      // It was named by its slot before it was told.
      const slot = this.channel.slot(this.data.slot);
      if (slot?.turns.includes(view.turn)) this.slot(slot);
      return;
    }
    // One that is new has just been drawn with its slot.
    if (fields.has("turn")) return;
    const ended = drawing.element.dataset["state"] === "live" && view.state !== "live";
    this.writeGrown(drawing);
    drawing.update(fields);
    this.asking.drawn();
    if (ended) this.announcement.textContent = endOf(view, this.data.compact ? this.name : "");
    draw(this);
  }

  private grew(view: TurnView, part: Part): void {
    const drawing = this.turns.get(view.turn);
    if (drawing === undefined) return;
    const parts = this.grown.get(drawing);
    if (parts === undefined) this.grown.set(drawing, new Set([part]));
    else parts.add(part);
    this.hasNew = true;
    // The first words do not wait for the frame.
    if (!drawing.begun && part !== "meter") this.writeGrown(drawing);
    draw(this);
  }

  // What is drawn in a frame

  write(): void {
    for (const drawing of [...this.grown.keys()]) this.writeGrown(drawing);
  }

  measure(): void {
    this.follower.measure();
    const { following } = this.follower;
    const hasMore = !following && !this.follower.isShared && !this.follower.isAtEnd;
    if (following) this.hasNew = false;
    this.dock.setBelow(hasMore, this.hasNew);
    if (hasMore || this.data.compact || this.dock.hasNotice) this.dock.setRoom(this.follower.covered);
  }

  scroll(): void {
    this.follower.scroll();
  }

  private writeGrown(drawing: TurnDrawing): void {
    for (const part of this.grown.get(drawing) ?? []) drawing.grew(part);
    this.grown.delete(drawing);
  }

  private add(view: TurnView, far: boolean): TurnDrawing {
    const drawing = new TurnDrawing(view, this.data.compact, far);
    this.turns.set(view.turn, drawing);
    if (far) this.near.observe(drawing.element);
    return drawing;
  }

  private drop(id: string, drawing: TurnDrawing): void {
    this.near.forget(drawing.element);
    this.grown.delete(drawing);
    player.drop(drawing);
    this.turns.delete(id);
    drawing.element.remove();
  }

  // What a person does

  ask(request: TurnRequest): Promise<boolean> {
    return this.asking.ask(request);
  }

  act(action: PageAction, turn: string): void {
    this.component.setTriggerValue("act", { do: action, turn });
  }

  replay(turn: TurnDrawing | "all"): void {
    if (turn === "all") void playAll();
    else void play(this, turn);
  }

  get isOneOfSeveral(): boolean {
    return this.recordings.isOneOfSeveral;
  }

  playable(): readonly TurnDrawing[] {
    const ids = this.channel.slot(this.data.slot)?.turns ?? [];
    const drawings = ids.flatMap((id) => this.turns.get(id) ?? []);
    return drawings.filter(({ view }) => view.actions.includes("replay"));
  }

  say(text: string, offer?: Offer, takesFocus = false): void {
    const active = document.activeElement;
    const isHere = active === null || active === document.body || this.log.contains(active);
    const { isAtEnd } = this.follower;
    this.dock.say(text, offer, takesFocus && isHere);
    if (isAtEnd) this.follower.follow();
    draw(this);
  }

  /** Brings a turn into view as soon as it is there, once, and marks it until something is pressed. */
  seek(found: FoundTurn | null | undefined): void {
    if (found == null || found.id === shown) return;
    this.found = found;
    this.showFound();
  }

  private showFound(): void {
    const drawing = this.turns.get(this.found?.turn ?? "");
    if (drawing === undefined || this.found === null) return;
    shown = this.found.id;
    this.found = null;
    drawing.near();
    this.near.forget(drawing.element);
    const { element } = drawing;
    element.classList.add("pg-found");
    const { signal } = this.listening;
    const unmark = () => element.classList.remove("pg-found");
    for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, unmark, { once: true, signal });
    this.follower.lead(element);
    draw(this);
  }

  isLast(turn: TurnDrawing): boolean {
    return turn === this.last;
  }

  answerTo(turn: TurnDrawing): TurnView | null {
    const next = turn.element.nextElementSibling;
    const view = next === null ? undefined : this.turnOf(next)?.view;
    return view?.role === "assistant" ? view : null;
  }

  get isBusy(): boolean {
    return this.channel.busy(this.data.slot);
  }

  focusBox(): void {
    if (focusMessageBox(this.data.slot)) return;
    if (this.last !== null) focusIn(this.last.element);
  }

  focusTurn(turn: string): void {
    const drawing = this.turns.get(turn);
    this.pendingFocus = drawing === undefined ? turn : "";
    if (drawing !== undefined) focusIn(drawing.element);
  }

  private requested(request: Request, outcome: Promise<Problem | null>): void {
    if (request.kind !== "send") return;
    this.sending.add(request.text, outcome);
    this.reveal();
  }

  /** An answer is about to come: its place is in view. */
  private reveal(): void {
    this.follower.follow();
    const { scroller } = this.follower;
    // A pane scrolls by itself, and the page around it as well; but not sideways.
    if (this.data.compact && scroller.querySelectorAll(".pg-log").length === 1 && !isBeside(scroller))
      scroller.scrollIntoView({ block: "nearest" });
  }

  private editLast(event: CustomEvent<{ slot: string }>): void {
    if (event.detail.slot !== this.data.slot) return;
    const editable = [...this.turns.values()].filter(({ view }) => view.actions.includes("edit"));
    const last = editable
      .sort((drawing, other) => (drawing.element.compareDocumentPosition(other.element) & 4 ? -1 : 1))
      .at(-1);
    if (last === undefined) return;
    event.preventDefault();
    edit(last, this);
  }

  private clicked({ target, detail }: MouseEvent): void {
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-do]") : null;
    if (button === null) return;
    const turn = this.turnOf(button);
    // The second press of a double click asks for nothing more.
    if (turn !== undefined && !(detail > 1 && MODEL_ACTIONS.has(button.dataset["do"] ?? ""))) press(button, turn, this);
  }

  private submitted(event: Event): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset["form"] !== "results") return;
    event.preventDefault();
    const turn = this.turnOf(form);
    if (turn !== undefined) void submit(form, turn, this);
  }

  private turnOf(inside: Element): TurnDrawing | undefined {
    return this.turns.get(inside.closest<HTMLElement>("[data-turn]")?.dataset["turn"] ?? "");
  }
}

/** Whether a part of a pane is in view only when its row is scrolled sideways. */
function isBeside(pane: Element): boolean {
  const row = pane.closest('[data-testid="stHorizontalBlock"]')?.getBoundingClientRect();
  const { left, right } = pane.getBoundingClientRect();
  return row !== undefined && (left < row.left - 1 || right > row.right + 1);
}
