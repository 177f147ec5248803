// For who speaks: notes, what comes next, how long it has taken. No other window is sent any of it.

import type { StageView } from "../channel/channel";
import { h } from "../dom/h";

const EVERY_MS = 1_000;

export class Speaker {
  readonly element: HTMLElement;
  private readonly blank = h("p", { class: "pg-stage-hint" }, "The audience's screen is blank.");
  private readonly unasked = h("p", { class: "pg-stage-hint" }, "Not asked yet: Next or R asks.");
  private readonly notes = h("p", { class: "pg-stage-notes" });
  private readonly following = h("p", {});
  private readonly next = h("div", {}, h("h2", {}, "Next"), this.following);
  private readonly keys = h(
    "p",
    { class: "pg-stage-hint pg-stage-main-keys" },
    "→ next · ← back · V verdict · P poll · B blank · ? all keys",
  );
  private readonly clock = h("p", { class: "pg-stage-clock", role: "timer" });
  private began = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    this.element = h(
      "aside",
      { class: "pg-stage-speaker", "aria-label": "For who speaks", tabindex: "0", hidden: true },
      this.clock,
      this.blank,
      this.unasked,
      this.notes,
      this.next,
      this.keys,
    );
  }

  show({ presenter, notes, following, began_ms, blank, unasked }: StageView): void {
    this.element.hidden = !presenter;
    this.blank.hidden = !blank;
    this.unasked.hidden = !unasked;
    this.notes.textContent = notes;
    this.notes.hidden = notes === "";
    this.following.textContent = following;
    this.next.hidden = following === "";
    this.began = began_ms;
    if (!presenter) this.leave();
    else this.timer ??= setInterval(() => this.tick(), EVERY_MS);
    this.tick();
  }

  leave(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private tick(): void {
    const seconds = Math.max(Math.floor((Date.now() - this.began) / 1000), 0);
    const [minutes, rest] = [Math.floor(seconds / 60), `${seconds % 60}`.padStart(2, "0")];
    const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    this.clock.textContent = `${minutes}:${rest} · ${now}`;
  }
}
