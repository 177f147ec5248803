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
  readonly element = h("div", { class: "pg-gauge st-key-context_gauge", hidden: true });
  private readonly fill = h("div", { class: "pg-gauge-fill" });
  private readonly bar = h("div", { class: "pg-gauge-bar", "aria-hidden": "true" }, this.fill);
  private readonly label = h("span", { class: "pg-gauge-words" });
  /** For screen readers: announced once, when a message stops fitting, and not with every key. */
  private readonly announcement = h("span", { class: "pg-unseen", role: "status" });
  private refusal = "";
  /** The message that was refused. */
  private refused: Measured | null = null;
  /** The message that the server measured last, or measures now. */
  private requested: Measured = { text: "", pictures: 0 };
  private measured: Measured | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private measuring = false;

  constructor(
    private readonly target: () => { readonly channel: Channel; readonly slot: string },
    private readonly current: () => Measured,
    private readonly changed: () => void,
  ) {
    this.element.append(this.bar, this.label, this.announcement);
  }

  /** Measures the message in the box, once nobody has typed for a moment. */
  written(length: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.measure(), length > LONG ? LONG_PAUSE_MS : PAUSE_MS);
  }

  /** Measures again: the model, or the conversation, has changed. */
  again(): void {
    this.measured = null;
    this.written(this.current().text.length);
  }

  /** Why a message, by default that in the box, cannot be sent; "" where it can, or where that is not known. */
  refuses(message?: Measured): string {
    const { refused } = this;
    if (refused === null) return "";
    const { text, pictures } = message ?? this.current();
    if (pictures < refused.pictures) return "";
    // A text that begins with one that does not fit does not fit either; every text begins with an empty one.
    const goesOn = refused.text === "" ? text === "" : text.startsWith(refused.text);
    return goesOn ? this.refusal : "";
  }

  draw({ label, help = "", share = null, refusal = "" }: Gauge): void {
    if (refusal === "" || this.refusal === "") this.announcement.textContent = refusal;
    this.refusal = refusal;
    this.refused = refusal === "" ? null : this.requested;
    this.element.hidden = label === "" && refusal === "";
    this.element.title = help;
    this.element.classList.toggle("pg-gauge-full", refusal !== "");
    this.bar.hidden = share === null;
    this.fill.style.width = `${Math.min(Math.max(share ?? 0, 0), 1) * 100}%`;
    this.label.textContent = refusal || label;
    this.changed();
  }

  private async measure(): Promise<void> {
    const now = this.current();
    const { measured } = this;
    if (this.measuring || (now.text === measured?.text && now.pictures === measured.pictures)) return;
    this.measured = this.requested = now;
    this.measuring = true;
    const { channel, slot } = this.target();
    await channel.ask({ kind: "draft", slot, ...now });
    this.measuring = false;
    this.written(this.current().text.length);
  }

  leave(): void {
    clearTimeout(this.timer);
  }
}
