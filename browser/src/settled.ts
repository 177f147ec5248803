/**
 * Holds back what is sent until the settings on screen have reached the server.
 *
 * Settings travel over Streamlit's socket, messages over the channel, and neither waits for the other. So once a control
 * was touched, a question goes over Streamlit's socket first: it carries the values of all controls, and its answer
 * comes back only when the server has taken them in. Where nothing was touched, nothing is delayed.
 */

import type { Leave } from "./component";
import type { Problem } from "./messages";

/** Streamlit keeps a value to itself for so long at most: cells of a data editor, a text field that is sent as it is typed. */
const QUIET_MS = 250;
/** A question may be lost where a run ends just then. */
const ASK_AGAIN_MS = 2_500;
export const LONGEST_WAIT_MS = 10_000;

const OURS = '[class*="pg-"]';
const FIELD = "input, textarea, select, [contenteditable=true]";
const CONTROL = `${FIELD}, a, button, label, summary, canvas, [role=option], [role=slider], [role=button], [role=tab],
  [role=switch], [role=checkbox], [role=radio], [role=menuitem], [role=gridcell], [data-testid=stSlider]`;
const SILENT_KEYS = new Set(["Tab", "Shift", "Control", "Alt", "Meta", "CapsLock"]);

/** `late`: a setting has not arrived in time; `invalid`: one on screen is none that can be sent. */
export type Settled = { state: "arrived" | "late" | "aborted" } | { state: "invalid"; label: string };

export class Settling {
  /** Asks over Streamlit's socket; what was asked is to come back to `arrived`. */
  ask: ((name: string) => void) | null = null;
  /** How often something outside the conversation was used. */
  touches = 0;
  private settledTouches = 0;
  private touchedAt = Number.NEGATIVE_INFINITY;
  private readonly held = new Set<number>();
  /** Fields that somebody wrote into. */
  private readonly written = new Set<Element>();
  /** The server may still have the answer to a page that was here before. */
  private readonly page = Date.now().toString(36);
  private asked = 0;
  private answered = 0;
  private readonly waiting = new Set<() => void>();

  /** Starts to notice what a person does on the page. */
  watch(page: Document = document): Leave {
    if (wasUsed()) this.touch();
    const stopped = new AbortController();
    const options = { capture: true, passive: true, signal: stopped.signal };
    const touched = (event: Event) => this.notice(event);
    for (const kind of ["pointerdown", "click", "input", "change", "keydown", "focusout", "paste", "cut", "drop"]) {
      page.addEventListener(kind, touched, options);
    }
    for (const kind of ["pointerup", "pointercancel"]) {
      page.addEventListener(kind, (event) => this.letGo((event as PointerEvent).pointerId), options);
    }
    // Another conversation may come with another page of the browser's history.
    window.addEventListener("popstate", () => this.touch(), options);
    return () => stopped.abort();
  }

  /** Whether a setting may be on its way. */
  get touched(): boolean {
    return this.touches !== this.settledTouches;
  }

  /** Whether all that is on screen has reached the server for certain. */
  get idle(): boolean {
    return !this.touched && activeField() === null && this.invalidField() === null;
  }

  /** What the server has answered last. */
  arrived(name: string): void {
    const [page, number] = name.split(" ");
    if (page !== this.page) return;
    this.answered = Math.max(this.answered, Number(number));
    for (const heard of this.waiting) heard();
  }

  /** Waits until what is on screen is what the server has. Does not wait at all where nothing was touched. */
  async settle(signal: AbortSignal, longestMs = LONGEST_WAIT_MS): Promise<Settled> {
    activeField()?.blur(); // it sends what was typed into it when it is left
    const until = performance.now() + longestMs;
    while (this.touched && !signal.aborted) {
      const left = until - performance.now();
      if (left <= 0) return { state: "late" };
      const still = this.held.size > 0 ? 50 : this.touchedAt + QUIET_MS - performance.now();
      if (still > 0) {
        await pause(Math.min(still, left), signal);
        continue;
      }
      await drawn(signal);
      const touches = this.touches;
      if (performance.now() < this.touchedAt + QUIET_MS) continue;
      if (await this.answeredWithin(Math.min(ASK_AGAIN_MS, until - performance.now()), signal)) {
        this.settledTouches = touches;
      }
    }
    if (signal.aborted) return { state: "aborted" };
    const wrong = this.invalidField();
    return wrong === null ? { state: "arrived" } : { state: "invalid", label: wrong };
  }

  private answeredWithin(longestMs: number, signal: AbortSignal): Promise<boolean> {
    const number = ++this.asked;
    return new Promise((done) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        this.waiting.delete(heard);
        done(this.answered >= number);
      };
      // A later question carries all that an earlier one did.
      const heard = () => this.answered >= number && end();
      const timer = setTimeout(end, longestMs);
      signal.addEventListener("abort", end);
      this.waiting.add(heard);
      this.ask?.(`${this.page} ${number}`);
    });
  }

  /** The name of a setting on screen that Streamlit does not send because it is out of bounds, or null. */
  private invalidField(): string | null {
    for (const field of this.written) {
      if (!field.isConnected) this.written.delete(field);
      else if (field.ariaInvalid === "true" && field.getClientRects().length > 0) return field.ariaLabel ?? "";
    }
    return null;
  }

  private touch(): void {
    this.touches += 1;
    this.touchedAt = performance.now();
  }

  private notice(event: Event): void {
    const target = event.target;
    if (!(target instanceof Element) || target.closest(OURS)) return;
    if (event instanceof KeyboardEvent && SILENT_KEYS.has(event.key)) return;
    if (event.type === "focusout" ? !target.matches(FIELD) : !target.closest(CONTROL)) return;
    if (event.type === "pointerdown") this.held.add((event as PointerEvent).pointerId);
    if (event.type === "input" && target.matches(FIELD)) this.written.add(target);
    this.touch();
  }

  private letGo(pointer: number): void {
    // A slider is sent when the pointer is let go, wherever that is.
    if (this.held.delete(pointer)) this.touch();
  }
}

/** That of the page. Whatever asks for an answer with the settings on screen waits for it. */
export const settling = new Settling();

/** Whether a person may have used something before this was loaded: what it was is not known. */
function wasUsed(): boolean {
  const counts: EventCounts | undefined = performance.eventCounts;
  if (counts === undefined) return navigator.userActivation?.hasBeenActive ?? true;
  return ["pointerdown", "click", "keydown", "input"].some((kind) => (counts.get(kind) ?? 0) > 0);
}

function activeField(): HTMLElement | null {
  const active = document.activeElement;
  return active instanceof HTMLElement && active.matches(FIELD) && !active.closest(OURS) ? active : null;
}

/** Why what was asked for is not asked; null where the settings have arrived, or it was taken back. */
export function notSent(settled: Settled): Problem | null {
  if (settled.state === "late") {
    return { message: "Not sent: a setting has not reached the server.", hint: "Try again." };
  }
  if (settled.state !== "invalid") return null;
  const which = settled.label ? `“${settled.label}”` : "a setting";
  return { message: `Not sent: ${which} has a value that it cannot have.`, hint: "Correct it first." };
}

/** React's effects that belong to what is on screen have run after this. */
async function drawn(signal: AbortSignal): Promise<void> {
  for (let frame = 0; frame < 2; frame += 1) {
    await new Promise<void>((done) => {
      if (signal.aborted) return done();
      const late = setTimeout(done, 100); // a hidden page has no frames
      requestAnimationFrame(() => {
        clearTimeout(late);
        setTimeout(done, 0);
      });
    });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    const ended = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", ended);
      done();
    };
    const timer = setTimeout(ended, Math.max(ms, 0));
    signal.addEventListener("abort", ended);
  });
}
