/**
 * Holds back what is sent until the settings on screen have reached the server.
 *
 * Settings travel over Streamlit's socket, messages over the channel, and neither waits for the other. So once a control
 * was touched, a question goes over Streamlit's socket first: it carries the values of all controls, and its answer
 * comes back only when the server has taken them in. Where nothing was touched, nothing is delayed. What is changed after
 * the press is not for that message: until the question has left, for a frame or two, nothing can be changed and a click
 * waits; what Streamlit sends after the question waits behind the message (gate.ts).
 */

import type { Problem } from "../channel/messages";
import { drawn, pause } from "../dom/moments";
import type { Leave } from "./component";
import { gate, type Passage } from "./gate";

/** How long at most Streamlit delays what is typed into these elements. */
const QUIET_MS = 250;
const SLOW = "[data-testid=stDataFrame], [data-testid=stTextInput]";
/** How long at most a question takes to get to Streamlit's socket. */
const HANDED_MS = 300;
/** A question may be lost where a run ends just then. */
const ASK_AGAIN_MS = 2_500;
export const LONGEST_WAIT_MS = 10_000;

const OURS = '[class*="pg-"]';
const FIELD = "input, textarea, select, [contenteditable=true]";
const CONTROL = `${FIELD}, a, button, label, summary, canvas, [role=option], [role=slider], [role=button], [role=tab],
  [role=switch], [role=checkbox], [role=radio], [role=menuitem], [role=gridcell], [data-testid=stSlider]`;
const SILENT_KEYS = new Set(["Tab", "Shift", "Control", "Alt", "Meta", "CapsLock"]);
/** Events by which a change begins. */
const BEGINNINGS = ["pointerdown", "mousedown", "click", "keydown", "beforeinput", "paste", "cut", "drop"];

/** `late`: a setting has not arrived in time; `invalid`: one on screen is none that can be sent. */
export type Settled = { state: "arrived" } | { state: "late" | "aborted" } | { state: "invalid"; label: string };

export class Settling {
  /** Sends a question over Streamlit's socket; the server's answer comes to `arrived`. */
  ask: ((name: string) => void) | null = null;
  /** How often a control outside the conversation was used. */
  touches = 0;
  private settledTouches = 0;
  private quietAt = Number.NEGATIVE_INFINITY;
  /** How many questions have not been sent yet. */
  private unsentQuestions = 0;
  /** The last element that was clicked meanwhile. */
  private clicked: HTMLElement | null = null;
  private readonly pointersDown = new Set<number>();
  /** Fields that a person has edited. */
  private readonly editedFields = new Set<Element>();
  /** Part of each question: the server may still answer one of an earlier page. */
  private readonly page = Date.now().toString(36);
  private lastQuestion = 0;
  private lastAnswered = 0;
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
      page.addEventListener(kind, (event) => this.pointerReleased((event as PointerEvent).pointerId), options);
    }
    for (const kind of BEGINNINGS) {
      window.addEventListener(kind, (event) => this.blockChange(event), { ...options, passive: false });
    }
    // Another conversation may come with another page of the browser's history.
    window.addEventListener("popstate", () => this.touch(), options);
    const open = gate.watch();
    return () => {
      stopped.abort();
      open();
    };
  }

  /** Whether a setting may still be on its way to the server. */
  get touched(): boolean {
    return this.touches !== this.settledTouches;
  }

  /** Whether all that is on screen has reached the server for certain. */
  get idle(): boolean {
    return !this.touched && activeField() === null && this.invalidField() === null;
  }

  /** Takes the last question that the server has answered. */
  arrived(name: string): void {
    const [page, number] = name.split(" ");
    if (page !== this.page) return;
    this.lastAnswered = Math.max(this.lastAnswered, Number(number));
    for (const check of this.waiting) check();
  }

  /**
   * Waits until the server has what is on screen now, and closes the gate behind it: what is changed later stays there
   * until the passage is done. Does not wait at all where nothing was touched.
   */
  async settle(signal: AbortSignal, passage: Passage, longestMs = LONGEST_WAIT_MS): Promise<Settled> {
    activeField()?.blur(); // it sends what was typed into it when it is left
    if (!this.touched) {
      passage.close();
    } else {
      const settled = await this.arrive(signal, passage, longestMs);
      if (settled !== "arrived") return { state: settled };
    }
    const invalid = this.invalidField();
    return invalid === null ? { state: "arrived" } : { state: "invalid", label: invalid };
  }

  private async arrive(
    signal: AbortSignal,
    passage: Passage,
    longestMs: number,
  ): Promise<"arrived" | "late" | "aborted"> {
    const number = ++this.lastQuestion;
    const question = `${this.page} ${number}.`;
    let touches = this.touches;
    this.unsentQuestions += 1;
    try {
      if (!(await this.untilStill(signal, longestMs))) return signal.aborted ? "aborted" : "late";
      await drawn(signal);
      touches = this.touches;
      passage.close(question);
      this.ask?.(question);
      await Promise.race([passage.handed, this.answeredWithin(number, HANDED_MS, signal)]);
    } finally {
      this.unsentQuestions -= 1;
      this.replayClick();
    }
    const askedAt = performance.now();
    while (!(await this.answeredWithin(number, ASK_AGAIN_MS, signal))) {
      if (signal.aborted) return "aborted";
      if (passage.waits) continue;
      if (performance.now() >= (passage.leftAt ?? askedAt) + longestMs) return "late";
      if (!passage.resend()) this.ask?.(question);
    }
    this.settledTouches = Math.max(this.settledTouches, touches);
    return "arrived";
  }

  /** Waits until nothing is held by a pointer, and what Streamlit keeps to itself for a while has left it. */
  private async untilStill(signal: AbortSignal, longestMs: number): Promise<boolean> {
    const until = performance.now() + longestMs;
    for (;;) {
      const left = this.pointersDown.size > 0 ? 50 : this.quietAt - performance.now();
      if (left <= 0 || signal.aborted) return !signal.aborted;
      if (performance.now() >= until) return false;
      await pause(left, signal);
    }
  }

  private answeredWithin(number: number, longestMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((done) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        this.waiting.delete(check);
        done(this.lastAnswered >= number);
      };
      // A later question carries all that an earlier one did.
      const check = () => this.lastAnswered >= number && end();
      const timer = setTimeout(end, longestMs);
      signal.addEventListener("abort", end);
      this.waiting.add(check);
      if (this.lastAnswered >= number || signal.aborted) end();
    });
  }

  /** The name of a setting on screen that Streamlit does not send because it is out of bounds, or null. */
  private invalidField(): string | null {
    for (const field of this.editedFields) {
      if (!field.isConnected) this.editedFields.delete(field);
      else if (field.ariaInvalid === "true" && field.getClientRects().length > 0) return field.ariaLabel ?? "";
    }
    return null;
  }

  private touch(): void {
    this.touches += 1;
  }

  private notice(event: Event): void {
    const target = touchedBy(event);
    if (target === null) return;
    if (event.type === "pointerdown") this.pointersDown.add((event as PointerEvent).pointerId);
    if (event.type === "input" && target.matches(FIELD)) this.editedFields.add(target);
    if (target.closest(SLOW) !== null) this.quietAt = performance.now() + QUIET_MS;
    this.touch();
  }

  /** Until a question has left, no change begins that it would carry along; one that has begun goes on. */
  private blockChange(event: Event): void {
    if (this.unsentQuestions === 0 || this.pointersDown.size > 0 || touchedBy(event) === null) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type === "click" && event.target instanceof HTMLElement) this.clicked = event.target;
  }

  /** Clicks the element that was clicked meanwhile. */
  private replayClick(): void {
    if (this.unsentQuestions > 0) return;
    const { clicked } = this;
    this.clicked = null;
    if (clicked?.isConnected) clicked.click();
  }

  private pointerReleased(pointer: number): void {
    // A slider is sent when the pointer is let go, wherever that is.
    if (this.pointersDown.delete(pointer)) this.touch();
  }
}

/** The control that a person uses by an event, or null. */
function touchedBy(event: Event): Element | null {
  const target = event.target;
  if (!(target instanceof Element) || target.closest(OURS)) return null;
  if (event instanceof KeyboardEvent && SILENT_KEYS.has(event.key)) return null;
  if (event.type === "focusout" ? !target.matches(FIELD) : !target.closest(CONTROL)) return null;
  return target;
}

/** The page's. Whatever asks a model for an answer settles first. */
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

/** Why a request is not sent; null where the settings have arrived, or it was cancelled. */
export function notSent(settled: Settled): Problem | null {
  if (settled.state === "late") {
    return { message: "Not sent: a setting has not reached the server.", hint: "Try again." };
  }
  if (settled.state !== "invalid") return null;
  const which = settled.label ? `“${settled.label}”` : "a setting";
  return { message: `Not sent: ${which} has a value that it cannot have.`, hint: "Correct it first." };
}
