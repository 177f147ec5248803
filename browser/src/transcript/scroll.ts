// Keeps the end of a transcript in view, until the reader scrolls up.

import { scrollerOf } from "../dom/scroller";

/** Pixels from the end that still count as at the end. */
const NEAR = 60;
const HOLD_MS = 1_000;
/** Pixels above an element that somebody is led to: what covers the top of the page, and a little air. */
const LED = 80;

/** Those of all transcripts on the page. */
const followers = new Set<Follower>();
let box: Element | null = null;

/** The message box, which is looked for once: a page may be long, and each frame asks. */
function composer(): Element | null {
  if (!box?.isConnected) box = document.querySelector(".st-key-composer");
  return box;
}

export class Follower {
  following = true;
  private knownScroller: Element | null = null;
  private holding: object | null = null;
  private end: number | null = null;
  private top = 0;
  private height = 0;
  private readonly removed = new AbortController();
  private readonly resized: ResizeObserver | null;

  /** `moved` is called when the transcript is to be measured again, or `following` has changed. */
  constructor(
    private readonly log: HTMLElement,
    private readonly moved: () => void,
  ) {
    followers.add(this);
    this.resized = typeof ResizeObserver === "function" ? new ResizeObserver(() => this.moved()) : null;
  }

  /** What scrolls the transcript: the nearest box around it that does, or the page. */
  get scroller(): Element {
    if (this.knownScroller?.isConnected) return this.knownScroller;
    this.knownScroller = scrollerOf(this.log);
    const { signal } = this.removed;
    const target = this.knownScroller === document.scrollingElement ? window : this.knownScroller;
    target.addEventListener("scroll", () => this.scrolled(), { passive: true, signal });
    target.addEventListener(
      "wheel",
      (event) => {
        if ((event as WheelEvent).deltaY < 0 && this.knownScroller !== null && this.knownScroller.scrollTop > 0)
          this.stop();
      },
      { passive: true, signal },
    );
    const release = (): void => {
      this.holding = null;
    };
    for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      target.addEventListener(name, release, { passive: true, signal });
    }
    // A screen reader or a script moves the focus without a key.
    this.log.addEventListener("focusin", release, { signal });
    this.resized?.observe(this.log);
    this.resized?.observe(this.knownScroller);
    // It covers the end as it grows.
    const messageBox = composer();
    if (messageBox !== null) this.resized?.observe(messageBox);
    return this.knownScroller;
  }

  /** Whether other transcripts scroll with this one: none of them can keep its end in view then. */
  get isShared(): boolean {
    const { scroller } = this;
    return [...followers].some(
      (other) => other !== this && scroller.contains(other.log) && other.log.getClientRects().length > 0,
    );
  }

  /** Whether the end is in view. */
  get isAtEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  follow(): void {
    this.following = true;
    this.moved();
  }

  /** Goes to the beginning, and stays there. */
  rest(): void {
    this.stop();
    this.scroller.scrollTop = 0;
    this.top = 0;
  }

  /** Puts an element near the top of the view, where it stays while what is around it gets its height. */
  lead(element: Element): void {
    this.stop();
    const edge = Math.max(this.scroller.getBoundingClientRect().top, 0);
    this.hold(element, edge + LED);
  }

  /** Call for all transcripts of the page before any of them is scrolled. */
  measure(): void {
    const scroller = this.scroller;
    this.end = this.following && !this.isShared ? scroller.scrollHeight : null;
  }

  scroll(): void {
    if (this.end === null) return;
    const scroller = this.scroller;
    scroller.scrollTop = this.end;
    this.height = this.end;
    this.top = scroller.scrollTop;
    this.end = null;
  }

  /** Makes a change above what is read, which stays where it is; `elements` are there before and after the change. */
  keeping(elements: readonly Element[], change: () => void): void {
    const anchor = this.following ? undefined : this.firstInView(elements);
    if (anchor === undefined) {
      change();
      return;
    }
    const top = anchor.getBoundingClientRect().top;
    change();
    this.hold(anchor, top);
  }

  /** How much of the lower edge the message box covers, in pixels. */
  get covered(): number {
    const messageBox = composer();
    if (messageBox === null || !this.scroller.contains(messageBox)) return 0;
    return Math.max(this.scroller.getBoundingClientRect().bottom - messageBox.getBoundingClientRect().top, 0);
  }

  leave(): void {
    this.holding = null;
    followers.delete(this);
    this.removed.abort();
    this.resized?.disconnect();
  }

  /** Keeps an element where it is for a while: what has come above it gets its height by and by. */
  private hold(element: Element, top: number): void {
    const until = performance.now() + HOLD_MS;
    const token = {};
    this.holding = token;
    const step = (): void => {
      if (this.holding !== token || this.following || !element.isConnected) return;
      const moved = element.getBoundingClientRect().top - top;
      if (Math.abs(moved) >= 1) this.scroller.scrollTop += moved;
      if (performance.now() < until) requestAnimationFrame(step);
    };
    step();
  }

  private firstInView(elements: readonly Element[]): Element | undefined {
    const edge = Math.max(this.scroller.getBoundingClientRect().top, 0);
    return elements.find((element) => element.getBoundingClientRect().bottom > edge);
  }

  /** A page that is laid out anew moves up by what it lost in height; further up goes only a reader, or a search. */
  private scrolled(): void {
    const { scrollTop, scrollHeight } = this.scroller;
    const atEnd = this.isAtEnd;
    const lost = Math.max(this.height - scrollHeight, 0);
    if (atEnd && !this.following && scrollTop > this.top) {
      this.following = true;
      this.moved();
    } else if (!atEnd && this.top - scrollTop > lost + 1) {
      this.stop();
    }
    this.top = scrollTop;
    this.height = scrollHeight;
  }

  private stop(): void {
    if (!this.following) return;
    this.following = false;
    this.moved();
  }
}
