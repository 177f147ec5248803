// Text of a model in one part of a turn, drawn as Markdown or shown raw; while it grows, only what is new is drawn.

import { h } from "../dom/h";
import { whenIdle } from "../dom/idle";
import { type Growing, growing } from "../markdown/growing";
import { keepSelection } from "../markdown/selection";

/** Longer than any run of backticks that a model would write. */
const FENCE = "`".repeat(24);
/** The rest of a text that has ended may still come, in pieces. */
const PIECES_MS = 300;

export class ModelText {
  readonly element = h("div", { class: "pg-words" });
  private text = "";
  private drawing: Growing | null = null;
  private plain: Text | null = null;
  private raw = false;
  private cancelIdle: (() => void) | null = null;
  private ended = false;
  private ending: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly language = "") {}

  /** Whether it is shown as it was written, in full. */
  get isRaw(): boolean {
    return this.raw;
  }

  /** Draws at once all that was put off. */
  complete(): void {
    this.now();
    this.drawing?.complete();
  }

  /** Shows this text; where it only goes on from what is shown, only the rest is drawn. */
  show(text: string, live: boolean): void {
    const grows = text.length >= this.text.length && (this.text === "" || text.startsWith(this.text));
    this.grow(text, live, grows);
  }

  /** Shows this text, which is known to go on from what is shown where `grows`. */
  grow(text: string, live: boolean, grows = true): void {
    const rest = grows ? text.slice(this.text.length) : text;
    const replaced = !grows;
    this.text = text;
    if (this.plain !== null) {
      if (replaced) this.plain.data = text;
      else if (rest !== "") this.plain.appendData(rest);
    } else if (rest !== "" || replaced) {
      if (replaced || this.ended || this.drawing === null) this.draw();
      else this.drawing.add(rest);
    }
    clearTimeout(this.ending);
    if (!live) this.ending = setTimeout(() => this.end(), PIECES_MS);
  }

  /** Shows it plainly until the browser has time to draw it, or somebody is near. */
  later(text: string): void {
    this.text = text;
    this.showPlain();
    this.cancelIdle = whenIdle(() => this.now());
  }

  /** Draws what was left for later. */
  now(): void {
    if (this.cancelIdle === null) return;
    this.cancelIdle();
    this.cancelIdle = null;
    if (this.raw) return;
    keepSelection(this.element, () => this.draw());
    this.ending = setTimeout(() => this.end(), PIECES_MS);
  }

  /** Shows it as it was written, or drawn. */
  setRaw(raw: boolean): void {
    if (raw === this.raw) return;
    this.raw = raw;
    if (raw) {
      this.showPlain();
      return;
    }
    this.draw();
    this.end();
  }

  private showPlain(): void {
    this.drawing = null;
    this.plain = document.createTextNode(this.text);
    this.element.replaceChildren(h("div", { class: this.raw ? "pg-raw" : "pg-plain" }, this.plain));
  }

  private draw(): void {
    this.plain = null;
    this.ended = false;
    this.drawing = growing();
    this.drawing.set(this.language === "" ? this.text : `${FENCE}${this.language}\n${this.text}`);
    this.element.replaceChildren(this.drawing.element);
  }

  private end(): void {
    clearTimeout(this.ending);
    if (this.drawing === null || this.ended) return;
    this.ended = true;
    this.drawing.end();
  }
}
