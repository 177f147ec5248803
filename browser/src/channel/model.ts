// What the page knows of its conversations, as the server tells it.

import type {
  Begun,
  Gauge,
  Have,
  RequestDone,
  ServerMessage,
  SlotMessage,
  TurnView as ToldView,
  TurnMessage,
} from "./messages";
import { EMPTY_SLOT, EMPTY_TURN, MOST_HAVE } from "./messages";

/** A turn with all its fields: what the server leaves out has its default. */
export type TurnView = Required<ToldView>;
export type Part = "text" | "thoughts" | "meter";
export type Field = keyof TurnView;
export type Addition = [key: number, text: string];
export type SlotView = Required<Omit<SlotMessage, "kind" | "turns">> & { turns: readonly string[] };

/** What is new in the page after a frame of the socket. */
export interface News {
  slots: Set<string>;
  /** Fields that are other than before, by turn; a turn that was not known has all of them. */
  fields: Map<string, Set<Field>>;
  /** Parts to which something was added, by turn. */
  grown: Map<string, Set<Part>>;
  gauges: Gauge[];
  /** What is written is to be measured again. */
  measure: boolean;
  begun: Begun[];
  answers: RequestDone[];
  run: boolean;
}

/** The parts that grow; the meter is replaced. */
const TEXTS = ["text", "thoughts"] as const;

export class Conversations {
  readonly slots = new Map<string, SlotView>();
  readonly turns = new Map<string, TurnView>();
  private readonly versions = new Map<string, string>();
  private readonly keys = new Map<number, readonly [turn: string, part: Part]>();

  /** Takes in a frame of the socket and says what is new. */
  take(frame: readonly (ServerMessage | Addition)[]): News {
    const news: News = {
      slots: new Set(),
      fields: new Map(),
      grown: new Map(),
      gauges: [],
      measure: false,
      begun: [],
      answers: [],
      run: false,
    };
    for (const one of frame) {
      if (Array.isArray(one)) this.add(one, news);
      else this.hear(one, news);
    }
    if (frame.some((one) => !Array.isArray(one) && one.kind === "slot" && one.turns !== undefined)) this.forget();
    return news;
  }

  /** A new socket begins: what the page has, for the server to tell the rest. Other turns are forgotten. */
  have(): Record<string, Have> {
    this.keys.clear();
    const shown = new Set([...this.slots.values()].flatMap((slot) => slot.turns).slice(-MOST_HAVE));
    const have: Record<string, Have> = {};
    for (const [id, view] of this.turns) {
      const version = this.versions.get(id);
      if (shown.has(id) && version !== undefined) {
        have[id] = { version, text: codePoints(view.text), thoughts: codePoints(view.thoughts) };
      } else {
        this.turns.delete(id);
        this.versions.delete(id);
      }
    }
    return have;
  }

  /** Forgets turns that no slot names, as the server does. Those of before a socket was lost may still be named. */
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

  private hear(told: ServerMessage, news: News): void {
    switch (told.kind) {
      case "slot": {
        const { kind: _, ...slot } = told;
        const turns = slot.turns ?? this.slots.get(slot.slot)?.turns ?? [];
        this.slots.set(slot.slot, { ...EMPTY_SLOT, ...slot, turns });
        news.slots.add(slot.slot);
        break;
      }
      case "turn":
        this.turn(told, news);
        break;
      case "change": {
        const view = this.turns.get(told.turn);
        if (view === undefined) break;
        this.update(view, told.fields as Partial<TurnView>, news);
        this.versions.set(told.turn, told.version);
        break;
      }
      case "gauge":
        news.gauges.push(told);
        break;
      case "measure":
        news.measure = true;
        break;
      case "begun":
        news.begun.push(told);
        break;
      case "answer":
        news.answers.push(told);
        break;
      case "run":
        news.run = true;
    }
  }

  private turn(told: TurnMessage, news: News): void {
    const id = told.view.turn;
    const known = this.turns.get(id);
    const view: TurnView = { ...EMPTY_TURN, ...told.view };
    if (known === undefined) {
      this.turns.set(id, view);
      news.fields.set(id, new Set(Object.keys(view) as Field[]));
    } else {
      if (told.goes_on) for (const part of TEXTS) view[part] = known[part] + view[part];
      this.update(known, view, news);
    }
    this.versions.set(id, told.version);
    for (const [part, key] of Object.entries(told.keys)) this.keys.set(key, [id, part as Part]);
  }

  private update(view: TurnView, fields: Partial<TurnView>, news: News): void {
    for (const [name, value] of Object.entries(fields) as [Field, never][]) {
      const before = view[name];
      if (JSON.stringify(before) === JSON.stringify(value)) continue;
      view[name] = value;
      if ((name === "text" || name === "thoughts") && (value as string).startsWith(before as string)) {
        if (!news.fields.get(view.turn)?.has(name)) add(news.grown, view.turn, name);
      } else {
        add(news.fields, view.turn, name);
      }
    }
  }

  private add([key, text]: Addition, news: News): void {
    const [id, part] = this.keys.get(key) ?? [];
    const view = id === undefined ? undefined : this.turns.get(id);
    if (id === undefined || part === undefined || view === undefined) return;
    view[part] = part === "meter" ? text : view[part] + text;
    add(news.grown, id, part);
  }
}

/** Characters as the server counts them. */
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
