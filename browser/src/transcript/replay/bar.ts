// The controls of a replay, at the lower edge of the window: pause, seek, speed, and the way back to what is live.

import { h, icon } from "../../dom/h";
import { AGAIN, PAUSE, PLAY } from "../../dom/icons";
import type { Clock, Speed } from "./clock";

const SPEEDS: readonly Speed[] = [1, 2, 4];
/** Pixels between it and the edge of the window. */
const MARGIN = 12;
/** Milliseconds that a key goes on or back. */
const STRIDE = 1_000;

export interface Controls {
  toggle(): void;
  seek(at: number): void;
  speed(speed: Speed): void;
  /** Ends the replay. */
  live(): void;
}

export class Bar {
  readonly element: HTMLElement;
  private readonly toggle: HTMLButtonElement;
  private readonly slider: HTMLInputElement;
  private readonly time = document.createTextNode("");
  private readonly status = h("span", { class: "pg-unseen", role: "status" });
  private readonly speeds = new Map<Speed, HTMLButtonElement>();
  private drawn = "";
  private readonly sign: Text;

  constructor(
    private readonly clock: Clock,
    sign: string,
    private readonly controls: Controls,
  ) {
    const press = (name: string, label: string, action: () => void, more = {}): HTMLButtonElement =>
      h("button", { type: "button", class: "pg-button", "data-replay": name, click: action, ...more }, label);
    this.sign = document.createTextNode(sign);
    this.toggle = press("toggle", "", () => controls.toggle());
    this.slider = h("input", {
      type: "range",
      min: "0",
      max: String(clock.total),
      step: "any",
      value: "0",
      "aria-label": "Time in the recording",
      input: () => controls.seek(Number(this.slider.value)),
    });
    for (const speed of SPEEDS) {
      this.speeds.set(
        speed,
        press(`speed-${speed}`, `${speed}×`, () => controls.speed(speed), { "aria-label": `Speed ${speed}×` }),
      );
    }
    this.element = h(
      "div",
      { class: "pg-replay", role: "group", "aria-label": "Replay" },
      h("span", { class: "pg-replay-sign" }, this.sign),
      this.toggle,
      this.slider,
      h("span", { class: "pg-replay-time" }, this.time),
      h(
        "span",
        { class: "pg-buttons" },
        ...this.speeds.values(),
        press("end", "At once", () => controls.seek(clock.total)),
      ),
      press("live", "Live again", () => controls.live()),
      this.status,
    );
    this.element.addEventListener("keydown", (event) => this.pressed(event));
    this.draw();
  }

  /** Shows where the clock is. */
  draw(): void {
    const at = this.clock.at();
    const { running, speed, total } = this.clock;
    const text = `${seconds(at)} of ${seconds(total)} s`;
    this.slider.value = String(at);
    // While it plays, a screen reader is not told each moment.
    if (!running) this.slider.setAttribute("aria-valuetext", text);
    if (this.time.data !== text) this.time.data = text;
    const state = `${running} ${speed} ${at >= total}`;
    if (state === this.drawn) return;
    this.drawn = state;
    const [name, path] = running ? ["Pause", PAUSE] : at >= total ? ["Play again", AGAIN] : ["Play", PLAY];
    this.toggle.replaceChildren(icon(path));
    this.toggle.setAttribute("aria-label", name);
    this.toggle.title = name;
    for (const [each, button] of this.speeds) button.setAttribute("aria-pressed", String(each === speed));
  }

  /** Shows another sign, and the length that the clock has now. */
  extend(sign: string): void {
    this.sign.data = sign;
    this.slider.max = String(this.clock.total);
  }

  /** Puts its middle at this x, as far as the window has room, and above each of the boxes that it would cover. */
  place(middle: number, boxes: readonly DOMRect[]): void {
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const half = width / 2 + 8;
    const left = Math.max(half, Math.min(middle, window.innerWidth - half));
    this.element.style.left = `${left}px`;
    let lower = window.innerHeight - MARGIN;
    for (const box of boxes) {
      const isBeside = box.right < left - half || box.left > left + half;
      const isAway = box.top > lower || box.bottom < lower - height - MARGIN;
      if (!isBeside && !isAway) lower = Math.min(lower, box.top - MARGIN / 2);
    }
    this.element.style.bottom = `${window.innerHeight - Math.max(lower, height + MARGIN)}px`;
  }

  /** Has a screen reader say a sentence. */
  say(sentence: string): void {
    this.status.textContent = sentence;
  }

  focus(): void {
    this.toggle.focus({ preventScroll: true });
  }

  private pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.actionOf(event.key, event.target instanceof HTMLButtonElement);
    if (act === null) return;
    event.preventDefault();
    event.stopPropagation();
    act();
    this.slider.setAttribute("aria-valuetext", `${seconds(this.clock.at())} of ${seconds(this.clock.total)} s`);
  }

  private actionOf(key: string, onButton: boolean): (() => void) | null {
    const { clock, controls } = this;
    switch (key) {
      case "ArrowLeft":
      case "ArrowDown":
        return () => controls.seek(clock.at() - STRIDE);
      case "ArrowRight":
      case "ArrowUp":
        return () => controls.seek(clock.at() + STRIDE);
      case "PageDown":
        return () => controls.seek(clock.at() - clock.total / 10);
      case "PageUp":
        return () => controls.seek(clock.at() + clock.total / 10);
      case "Home":
        return () => controls.seek(0);
      case "End":
        return () => controls.seek(clock.total);
      case "Escape":
        return () => controls.live();
      case " ":
        return onButton ? null : () => controls.toggle();
    }
    const speed = SPEEDS.find((each) => String(each) === key);
    return speed === undefined ? null : () => controls.speed(speed);
  }
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(1);
}
