// What a model wrote, in one part of a turn: drawn, or raw; only ever added to while it grows.

import { h } from "../dom/h";
import { whenIdle } from "../dom/idle";
import { type Growing, growing } from "../markdown/growing";

/** Longer than any run of backticks that a model would write. */
const FENCE = "`".repeat(24);
/** A text that has ended may still come in pieces. */
const PIECES_MS = 300;

export class Words {
  readonly element = h("div", { class: "pg-words" });
  private text = "";
  private words: Growing | null = null;
  private plain: Text | null = null;
  private raw = false;
  private takeBack: (() => void) | null = null;
  private ended = false;
  private ending: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly language = "") {}

  /** Whether it is shown as it was written, in full. */
  get isRaw(): boolean {
    return this.raw;
  }

  /** Draws at once what was left for later. */
  complete(): void {
    this.now();
    this.words?.complete();
  }

  /** Shows this text; where it only goes on from what is shown, only the rest is drawn. */
  show(text: string, live: boolean): void {
    const grows = text.length >= this.text.length && (this.text === "" || text.startsWith(this.text));
    this.grow(text, live, grows);
  }

  /** Shows this text, which is known to go on from what is shown where `grows`. */
  grow(text: string, live: boolean, grows = true): void {
    const rest = grows ? text.slice(this.text.length) : text;
    const anew = !grows;
    this.text = text;
    if (this.plain !== null) {
      if (anew) this.plain.data = text;
      else if (rest !== "") this.plain.appendData(rest);
    } else if (rest !== "" || anew) {
      if (anew || this.ended || this.words === null) this.draw();
      else this.words.add(rest);
    }
    clearTimeout(this.ending);
    if (!live) this.ending = setTimeout(() => this.end(), PIECES_MS);
  }

  /** Shows it plainly until the browser has time to draw it, or somebody is near. */
  later(text: string): void {
    this.text = text;
    this.showPlain();
    this.takeBack = whenIdle(() => this.now());
  }

  /** Draws what was left for later. */
  now(): void {
    if (this.takeBack === null) return;
    this.takeBack();
    this.takeBack = null;
    if (this.raw) return;
    this.draw();
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
    this.words = null;
    this.plain = document.createTextNode(this.text);
    this.element.replaceChildren(h("div", { class: this.raw ? "pg-raw" : "pg-plain" }, this.plain));
  }

  private draw(): void {
    this.plain = null;
    this.ended = false;
    this.words = growing();
    this.words.set(this.language === "" ? this.text : `${FENCE}${this.language}\n${this.text}`);
    this.element.replaceChildren(this.words.element);
  }

  private end(): void {
    clearTimeout(this.ending);
    if (this.words === null || this.ended) return;
    this.ended = true;
    this.words.end();
  }
}
