// One turn on screen. Each part is redrawn only when a field that it shows has changed; a growing text never is.

import type { Field, Part, TurnView } from "../channel/channel";
import { EMPTY_TURN } from "../channel/messages";
import { htmlOf } from "../dom/copied";
import { h } from "../dom/h";
import { focusIn } from "../dom/kept_focus";
import { type Edit, editor } from "./editor";
import { ModelText } from "./model_text";
import * as parts from "./parts";
import { button, type Layout } from "./parts";
import { Question } from "./question";
import { results } from "./results";
import { Thoughts } from "./thoughts";
import { ToolResult } from "./tool_result";

type Maker = (view: TurnView, layout: Layout) => HTMLElement | null;
type Fields = readonly (Field | "last")[];
type Drawable = readonly [fields: Fields, maker: Maker];

const SIGN: readonly Drawable[] = [[["recorded"], parts.recorded]];
const BEFORE_TEXT: readonly Drawable[] = [[["waiting", "state", "text", "thoughts"], parts.waiting]];
const AFTER_TEXT: readonly Drawable[] = [
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
  private readonly layout: Layout;
  private readonly drawn: Drawn[];
  private readonly meter = h("span", { class: "pg-meter", "data-part": "meter" });
  private readonly question: Question | ToolResult | null;
  private readonly answer: ModelText | null;
  private thoughts: Thoughts | null = null;
  private readonly thoughtsAnchor = document.createComment("");
  private rawBox: HTMLElement | null = null;
  private editing: HTMLElement | null = null;
  /** What is shown in place of the view while a recording of it is played. */
  private played: TurnView | null = null;
  private sign: HTMLElement | null = null;
  /** Whether it had any text or thoughts when it was last drawn. */
  begun = false;

  /** `far`: it is not in view, and its text can be drawn later. */
  constructor(
    readonly view: TurnView,
    compact: boolean,
    far: boolean,
  ) {
    this.layout = { compact, last: false };
    const signs = SIGN.map(drawable);
    const before = BEFORE_TEXT.map(drawable);
    const after = AFTER_TEXT.map(drawable);
    const foot = FOOT.map(drawable);
    this.drawn = [...signs, ...before, ...after, ...foot];
    const isAnswer = view.role === "assistant";
    this.question = isAnswer ? null : view.role === "tool" ? new ToolResult() : new Question(compact);
    this.answer = isAnswer ? new ModelText(view.code) : null;
    this.answer?.element.setAttribute("data-part", "text");
    this.element = h(
      "div",
      {
        class: `pg-turn pg-${view.role}`,
        role: "group",
        "aria-label": `Chat message from ${view.role}`,
        "data-turn": view.turn,
        "data-role": view.role,
      },
      ...signs.map(({ node }) => node),
      this.thoughtsAnchor,
      ...before.map(({ node }) => node),
      this.body,
      ...after.map(({ node }) => node),
      h("div", { class: "pg-foot" }, this.meter, ...foot.map(({ node }) => node)),
    );
    if (far && view.state !== "live") this.answer?.later(view.text);
    this.redraw(new Set(Object.keys(view) as Field[]));
    this.show("text", true);
    this.show("thoughts", true);
    this.begun = view.text !== "" || view.thoughts !== "";
  }

  private get body(): HTMLElement {
    const body = this.question?.element ?? this.answer?.element;
    if (body === undefined) throw new Error("A turn has a question or an answer.");
    return body;
  }

  /** What is on screen. */
  private get shown(): TurnView {
    return this.played ?? this.view;
  }

  /** Shows nothing of the answer yet, under a sign that stays until `live`. */
  replay(sign: string): void {
    this.sign?.remove();
    this.sign = null;
    // One that is a recording has its sign always.
    if (this.view.recorded === "") {
      this.sign = h("div", { class: "pg-recorded", "data-part": "recorded" }, sign);
      this.element.prepend(this.sign);
    }
    this.played = unsaid(this.view);
    this.redrawAll();
  }

  /** Shows so many characters of the text and the thoughts, and all the rest of the answer with its end. */
  playTo(text: number, thoughts: number, ended: boolean): void {
    if (this.played === null) return;
    const before = this.played;
    if (ended) {
      if (before.state === "live") this.playEnd();
      return;
    }
    const again = before.state !== "live";
    const waited = before.text === "" && before.thoughts === "";
    this.played = again ? unsaid(this.view) : before;
    const grows = !again && text >= before.text.length && thoughts >= before.thoughts.length;
    if (!again && text === before.text.length && thoughts === before.thoughts.length) return;
    this.played.text = this.view.text.slice(0, text);
    this.played.thoughts = this.view.thoughts.slice(0, thoughts);
    if (again || (!grows && text === 0 && thoughts === 0)) {
      this.redrawAll();
      return;
    }
    this.show("thoughts", grows);
    this.show("text", grows);
    if (waited) this.redraw(new Set<Field>(["text", "thoughts"]));
  }

  /** Ends the replay: shows the answer as it is. */
  live(): void {
    if (this.played === null) return;
    this.played = null;
    this.sign?.remove();
    this.sign = null;
    this.redrawAll();
    this.element.removeAttribute("aria-busy");
  }

  private playEnd(): void {
    this.played = { ...this.view };
    this.element.setAttribute("aria-busy", "false");
    this.show("thoughts", true);
    this.show("text", true);
    this.redraw(new Set(Object.keys(this.view) as Field[]));
  }

  private redrawAll(): void {
    this.element.setAttribute("aria-busy", String(this.shown.state === "live"));
    this.redraw(new Set(Object.keys(this.view) as Field[]));
    this.show("text", false);
    this.show("thoughts", false);
  }

  /** Draws what has changed, also in what is played: names may be hidden meanwhile. */
  update(fields: ReadonlySet<Field>): void {
    if (this.played !== null) {
      this.updatePlayed(this.played, fields);
      return;
    }
    this.redraw(fields);
    const { state } = this.view;
    // A text that grows no more is ended; the text of another view is drawn anew.
    if (fields.has("text") || (fields.has("state") && state !== "live")) this.show("text", !fields.has("text"));
    if (fields.has("thoughts") || fields.has("thoughts_label") || fields.has("state")) {
      this.show("thoughts", !fields.has("thoughts"));
    }
  }

  private updatePlayed({ state, text, thoughts }: TurnView, fields: ReadonlySet<Field>): void {
    // The sign has a name that was seen when the replay began.
    if (this.sign !== null && fields.has("model")) {
      this.live();
      return;
    }
    this.played = state === "live" ? unsaid(this.view) : { ...this.view };
    if (state === "live") {
      this.played.text = this.view.text.slice(0, text.length);
      this.played.thoughts = this.view.thoughts.slice(0, thoughts.length);
    }
    this.redrawAll();
  }

  /** Draws what has been added to a part. */
  grew(part: Part): void {
    if (part === "meter") {
      this.drawMeter();
      return;
    }
    if (this.played !== null) return;
    this.show(part, true);
    if (!this.begun) {
      this.begun = true;
      this.redraw(new Set([part]));
    }
  }

  /** Where there is little room, only as many figures are in view as fit into a line. */
  private drawMeter(): void {
    const { meter } = this.shown;
    if (!this.layout.compact) {
      this.meter.textContent = meter;
      return;
    }
    const figures = meter.split(/(?= · )/).map((figure) => h("span", { class: "pg-figure" }, figure));
    this.meter.replaceChildren(...(meter === "" ? [] : figures));
  }

  setLast(last: boolean): void {
    if (last === this.layout.last) return;
    this.layout.last = last;
    this.redraw(new Set(["last"]));
  }

  /** Draws a text that was put off: the turn is near the view. */
  near(): void {
    this.answer?.now();
  }

  unfold(): void {
    this.question?.unfold();
  }

  /** Sets the name of the tool whose result this is. */
  setToolName(tool: string): void {
    if (this.question instanceof ToolResult) this.question.setName(tool);
  }

  /** The text as HTML. */
  get html(): string {
    this.answer?.complete();
    return this.answer === null ? "" : htmlOf(this.answer.element);
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
      this.answer?.setRaw(false);
      this.body.hidden = false;
      return;
    }
    const copy = button("copy-raw", "Copy", "", { "aria-label": "Copy the text" });
    this.rawBox = h("div", { class: "pg-raw-head" }, h("span", { class: "pg-note" }, "As it was written"), copy);
    this.body.before(this.rawBox);
    if (this.answer !== null) {
      this.answer.setRaw(true);
    } else {
      this.rawBox.append(h("div", { class: "pg-raw" }, this.view.text));
      this.body.hidden = true;
    }
  }

  /** Opens an editor for the question, below it. */
  edit(details: Edit): void {
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
    const leaving = (callback: (text: string) => void) => (text: string) => {
      leave();
      callback(text);
    };
    const again = { ...details.again, action: () => leaving(details.again.action)("") };
    this.editing = editor({ ...details, again, send: leaving(details.send), cancel: leaving(details.cancel) });
    this.element.classList.add("pg-editing");
    this.body.after(this.editing);
  }

  private show(part: "text" | "thoughts", grows: boolean): void {
    const { state, text, thoughts, thoughts_label } = this.shown;
    const live = state === "live";
    if (part === "text") {
      this.question?.show(text);
      this.answer?.grow(text, live, grows);
    } else if (thoughts !== "" || this.thoughts !== null) {
      if (this.thoughts === null) {
        this.thoughts = new Thoughts();
        this.thoughtsAnchor.after(this.thoughts.element);
      }
      this.thoughts.element.hidden = thoughts === "";
      this.thoughts.show(thoughts, thoughts_label, live && text === "", grows);
    }
  }

  private redraw(fields: ReadonlySet<Field | "last">): void {
    if (fields.has("state")) this.element.dataset["state"] = this.view.state;
    if (fields.has("meter")) this.drawMeter();
    for (const drawn of this.drawn) {
      if (!drawn.fields.some((field) => fields.has(field))) continue;
      const focused = drawn.node.contains(document.activeElement) ? document.activeElement : null;
      const node = drawn.maker(this.shown, this.layout) ?? document.createComment("");
      if (drawn.node instanceof Comment && node instanceof Comment) continue;
      drawn.node.replaceWith(node);
      drawn.node = node;
      if (focused?.hasAttribute("data-do")) focusIn(this.element, focused);
    }
  }
}

/** An answer of which nothing has come yet. */
function unsaid(view: TurnView): TurnView {
  const { turn, role, code, model, settings, recorded } = view;
  return { ...EMPTY_TURN, turn, role, code, model, settings, recorded, state: "live" };
}

function drawable([fields, maker]: Drawable): Drawn {
  return { fields, maker, node: document.createComment("") };
}
