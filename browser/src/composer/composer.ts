/** Where a message is written and sent: the box, its pictures, the context gauge, Send and Stop. */

import { type Channel, channelFor, type Leave } from "../channel/channel";
import type { Begun } from "../channel/messages";
import { takesEscape } from "../dom/escape";
import { h, icon } from "../dom/h";
import { hasScreenKeyboard, stayAboveKeyboard } from "../dom/keyboard";
import { hasArrived } from "./arrival";
import { Box } from "./box";
import type { Unsent } from "./drafts";
import { ContextGauge } from "./gauge";
import { Notices } from "./notices";
import { Outbox } from "./outbox";
import { Tray } from "./tray";
import { type Offer, Written } from "./written";

/** A double click on Send must not press the Stop that takes its place. */
const DOUBLE_CLICK_MS = 500;
const UP = "M12 4 5 11l1.4 1.4 4.6-4.6V20h2V7.8l4.6 4.6L19 11z";

export interface ComposerData {
  readonly token: string;
  /** "main", or "all" where several panes share the prompt. */
  readonly slot: string;
  readonly placeholder: string;
  readonly disabled: boolean;
  /** The title of the browser's tab, without the product's name; empty leaves it as it is. */
  readonly title?: string;
  /** null where it is not known. */
  readonly vision: boolean | null;
  readonly draft_key: string;
  /** Changes when the gauge would measure the same text differently. */
  readonly context?: string;
  /** The mark of the slot, for requests before the socket has sent it. */
  readonly mark?: string;
  readonly offer: Offer | null;
  /** The last value of the trigger `settled`. */
  readonly settled?: string;
}

export class Composer {
  readonly element: HTMLElement;
  private readonly box: Box;
  private readonly tray: Tray;
  private readonly gauge: ContextGauge;
  private readonly written: Written;
  private readonly outbox: Outbox;
  private readonly sendButton: HTMLButtonElement;
  private readonly stopButton: HTMLButtonElement;
  private readonly stop: HTMLElement;
  private readonly removed = new AbortController();
  /** Whether it is the composer of the page, which handles keys and drops outside all fields, and not that of a pane. */
  private readonly isPages: boolean;
  private channel: Channel;
  private unwatch: Leave = () => {};
  private busy = false;
  private clickedAt = Number.NEGATIVE_INFINITY;

  constructor(private data: ComposerData) {
    this.channel = channelFor(data.token);
    this.box = new Box({
      send: () => this.send(),
      editLast: () => this.editLast(),
      begins: () => this.written.begins(),
      seen: () => this.written.seen(),
      written: () => this.written.typed(),
    });
    const notices = new Notices((content) => this.written.exchange(content));
    this.tray = new Tray({
      changed: () => this.written.typed(),
      refused: (reasons) => notices.problem({ message: reasons.join(" ") }),
      focus: () => this.box.field.focus(),
    });
    const arrived = (message: Unsent) => hasArrived(this.channel, this.data.slot, this.data.mark ?? "", message);
    this.written = new Written(this.box, this.tray, notices, () => this.changed(), arrived, data.draft_key);
    const target = () => ({ channel: this.channel, slot: this.data.slot });
    this.gauge = new ContextGauge(
      target,
      () => ({ text: this.box.text, pictures: this.tray.pictures.length }),
      () => this.drawButtons(),
    );
    this.outbox = new Outbox(
      this.written,
      notices,
      target,
      ({ text, pictures }) => this.gauge.refuses({ text, pictures: pictures.length }),
      () => this.drawButtons(),
    );
    this.sendButton = h(
      "button",
      {
        type: "button",
        class: "pg-composer-send",
        "aria-label": "Send",
        title: "Send (Enter)",
        // The focus stays in the box, and a phone's keyboard where it is.
        mousedown: (event) => event.preventDefault(),
        click: () => {
          this.clickedAt = performance.now();
          this.send();
        },
      },
      icon(UP),
    );
    this.stopButton = h("button", { type: "button", title: "Esc", click: () => this.stopClicked() });
    this.isPages = !data.slot.startsWith("pane-");
    // That of a pane is drawn with the pane.
    this.stop = h("div", { class: `pg-composer-stop${this.isPages ? " st-key-stop" : ""}` }, this.stopButton);
    const frame = h(
      "div",
      { class: "pg-composer-frame" },
      this.tray.element,
      this.tray.note,
      this.box.field,
      h("div", { class: "pg-composer-row" }, this.tray.add, this.gauge.element, this.sendButton, this.stop),
    );
    frame.addEventListener("click", ({ target }) => target === frame && this.box.field.focus());
    this.element = h("div", { class: "pg-composer" }, notices.element, frame);
    this.listen();
    this.use(data);
    this.join();
    this.written.open();
    this.gauge.again();
  }

  /** Applies the data of another page run. */
  update(data: ComposerData): void {
    const before = this.data;
    this.data = data;
    if (before.slot !== data.slot || before.token !== data.token) this.join();
    if (before.draft_key !== data.draft_key) {
      const isNamed = before.slot === data.slot && this.outbox.movesTo(data.draft_key);
      this.written.moveTo(data.draft_key, isNamed || (this.written.begunSince && !this.written.empty));
      this.focus("button, a");
    }
    this.use(data);
    this.gauge.again();
  }

  save(): void {
    this.written.save();
  }

  leave(): void {
    this.removed.abort();
    this.written.leave();
    this.outbox.leave();
    this.unwatch();
    this.gauge.leave();
    this.element.remove();
  }

  /** Takes the focus, unless a person is elsewhere; `from` selects elements that it may be taken from. */
  focus(from = ""): void {
    const active = document.activeElement;
    const isNowhere = active === null || active === document.body;
    const isFree = (isNowhere && this.isPages) || this.element.contains(active);
    const isReading = (getSelection()?.toString() ?? "") !== "";
    const isCovered = document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null;
    const mayTake = this.isPages && from !== "" && active?.matches(from) === true;
    if (!(isFree || mayTake) || isReading || isCovered || hasScreenKeyboard()) return;
    this.box.field.focus({ preventScroll: true });
  }

  private use(data: ComposerData): void {
    this.box.field.placeholder = data.placeholder;
    this.box.field.disabled = data.disabled;
    this.channel.expect(data.slot, data.mark ?? "");
    this.tray.allow(data.vision !== false, data.disabled);
    this.written.use(data.offer);
    this.drawBusy();
  }

  private join(): void {
    this.unwatch();
    this.channel = channelFor(this.data.token);
    this.unwatch = this.channel.join(this.data.slot, {
      slot: () => this.drawBusy(),
      gauge: (gauge) => gauge.slot === this.data.slot && this.gauge.draw(gauge),
      measure: () => this.gauge.again(),
      begun: (begun) => this.begun(begun),
    });
  }

  /** The new conversation has got its id: the draft and the page's address use it. */
  private begun({ draft_key, address }: Begun): void {
    if (this.data.draft_key !== draft_key) {
      this.data = { ...this.data, draft_key };
      this.outbox.named(draft_key);
      this.written.moveTo(draft_key, true);
    }
    const query = `?${address}`;
    if (location.search !== query) history.pushState(history.state, "", query);
  }

  private listen(): void {
    const { signal } = this.removed;
    let isTaken = false;
    const before = (event: KeyboardEvent) => {
      if (event.key === "Escape") isTaken = this.box.isComposing || takesEscape(event, this.box.field);
    };
    const after = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || isTaken || event.defaultPrevented || !this.element.isConnected) return;
      if (this.breakOff()) event.preventDefault();
    };
    const scope = this.isPages ? document : this.element;
    window.addEventListener("keydown", before, { capture: true, signal });
    scope.addEventListener("keydown", (event) => after(event as KeyboardEvent), { signal });
    for (const kind of ["dragover", "drop"]) {
      const dropped = (event: Event) => this.element.isConnected && this.tray.dropped(event as DragEvent);
      scope.addEventListener(kind, dropped, { signal });
    }
    this.box.field.addEventListener("paste", (event) => this.tray.pasted(event));
    window.addEventListener("pagehide", () => this.save(), { signal });
    document.addEventListener("visibilitychange", () => this.save(), { signal });
    if (this.isPages) signal.addEventListener("abort", stayAboveKeyboard());
  }

  private send(): void {
    if (!this.data.disabled) this.outbox.send();
  }

  private stopClicked(): void {
    if (performance.now() - this.clickedAt > DOUBLE_CLICK_MS && this.breakOff()) this.focus();
  }

  /** Takes back messages that wait, and stops the answer on its way; returns whether there was anything to stop. */
  private breakOff(): boolean {
    const isOn = this.outbox.takeBack() || this.busy || this.outbox.awaitsServer;
    if (this.busy || this.outbox.awaitsServer) void this.channel.ask({ kind: "stop", slot: this.data.slot });
    this.outbox.stop();
    return isOn;
  }

  /** Asks the transcript to edit the last question; returns whether there is one. */
  private editLast(): boolean {
    if (!this.written.empty) return false;
    const detail = { slot: this.data.slot };
    return !document.dispatchEvent(new CustomEvent("pg-edit-last", { detail, cancelable: true }));
  }

  private changed(): void {
    this.gauge.written(this.written.length);
    this.drawButtons();
  }

  private drawBusy(): void {
    const { slot } = this.data;
    const wasBusy = this.busy;
    this.busy = this.channel.busy(slot);
    const hasEnded = wasBusy && !this.busy;
    if (!wasBusy && this.busy) this.written.questionAsked(this.lastAsked());
    this.written.resolveUnconfirmed();
    this.drawButtons();
    this.outbox.wake();
    if (hasEnded) this.focus();
  }

  /** The last question in the conversation, as far as it is known. */
  private lastAsked(): string {
    const turns = this.channel.slot(this.data.slot)?.turns ?? [];
    return turns.map((id) => this.channel.turn(id)).findLast((turn) => turn?.role === "user")?.text ?? "";
  }

  private drawButtons(): void {
    const stops = this.busy || this.outbox.holds || this.outbox.awaitsServer;
    this.stop.classList.toggle("pg-hidden", !stops);
    this.stopButton.disabled = !stops;
    this.stopButton.textContent = this.data.slot === "all" ? "Stop all" : "Stop";
    this.sendButton.hidden = stops && this.written.empty;
    this.sendButton.title = this.busy ? "Send once the answer has ended (Enter)" : "Send (Enter)";
    this.sendButton.disabled = this.written.empty || this.data.disabled || this.gauge.refuses() !== "";
  }
}
