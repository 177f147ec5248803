// The dock at the lower edge of a transcript, always in view: a notice with Undo, the way to the end, a pane's Stop.

import { h, icon } from "./h";
import { DOWN, STOP } from "./icons";

const NOTICE_MS = 4_000;
/** A notice with a button stays longer. */
const OFFER_MS = 12_000;

/** Streamlit's own above what it pins to the lower edge. */
const BOX_MARGIN = 16;

export interface Offer {
  readonly name: string;
  readonly action: () => void;
}

export class Dock {
  readonly element: HTMLElement;
  private readonly notice = h("div", { class: "pg-notice", role: "status" });
  private readonly below: HTMLButtonElement;
  private readonly belowLabel = document.createTextNode("");
  private readonly stop: HTMLButtonElement | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private room = 0;

  /** `focusLost` is called when a notice goes that had the focus. */
  constructor(
    slot: string,
    toEnd: () => void,
    stop: () => void,
    private readonly focusLost: () => void,
  ) {
    this.below = h(
      "button",
      { type: "button", class: "pg-button pg-below", hidden: true, click: toEnd },
      icon(DOWN),
      this.belowLabel,
    );
    this.element = h("div", { class: "pg-dock" }, this.notice, this.below);
    const [, pane] = slot.match(/^pane-(\d+)$/) ?? [];
    if (pane === undefined) return;
    // The message box has the Stop of a chat; this one is for a pane alone.
    this.stop = h("button", { type: "button", class: "pg-button", disabled: true, click: stop }, icon(STOP), "Stop");
    this.element.append(h("div", { class: `pg-stop st-key-stop-${pane}` }, this.stop));
  }

  setBusy(busy: boolean): void {
    if (this.stop !== null) this.stop.disabled = !busy;
  }

  /** Whether a notice is shown. */
  get hasNotice(): boolean {
    return this.notice.childElementCount > 0;
  }

  /** Offers the way to the end, and says whether something new is there. */
  setBelow(isShown: boolean, hasNew: boolean): void {
    if (this.below.hidden === isShown) this.below.hidden = !isShown;
    const label = hasNew ? "New below" : "To the end";
    if (this.belowLabel.data !== label) this.belowLabel.data = label;
  }

  /** Leaves room for the message box that covers the lower edge, in pixels, and for the margin above it. */
  setRoom(pixels: number): void {
    const room = pixels > 0 ? Math.round(pixels + BOX_MARGIN) : 0;
    // It is called in each frame, and writing a style has the page laid out again.
    if (room === this.room) return;
    this.room = room;
    this.element.style.setProperty("--pg-room", `${room}px`);
  }

  /** Shows a notice for a while; its offer is a button, which gets the focus where `takesFocus`. */
  say(text: string, offer?: Offer, takesFocus = false): void {
    clearTimeout(this.timer);
    this.notice.replaceChildren(h("span", {}, text));
    if (offer !== undefined) {
      const press = (): void => {
        this.clear();
        offer.action();
      };
      const button = h("button", { type: "button", class: "pg-button", click: press }, offer.name);
      this.notice.append(button);
      if (takesFocus) button.focus({ preventScroll: true });
    }
    this.timer = setTimeout(() => this.clear(), offer === undefined ? NOTICE_MS : OFFER_MS);
  }

  private clear(): void {
    const hadFocus = this.notice.contains(document.activeElement);
    this.notice.replaceChildren();
    if (hadFocus) this.focusLost();
  }
}
