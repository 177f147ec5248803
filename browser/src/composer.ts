/** Where a message is written and sent: the box, its pictures, the context gauge, Send and Stop. */

import { Box } from "./box";
import { type Channel, channelFor } from "./channel";
import type { Component, Leave } from "./component";
import { forget, isEmpty, keep, keepUnsent, NOTHING, recall, type Words, wordsOf } from "./drafts";
import { takesEscape } from "./escape";
import { offered } from "./files";
import { ContextGauge } from "./gauge";
import { h, icon } from "./h";
import { hasScreenKeyboard, stayAboveKeyboard } from "./keyboard";
import { Notices } from "./notices";
import { type Settled, settling } from "./settled";
import { addStyles } from "./styles";
import { Tray } from "./tray";

const LONGEST_MESSAGE = 2_000_000;
const SAVE_MS = 300;
/** A double click on Send must not press the Stop that takes its place. */
const DOUBLE_CLICK_MS = 500;
/** A page run may take the component off the page and put it back. */
const LINGER_MS = 1_000;
const UP = "M12 4 5 11l1.4 1.4 4.6-4.6V20h2V7.8l4.6 4.6L19 11z";

export interface ComposerData {
  readonly token: string;
  /** "main", or "all" where several panes share the prompt. */
  readonly slot: string;
  readonly placeholder: string;
  readonly disabled: boolean;
  /** null where it is not known. */
  readonly vision: boolean | null;
  readonly draft_key: string;
  readonly offer: { readonly id: string; readonly text: string; readonly pictures: readonly string[] } | null;
  /** What the trigger `settled` said last. */
  readonly settled?: string;
}

interface Sent {
  key: string;
  readonly words: Words;
  /** It was begun after the page was last used: for the conversation that comes, should one be on its way. */
  readonly begunSince: boolean;
}

export class Composer {
  readonly shown: HTMLElement;
  private readonly box: Box;
  private readonly tray: Tray;
  private readonly gauge: ContextGauge;
  private readonly notices: Notices;
  private readonly sendButton: HTMLButtonElement;
  private readonly stop: HTMLElement;
  private readonly stopButton: HTMLButtonElement;
  private readonly leaving = new AbortController();
  private channel: Channel;
  private unwatch: Leave = () => {};
  private busy = false;
  private sentAt = Number.NEGATIVE_INFINITY;
  /** The message that waits for settings. */
  private held: (Sent & { readonly back: AbortController }) | null = null;
  private readonly unsent: Sent[] = [];
  private saveTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly typing = { touches: 0, wasEmpty: true, intoEmpty: false };
  private touchesAtSend = -1;
  private ready: Promise<void> = Promise.resolve();

  constructor(private data: ComposerData) {
    this.channel = channelFor(data.token);
    this.box = new Box({
      send: () => void this.send(),
      editLast: () => this.editLast(),
      written: () => this.typed(),
    });
    this.tray = new Tray({
      changed: () => this.typed(),
      refused: (reasons) => this.notices.problem({ message: reasons.join(" ") }),
      focus: () => this.box.field.focus(),
    });
    this.gauge = new ContextGauge(
      () => this.channel,
      () => this.data.slot,
      () => ({ text: this.box.text, pictures: this.tray.pictures.length }),
      () => this.drawButtons(),
    );
    this.notices = new Notices((words) => this.exchange(words));
    this.sendButton = h(
      "button",
      {
        type: "button",
        class: "pg-composer-send",
        "aria-label": "Send",
        title: "Send (Enter)",
        // The focus stays in the box, and a phone's keyboard where it is.
        mousedown: (event) => event.preventDefault(),
        click: () => void this.send(),
      },
      icon(UP),
    );
    this.stopButton = h("button", { type: "button", title: "Stop (Esc)", click: () => this.stopClicked() }, "Stop");
    this.stop = h("div", { class: "pg-composer-stop st-key-stop" }, this.stopButton);
    this.shown = h(
      "div",
      { class: "pg-composer" },
      this.notices.shown,
      h(
        "div",
        { class: "pg-composer-frame", click: (event) => this.clickedBeside(event) },
        this.tray.shown,
        this.tray.note,
        this.box.field,
        h("div", { class: "pg-composer-row" }, this.tray.add, this.gauge.shown, this.sendButton, this.stop),
      ),
    );
    this.listen();
    this.use(data, true);
    this.open(data.draft_key);
  }

  /** Takes the data of another page run. */
  update(data: ComposerData): void {
    const before = this.data;
    this.data = data;
    this.use(data, before.slot !== data.slot || before.token !== data.token);
    if (before.draft_key !== data.draft_key) this.moveTo(data.draft_key, before.draft_key, data.slot === before.slot);
    else void this.ready.then(() => this.takeOffer());
  }

  leave(): void {
    this.leaving.abort();
    this.held?.back.abort();
    this.save();
    this.unwatch();
    this.gauge.leave();
    this.shown.remove();
  }

  private use(data: ComposerData, rejoin: boolean): void {
    this.box.field.placeholder = data.placeholder;
    this.box.field.disabled = data.disabled;
    this.tray.allow(data.vision !== false, data.disabled);
    if (rejoin) {
      this.unwatch();
      this.channel = channelFor(data.token);
      this.unwatch = this.channel.join(data.slot, {
        slot: () => this.drawBusy(),
        gauge: (gauge) => gauge.slot === this.data.slot && this.gauge.draw(gauge),
      });
    }
    this.drawBusy();
  }

  private listen(): void {
    const { signal } = this.leaving;
    let takenByOthers = false;
    window.addEventListener(
      "keydown",
      (event) => {
        if (event.key === "Escape") takenByOthers = takesEscape(event, this.box.field) || this.box.isComposing;
      },
      { capture: true, signal },
    );
    document.addEventListener(
      "keydown",
      (event) => {
        if (event.key === "Escape" && !takenByOthers && !event.defaultPrevented && this.breakOff())
          event.preventDefault();
      },
      { signal },
    );
    for (const kind of ["dragover", "drop"] as const) {
      document.addEventListener(kind, (event) => this.tray.dropped(event), { signal });
    }
    this.box.field.addEventListener("paste", (event) => this.tray.pasted(event));
    window.addEventListener("pagehide", () => this.save(), { signal });
    document.addEventListener("visibilitychange", () => this.save(), { signal });
    signal.addEventListener("abort", stayAboveKeyboard());
  }

  // Sending

  private async send(): Promise<void> {
    const words: Words = { text: this.box.text, pictures: this.tray.pictures };
    if (this.data.disabled || (words.text.trim() === "" && words.pictures.length === 0)) return;
    const refusal = this.refusal(words);
    if (refusal !== "") {
      this.notices.problem({ message: refusal });
      return;
    }
    if (this.held !== null) return; // its words stay in the box until the one before has left
    const sent: Sent = { key: this.data.draft_key, words, begunSince: this.begunSince };
    this.unsent.push(sent);
    this.sentAt = performance.now();
    this.notices.fine();
    this.fill(NOTHING);
    const settled = settling.idle ? ({ state: "arrived" } as const) : await this.settle(sent);
    if (settled.state !== "arrived") {
      this.back(sent, settled);
      return;
    }
    this.touchesAtSend = settling.touches;
    const pictures = words.pictures.map(({ url }) => url);
    const problem = await this.channel.ask({ kind: "send", slot: this.data.slot, text: words.text, pictures });
    if (problem === null) {
      this.unsent.splice(this.unsent.indexOf(sent), 1);
      this.save(sent.key);
    } else {
      this.back(sent, null);
      this.notices.problem(problem);
    }
  }

  private refusal({ text }: Words): string {
    if (text.length > LONGEST_MESSAGE) {
      const length = text.length.toLocaleString("en");
      return `Not sent: the message has ${length} characters, and one may have ${LONGEST_MESSAGE.toLocaleString("en")}.`;
    }
    const refusal = this.gauge.refuses(text.length);
    return refusal && `Not sent: ${refusal}`;
  }

  private async settle(sent: Sent): Promise<Settled> {
    const back = new AbortController();
    this.held = Object.assign(sent, { back });
    this.notices.waiting(sent.words, () => back.abort());
    this.drawButtons();
    const settled = await settling.settle(back.signal);
    this.held = null;
    this.notices.noLongerWaiting();
    this.drawButtons();
    return settled;
  }

  /** Puts a message that was not taken back into the box, or offers it where something else was written meanwhile. */
  private back(sent: Sent, settled: Settled | null): void {
    if (settled?.state === "late") {
      this.notices.problem({ message: "Not sent: a setting has not reached the server.", hint: "Try again." });
    } else if (settled?.state === "invalid") {
      const which = settled.label ? `“${settled.label}”` : "a setting";
      this.notices.problem({
        message: `Not sent: ${which} has a value that it cannot have.`,
        hint: "Correct it first.",
      });
    }
    if (sent.key !== this.data.draft_key) return; // it stays in the draft of its own conversation
    this.unsent.splice(this.unsent.indexOf(sent), 1);
    if (this.isEmpty) this.fill(sent.words);
    else this.notices.offer("Put back", sent.words);
    this.save();
    this.focus("");
  }

  // What is written

  private get isEmpty(): boolean {
    return this.box.empty && this.tray.pictures.length === 0;
  }

  private fill({ text, pictures }: Words): void {
    this.box.text = text;
    this.tray.pictures = pictures;
    this.changed();
  }

  private exchange(words: Words): Words {
    const before = { text: this.box.text, pictures: this.tray.pictures };
    this.fill(words);
    this.box.field.focus();
    return before;
  }

  private typed(): void {
    const { typing } = this;
    if (settling.touches !== typing.touches) {
      typing.touches = settling.touches;
      typing.intoEmpty = typing.wasEmpty;
    }
    this.changed();
  }

  private changed(): void {
    this.typing.wasEmpty = this.isEmpty;
    this.gauge.written(this.box.field.textLength);
    clearTimeout(this.saveTimer);
    this.saveTimer = setTimeout(() => this.save(), SAVE_MS);
    this.drawButtons();
  }

  /** Keeps what is written, and what was sent and not taken yet. */
  save(key = this.data.draft_key): void {
    const unsent = this.unsent.filter((one) => one.key === key).map((one) => one.words);
    if (key !== this.data.draft_key) {
      void keepUnsent(key, unsent);
      return;
    }
    clearTimeout(this.saveTimer);
    keep(key, { text: this.box.text, pictures: this.tray.pictures, unsent });
  }

  private get begunSince(): boolean {
    return this.typing.intoEmpty && this.typing.touches === settling.touches;
  }

  /** Another conversation stands there now. What is on screen goes along where it was written for it. */
  private moveTo(key: string, before: string, slotStays: boolean): void {
    const gotItsName = slotStays && this.touchesAtSend === settling.touches;
    if (this.held !== null && !gotItsName) {
      if (this.held.begunSince) this.held.key = key;
      else this.held.back.abort();
    }
    if (gotItsName) for (const sent of this.unsent) if (sent.key === before) sent.key = key;
    if (gotItsName || (this.begunSince && !this.isEmpty)) {
      forget(before);
      this.save(key);
      void this.ready.then(() => this.takeOffer());
    } else {
      const unsent = this.unsent.filter((one) => one.key === before).map((one) => one.words);
      keep(before, { text: this.box.text, pictures: this.tray.pictures, unsent });
      this.notices.clear();
      this.fill(NOTHING);
      this.open(key);
    }
    this.focus("button, a");
  }

  /** Brings back the draft of a conversation: its words at once, pictures a moment later. */
  private open(key: string): void {
    const now = wordsOf(key);
    if (now.text !== "") this.fill(now);
    this.ready = recall(key).then((draft) => {
      if (key !== this.data.draft_key) return;
      const [first, ...rest] = [...(isEmpty(draft) ? [] : [draft]), ...draft.unsent];
      if (first !== undefined && (this.isEmpty || this.box.text === now.text)) this.fill(first);
      else if (first !== undefined) rest.unshift(first);
      for (const words of rest) this.notices.offer("Put back", words);
      this.takeOffer();
    });
  }

  /** Words that come with the page are put into the box once, and never over what somebody wrote. */
  private takeOffer(): void {
    const { offer } = this.data;
    if (offer === null || wasOffered(offer.id)) return;
    const words: Words = { text: offer.text, pictures: offered(offer.pictures) };
    if (this.isEmpty) this.fill(words);
    else this.notices.offer("Use the prompt", words);
  }

  // Around the box

  private drawBusy(): void {
    const busy = this.channel.busy(this.data.slot);
    const ended = this.busy && !busy;
    this.busy = busy;
    this.drawButtons();
    if (ended) this.focus("");
  }

  private drawButtons(): void {
    const stops = this.busy || this.held !== null;
    this.stop.classList.toggle("pg-hidden", !stops);
    this.stopButton.disabled = !stops;
    this.stopButton.textContent = this.data.slot === "all" ? "Stop all" : "Stop";
    this.sendButton.hidden = stops;
    const nothing = this.isEmpty || this.data.disabled;
    this.sendButton.disabled = nothing || this.gauge.refuses(this.box.field.textLength) !== "";
  }

  private stopClicked(): void {
    if (performance.now() - this.sentAt > DOUBLE_CLICK_MS) this.breakOff();
  }

  /** Takes back what waits, or stops what is on its way; says whether there was anything. */
  private breakOff(): boolean {
    if (this.held !== null) {
      this.held.back.abort();
      return true;
    }
    if (!this.busy) return false;
    void this.channel.ask({ kind: "stop", slot: this.data.slot });
    return true;
  }

  private editLast(): boolean {
    if (this.tray.pictures.length > 0) return false;
    const detail = { slot: this.data.slot };
    return !document.dispatchEvent(new CustomEvent("pg-edit-last", { detail, cancelable: true }));
  }

  private clickedBeside(event: Event): void {
    if (event.target === event.currentTarget) this.box.field.focus();
  }

  /** Takes the focus, unless a person is elsewhere; `from` says which elements it may be taken from. */
  focus(from: string): void {
    const active = document.activeElement;
    const free =
      active === null ||
      active === document.body ||
      this.shown.contains(active) ||
      (from !== "" && active.matches(from));
    const isReading = (getSelection()?.toString() ?? "") !== "";
    const isCovered = document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null;
    if (free && !isReading && !isCovered && !hasScreenKeyboard()) this.box.field.focus({ preventScroll: true });
  }
}

function wasOffered(id: string): boolean {
  const name = `pg-offer ${id}`;
  try {
    if (sessionStorage.getItem(name) !== null) return true;
    sessionStorage.setItem(name, "1");
  } catch {
    // Not allowed here: it may be offered again after a reload.
  }
  return false;
}

let here: { readonly composer: Composer; mounts: number } | null = null;
let watching = false;

/** Mounts the composer, or gives the one on the page what a page run brought. */
export function mountComposer(component: Component<ComposerData>): Leave {
  addStyles();
  if (!watching) settling.watch();
  watching = true;
  settling.ask = (name) => component.setTriggerValue("settled", name);
  settling.arrived(component.data.settled ?? "");
  if (here === null) here = { composer: new Composer(component.data), mounts: 0 };
  else here.composer.update(component.data);
  const mounted = here;
  const mount = ++mounted.mounts;
  place(mounted.composer, component.parentElement);
  return () => {
    mounted.composer.save();
    setTimeout(() => {
      if (here !== mounted || mounted.mounts !== mount) return;
      here = null;
      mounted.composer.leave();
    }, LINGER_MS);
  };
}

/** Puts it where it belongs, and leaves the caret where it was. */
function place(composer: Composer, parent: HTMLElement): void {
  if (composer.shown.parentElement === parent) return;
  const field = composer.shown.querySelector("textarea");
  const hadFocus = field !== null && document.activeElement === field;
  parent.append(composer.shown);
  if (hadFocus) field.focus({ preventScroll: true });
  else composer.focus("a");
}
