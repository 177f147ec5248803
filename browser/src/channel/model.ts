// The conversations of the page, as the server sends them.

import type {
  Begun,
  Gauge,
  KnownTurn,
  Recorded,
  RequestDone,
  StagePane as SentPane,
  StageView as SentStage,
  TurnView as SentView,
  ServerMessage,
  SlotMessage,
  TurnMessage,
} from "./messages";
import { EMPTY_SLOT, EMPTY_TURN, MOST_KNOWN_TURNS } from "./messages";

/** A turn with all its fields: what the server leaves out has its default. */
export type TurnView = Required<SentView>;
/** What is around the turns that are presented; the server sends it with all its fields. */
export type StageView = Required<Omit<SentStage, "panes">> & { readonly panes: readonly Required<SentPane>[] };
export type Part = "text" | "thoughts" | "meter";
export type Field = keyof TurnView;
export type Addition = [key: number, text: string];
export type SlotView = Required<Omit<SlotMessage, "kind" | "turns">> & { turns: readonly string[] };

/** What a frame of the socket has changed. */
export interface Changes {
  slots: Set<string>;
  /** Fields that have changed, by turn; all of them for a new turn. */
  fields: Map<string, Set<Field>>;
  /** Parts to which something was added, by turn. */
  grown: Map<string, Set<Part>>;
  gauges: Gauge[];
  /** The text in composers is to be measured again. */
  measure: boolean;
  begun: Begun[];
  recordings: Recorded[];
  answers: RequestDone[];
  stage: boolean;
  run: boolean;
}

/** The parts that grow; the meter is replaced. */
const TEXTS = ["text", "thoughts"] as const;

export class Conversations {
  readonly slots = new Map<string, SlotView>();
  readonly turns = new Map<string, TurnView>();
  stage: StageView | null = null;
  private readonly versions = new Map<string, string>();
  private readonly keys = new Map<number, readonly [turn: string, part: Part]>();

  /** Applies a frame of the socket, and returns what it has changed. */
  receive(frame: readonly (ServerMessage | Addition)[]): Changes {
    const changes: Changes = {
      slots: new Set(),
      fields: new Map(),
      grown: new Map(),
      gauges: [],
      measure: false,
      begun: [],
      recordings: [],
      answers: [],
      stage: false,
      run: false,
    };
    for (const item of frame) {
      if (Array.isArray(item)) this.append(item, changes);
      else this.apply(item, changes);
    }
    if (frame.some((item) => !Array.isArray(item) && item.kind === "slot" && item.turns !== undefined)) this.forget();
    return changes;
  }

  /** The turns on the page, for the server to send the rest over a new socket. Turns that are in no slot are forgotten. */
  knownTurns(): Record<string, KnownTurn> {
    this.keys.clear();
    const shown = new Set([...this.slots.values()].flatMap((slot) => slot.turns).slice(-MOST_KNOWN_TURNS));
    const known: Record<string, KnownTurn> = {};
    for (const [id, view] of this.turns) {
      const version = this.versions.get(id);
      if (shown.has(id) && version !== undefined) {
        known[id] = { version, text: codePoints(view.text), thoughts: codePoints(view.thoughts) };
      } else {
        this.turns.delete(id);
        this.versions.delete(id);
      }
    }
    return known;
  }

  /** Forgets turns that are in no slot, as the server does; not while a slot's earlier turns are still to come. */
  private forget(): void {
    const slots = [...this.slots.values()];
    if (slots.some(({ earlier }) => earlier > 0)) return;
    const named = new Set(slots.flatMap(({ turns }) => turns));
    for (const id of this.turns.keys()) {
      if (named.has(id)) continue;
      this.turns.delete(id);
      this.versions.delete(id);
    }
    for (const [key, [id]] of this.keys) if (!named.has(id)) this.keys.delete(key);
  }

  private apply(message: ServerMessage, changes: Changes): void {
    switch (message.kind) {
      case "slot": {
        const { kind: _, ...slot } = message;
        const turns = slot.turns ?? this.slots.get(slot.slot)?.turns ?? [];
        this.slots.set(slot.slot, { ...EMPTY_SLOT, ...slot, turns });
        changes.slots.add(slot.slot);
        break;
      }
      case "turn":
        this.turn(message, changes);
        break;
      case "change": {
        const view = this.turns.get(message.turn);
        if (view === undefined) break;
        this.update(view, message.fields as Partial<TurnView>, changes);
        this.versions.set(message.turn, message.version);
        break;
      }
      case "gauge":
        changes.gauges.push(message);
        break;
      case "measure":
        changes.measure = true;
        break;
      case "begun":
        changes.begun.push(message);
        break;
      case "recorded":
        changes.recordings.push(message);
        break;
      case "done":
        changes.answers.push(message);
        break;
      case "stage":
        this.stage = (message.view ?? null) as StageView | null;
        changes.stage = true;
        break;
      case "run":
        changes.run = true;
    }
  }

  private turn(message: TurnMessage, changes: Changes): void {
    const id = message.view.turn;
    const known = this.turns.get(id);
    const view: TurnView = { ...EMPTY_TURN, ...message.view };
    if (known === undefined) {
      this.turns.set(id, view);
      changes.fields.set(id, new Set(Object.keys(view) as Field[]));
    } else {
      if (message.appends) for (const part of TEXTS) view[part] = known[part] + view[part];
      this.update(known, view, changes);
    }
    this.versions.set(id, message.version);
    for (const [part, key] of Object.entries(message.keys)) this.keys.set(key, [id, part as Part]);
  }

  private update(view: TurnView, fields: Partial<TurnView>, changes: Changes): void {
    for (const [name, value] of Object.entries(fields) as [Field, never][]) {
      const before = view[name];
      if (JSON.stringify(before) === JSON.stringify(value)) continue;
      view[name] = value;
      if ((name === "text" || name === "thoughts") && (value as string).startsWith(before as string)) {
        if (!changes.fields.get(view.turn)?.has(name)) add(changes.grown, view.turn, name);
      } else {
        add(changes.fields, view.turn, name);
      }
    }
  }

  private append([key, text]: Addition, changes: Changes): void {
    const [id, part] = this.keys.get(key) ?? [];
    const view = id === undefined ? undefined : this.turns.get(id);
    if (id === undefined || part === undefined || view === undefined) return;
    view[part] = part === "meter" ? text : view[part] + text;
    add(changes.grown, id, part);
  }
}

/** The length of a text as the server counts it, in code points. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      count--;
      at++;
    }
  }
  return count;
}

function add<Key, Value>(map: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, new Set([value]));
  else values.add(value);
}
