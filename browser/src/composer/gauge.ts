/** How full the context is with what is being written, and whether it fits. */

import type { Channel } from "../channel/channel";
import type { Gauge } from "../channel/messages";
import { h } from "../dom/h";

const PAUSE_MS = 250;
/** A long text is measured after a longer pause: it is sent along each time. */
const LONG_PAUSE_MS = 1_000;
const LONG = 100_000;

export interface Measured {
  readonly text: string;
  readonly pictures: number;
}

export class ContextGauge {
  readonly shown = h("div", { class: "pg-gauge st-key-context_gauge", hidden: true });
  private readonly fill = h("div", { class: "pg-gauge-fill" });
  private readonly bar = h("div", { class: "pg-gauge-bar", "aria-hidden": "true" }, this.fill);
  private readonly words = h("span", { class: "pg-gauge-words" });
  /** Told once, when a message stops fitting, and not with every key. */
  private readonly spoken = h("span", { class: "pg-unseen", role: "status" });
  private refusal = "";
  /** What the refusal is for. */
  private refused: Measured | null = null;
  /** What the server measured last, or measures now. */
  private asked: Measured = { text: "", pictures: 0 };
  private measured: Measured | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking = false;

  constructor(
    private readonly way: () => { readonly channel: Channel; readonly slot: string },
    private readonly now: () => Measured,
    private readonly changed: () => void,
  ) {
    this.shown.append(this.bar, this.words, this.spoken);
  }

  /** Measures what is written, once nobody has typed for a moment. */
  written(length: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.measure(), length > LONG ? LONG_PAUSE_MS : PAUSE_MS);
  }

  /** What else counts has changed: the model, or what was said before. */
  again(): void {
    this.measured = null;
    this.written(this.now().text.length);
  }

  /** Why a message cannot be sent, that in the box for one; "" where it can, or where that is not known. */
  refuses(message?: Measured): string {
    const { refused } = this;
    if (refused === null) return "";
    const { text, pictures } = message ?? this.now();
    if (pictures < refused.pictures) return "";
    // What goes on from a text that does not fit does not fit either; every text would go on from none.
    const isIt = refused.text === "" ? text === "" : text.startsWith(refused.text);
    return isIt ? this.refusal : "";
  }

  draw({ words, help = "", share = null, refusal = "" }: Gauge): void {
    if (refusal === "" || this.refusal === "") this.spoken.textContent = refusal;
    this.refusal = refusal;
    this.refused = refusal === "" ? null : this.asked;
    this.shown.hidden = words === "" && refusal === "";
    this.shown.title = help;
    this.shown.classList.toggle("pg-gauge-full", refusal !== "");
    this.bar.hidden = share === null;
    this.fill.style.width = `${Math.min(Math.max(share ?? 0, 0), 1) * 100}%`;
    this.words.textContent = refusal || words;
    this.changed();
  }

  private async measure(): Promise<void> {
    const now = this.now();
    const { measured } = this;
    if (this.asking || (now.text === measured?.text && now.pictures === measured.pictures)) return;
    this.measured = this.asked = now;
    this.asking = true;
    const { channel, slot } = this.way();
    await channel.ask({ kind: "draft", slot, ...now });
    this.asking = false;
    this.written(this.now().text.length);
  }

  leave(): void {
    clearTimeout(this.timer);
  }
}
