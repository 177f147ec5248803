// Keeps the end of a transcript in view, until the reader scrolls up.

/** So near the end counts as at the end, in pixels. */
const NEAR = 60;
const HOLD_MS = 1_000;

/** All on the page. */
const followers = new Set<Follower>();
let box: Element | null = null;

/** The message box, which is looked for once: a page may be long, and each frame asks. */
function composer(): Element | null {
  if (!box?.isConnected) box = document.querySelector(".st-key-composer");
  return box;
}

export class Follower {
  following = true;
  private found: Element | null = null;
  private held: object | null = null;
  private end: number | null = null;
  private top = 0;
  private height = 0;
  private readonly leaving = new AbortController();
  private readonly resized: ResizeObserver | null;

  /** `moved` is called when it is to be measured again, or when `following` has changed. */
  constructor(
    private readonly log: HTMLElement,
    private readonly moved: () => void,
  ) {
    followers.add(this);
    this.resized = typeof ResizeObserver === "function" ? new ResizeObserver(() => this.moved()) : null;
  }

  /** What scrolls the transcript: the nearest box around it that does, or the page. */
  get scroller(): Element {
    if (this.found?.isConnected) return this.found;
    let box = this.log.parentElement;
    while (box !== null && !/auto|scroll/.test(getComputedStyle(box).overflowY)) box = box.parentElement;
    this.found = box ?? document.scrollingElement ?? document.documentElement;
    const { signal } = this.leaving;
    const target = box ?? window;
    target.addEventListener("scroll", () => this.scrolled(), { passive: true, signal });
    target.addEventListener(
      "wheel",
      (event) => {
        if ((event as WheelEvent).deltaY < 0 && this.found !== null && this.found.scrollTop > 0) this.stop();
      },
      { passive: true, signal },
    );
    const release = (): void => {
      this.held = null;
    };
    for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      target.addEventListener(name, release, { passive: true, signal });
    }
    this.resized?.observe(this.log);
    this.resized?.observe(this.found);
    // As it grows it covers the end.
    const below = composer();
    if (below !== null) this.resized?.observe(below);
    return this.found;
  }

  /** Several transcripts of one page that scrolls as a whole: none of them can have its end in view. */
  get isShared(): boolean {
    const { scroller } = this;
    return [...followers].some(
      (other) => other !== this && scroller.contains(other.log) && other.log.getClientRects().length > 0,
    );
  }

  /** Whether the end is in view, by whatever has brought it there. */
  get isAtEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  follow(): void {
    this.following = true;
    this.moved();
  }

  /** To be called for all transcripts of the page before any of them is scrolled. */
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

  /** Does what makes the content above grow, and leaves what is read where it is; `elements` are there before and after. */
  keeping(elements: readonly Element[], change: () => void): void {
    const read = this.following ? undefined : this.firstInView(elements);
    if (read === undefined) {
      change();
      return;
    }
    const top = read.getBoundingClientRect().top;
    change();
    this.hold(read, top);
  }

  /** How much of the lower edge the message box covers, in pixels. */
  get covered(): number {
    const below = composer();
    if (below === null || !this.scroller.contains(below)) return 0;
    return Math.max(this.scroller.getBoundingClientRect().bottom - below.getBoundingClientRect().top, 0);
  }

  leave(): void {
    this.held = null;
    followers.delete(this);
    this.leaving.abort();
    this.resized?.disconnect();
  }

  /** Keeps an element where it is for a while: what has come above it gets its height by and by. */
  private hold(element: Element, top: number): void {
    const until = performance.now() + HOLD_MS;
    const held = {};
    this.held = held;
    const step = (): void => {
      if (this.held !== held || this.following || !element.isConnected) return;
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

  /** Only a reader scrolls up; a page that is laid out anew may move as well, but then its height has changed. */
  private scrolled(): void {
    const { scrollTop, scrollHeight } = this.scroller;
    const atEnd = this.isAtEnd;
    if (atEnd && !this.following && scrollTop > this.top) {
      this.following = true;
      this.moved();
    } else if (!atEnd && scrollTop < this.top && scrollHeight === this.height) {
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
