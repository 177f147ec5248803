// One turn on screen. Each part is drawn again only when a field that it shows has changed; its words never are.

import type { Field, Part, TurnView } from "../channel/channel";
import { htmlOf } from "../dom/copied";
import { h } from "../dom/h";
import { focusIn } from "../dom/kept_focus";
import { type Edit, editor } from "./editor";
import * as parts from "./parts";
import { button, type Place } from "./parts";
import { Question } from "./question";
import { results } from "./results";
import { Thoughts } from "./thoughts";
import { ToolResult } from "./tool_result";
import { Words } from "./words";

type Maker = (view: TurnView, place: Place) => HTMLElement | null;
type Fields = readonly (Field | "last")[];
type Drawable = readonly [fields: Fields, maker: Maker];

const BEFORE_WORDS: readonly Drawable[] = [[["waiting", "state", "text", "thoughts"], parts.waiting]];
const AFTER_WORDS: readonly Drawable[] = [
  [["calls"], parts.calls],
  [["wants_results", "calls"], results],
  [["pictures"], parts.pictures],
  [["sources"], parts.sources],
  [["choices", "code"], parts.choices],
  [["probabilities", "probabilities_count"], parts.probabilities],
  [["error", "actions", "last"], parts.error],
  [["notes"], parts.notes],
  [["ending", "format", "proceed", "raise_to"], parts.ending],
];
const FOOT: readonly Drawable[] = [
  [["model", "settings"], parts.model],
  [["meter_help"], parts.help],
  [["versions"], parts.versions],
  [["state", "role", "actions", "error", "last"], parts.buttons],
];

interface Drawn {
  readonly fields: Fields;
  readonly maker: Maker;
  node: ChildNode;
}

export class TurnDrawing {
  readonly element: HTMLElement;
  private readonly place: Place;
  private readonly drawn: Drawn[];
  private readonly meter = document.createTextNode("");
  private readonly question: Question | ToolResult | null;
  private readonly words: Words | null;
  private thoughts: Thoughts | null = null;
  private readonly thoughtsPlace = document.createComment("");
  private rawBox: HTMLElement | null = null;
  private editing: HTMLElement | null = null;
  /** Whether anything of it was there to be read when it was last drawn. */
  begun = false;

  /** `far`: it is not in view, and its words can wait. */
  constructor(
    readonly view: TurnView,
    compact: boolean,
    far: boolean,
  ) {
    this.place = { compact, last: false };
    const before = BEFORE_WORDS.map(drawable);
    const after = AFTER_WORDS.map(drawable);
    const foot = FOOT.map(drawable);
    this.drawn = [...before, ...after, ...foot];
    const isAnswer = view.role === "assistant";
    this.question = isAnswer ? null : view.role === "tool" ? new ToolResult() : new Question(compact);
    this.words = isAnswer ? new Words(view.code) : null;
    this.words?.element.setAttribute("data-part", "text");
    const meter = h("span", { class: "pg-meter", "data-part": "meter" }, this.meter);
    this.element = h(
      "div",
      {
        class: `pg-turn pg-${view.role}`,
        role: "group",
        "aria-label": `Chat message from ${view.role}`,
        "data-turn": view.turn,
        "data-role": view.role,
      },
      this.thoughtsPlace,
      ...before.map(({ node }) => node),
      this.body,
      ...after.map(({ node }) => node),
      h("div", { class: "pg-foot" }, meter, ...foot.map(({ node }) => node)),
    );
    if (far && view.state !== "live") this.words?.later(view.text);
    this.redraw(new Set(Object.keys(view) as Field[]));
    this.show("text", true);
    this.show("thoughts", true);
    this.begun = view.text !== "" || view.thoughts !== "";
  }

  private get body(): HTMLElement {
    const body = this.question?.element ?? this.words?.element;
    if (body === undefined) throw new Error("A turn has a question or words.");
    return body;
  }

  /** Draws what has changed. */
  update(fields: ReadonlySet<Field>): void {
    this.redraw(fields);
    const { state } = this.view;
    // Words that grew no more are told that they have ended; those of another view are drawn anew.
    if (fields.has("text") || (fields.has("state") && state !== "live")) this.show("text", !fields.has("text"));
    if (fields.has("thoughts") || fields.has("thoughts_label") || fields.has("state")) {
      this.show("thoughts", !fields.has("thoughts"));
    }
  }

  /** Draws what has been added to a part. */
  grew(part: Part): void {
    if (part === "meter") {
      this.meter.data = this.view.meter;
      return;
    }
    this.show(part, true);
    if (!this.begun) {
      this.begun = true;
      this.redraw(new Set([part]));
    }
  }

  setLast(last: boolean): void {
    if (last === this.place.last) return;
    this.place.last = last;
    this.redraw(new Set(["last"]));
  }

  /** Draws words that were left for later: the turn is near. */
  near(): void {
    this.words?.now();
  }

  unfold(): void {
    this.question?.unfold();
  }

  /** The tool is known whose result this is. */
  named(tool: string): void {
    if (this.question instanceof ToolResult) this.question.named(tool);
  }

  /** The words as they are drawn. */
  get html(): string {
    this.words?.complete();
    return this.words === null ? "" : htmlOf(this.words.element);
  }

  /** Whether the text is shown as it was written. */
  get isRaw(): boolean {
    return this.rawBox !== null;
  }

  /** Shows the text as it was written, or drawn again. */
  toggleRaw(): void {
    if (this.rawBox !== null) {
      this.rawBox.remove();
      this.rawBox = null;
      this.words?.setRaw(false);
      this.body.hidden = false;
      return;
    }
    const copy = button("copy-raw", "Copy", "", { "aria-label": "Copy the text" });
    this.rawBox = h("div", { class: "pg-raw-head" }, h("span", { class: "pg-note" }, "As it was written"), copy);
    this.body.before(this.rawBox);
    if (this.words !== null) {
      this.words.setRaw(true);
    } else {
      this.rawBox.append(h("div", { class: "pg-raw" }, this.view.text));
      this.body.hidden = true;
    }
  }

  /** Has the question worded differently, in its place. */
  edit(how: Edit): void {
    if (this.editing !== null) return;
    const before = document.activeElement;
    const leave = (): void => {
      this.editing?.remove();
      this.editing = null;
      this.element.classList.remove("pg-editing");
      if (before instanceof HTMLElement && before.matches("[data-do], textarea") && before.isConnected) {
        before.focus({ preventScroll: true });
      } else {
        focusIn(this.element);
      }
    };
    const leaving = (does: (text: string) => void) => (text: string) => {
      leave();
      does(text);
    };
    const again = { ...how.again, does: () => leaving(how.again.does)("") };
    this.editing = editor({ ...how, again, send: leaving(how.send), cancel: leaving(how.cancel) });
    this.element.classList.add("pg-editing");
    this.body.after(this.editing);
  }

  private show(part: "text" | "thoughts", grows: boolean): void {
    const { state, text, thoughts, thoughts_label } = this.view;
    const live = state === "live";
    if (part === "text") {
      this.question?.show(text);
      this.words?.grow(text, live, grows);
    } else if (thoughts !== "" || this.thoughts !== null) {
      if (this.thoughts === null) {
        this.thoughts = new Thoughts();
        this.thoughtsPlace.after(this.thoughts.element);
      }
      this.thoughts.element.hidden = thoughts === "";
      this.thoughts.show(thoughts, thoughts_label, live && text === "", grows);
    }
  }

  private redraw(fields: ReadonlySet<Field | "last">): void {
    if (fields.has("state")) this.element.dataset["state"] = this.view.state;
    if (fields.has("meter")) this.meter.data = this.view.meter;
    for (const one of this.drawn) {
      if (!one.fields.some((field) => fields.has(field))) continue;
      const focused = one.node.contains(document.activeElement) ? document.activeElement : null;
      const node = one.maker(this.view, this.place) ?? document.createComment("");
      if (one.node instanceof Comment && node instanceof Comment) continue;
      one.node.replaceWith(node);
      one.node = node;
      if (focused?.hasAttribute("data-do")) focusIn(this.element, focused);
    }
  }
}

function drawable([fields, maker]: Drawable): Drawn {
  return { fields, maker, node: document.createComment("") };
}
