/** The content of the message box: stored as the draft of its conversation, restored, and inserted from elsewhere. */

import type { Problem } from "../channel/messages";
import { settling } from "../page/settled";
import type { Box } from "./box";
import { type Content, isEmpty, NOTHING, peekDraft, restoreDraft, saveDraft, type Unsent } from "./drafts";
import { offered } from "./files";
import { newId } from "./id";
import { type Notices, PUT_BACK } from "./notices";
import type { Tray } from "./tray";
import { underway } from "./unsent";

const SAVE_MS = 300;
/** Whoever begins to write so soon after content was inserted has not seen it yet. */
const UNSEEN_MS = 1_000;
/** How long the server may take to send a conversation; an unconfirmed message is put back then. */
const CONFIRM_MS = 5_000;

const UNSURE: Problem = {
  message: "The page was left while this was sent.",
  hint: "See whether it has arrived, in the history too, before you send it again.",
};

/** A message that a page run puts into the box. */
export interface Offer {
  readonly id: string;
  readonly text: string;
  readonly pictures: readonly string[];
}

export class Written {
  private offer: Offer | null = null;
  /** Content that no person wrote, as long as it is in the box unchanged. */
  private inserted: { readonly label: string; readonly content: Content; readonly at: number } | null = null;
  /** Messages that were sent when the page was left, until the conversation shows whether they have arrived. */
  private unconfirmed: Unsent[] = [];
  /** The draft was restored, and may be overwritten. */
  private isOpen = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ready: Promise<void> = Promise.resolve();
  private touches = 0;
  private wasEmpty = true;
  private intoEmpty = false;

  /** Unregisters the box, so that no message is given back to it. */
  private readonly close = underway.open(this);

  /** `changed` is called when the content changes; `hasArrived` is null while the server has not sent the conversation. */
  constructor(
    private readonly box: Box,
    private readonly tray: Tray,
    private readonly notices: Notices,
    private readonly changed: () => void,
    private readonly hasArrived: (message: Unsent) => boolean | null,
    public key: string,
  ) {}

  get content(): Content {
    return { text: this.box.text, pictures: this.tray.pictures };
  }

  get length(): number {
    return this.box.field.textLength;
  }

  get empty(): boolean {
    return this.length === 0 && this.tray.pictures.length === 0;
  }

  /** How many touches of the page there were when it was begun; -1 where the box was not empty then. */
  get begunAt(): number {
    return this.intoEmpty ? this.touches : -1;
  }

  /** Whether it was begun after the last touch of the page. */
  get begunSince(): boolean {
    return this.begunAt === settling.touches;
  }

  /** Call when a person has typed. */
  typed(): void {
    if (settling.touches !== this.touches) {
      this.touches = settling.touches;
      this.intoEmpty = this.wasEmpty;
    }
    this.follow();
  }

  fill({ text, pictures }: Content): void {
    this.box.text = text;
    this.tray.pictures = pictures;
    this.follow();
  }

  /** Replaces the content, and returns what it was before. */
  exchange(content: Content): Content {
    const before = this.content;
    this.fill(content);
    this.notices.withdraw(content);
    this.focus();
    return before;
  }

  /** Call before a person types: content that was inserted a moment ago makes room for what is typed. */
  begins(): void {
    const { inserted } = this;
    if (inserted === null || performance.now() - inserted.at > UNSEEN_MS) return;
    this.fill(NOTHING);
    this.notices.offer(inserted.label, inserted.content);
  }

  /** Call when the caret is moved: what is typed from then on is added to what was inserted. */
  seen(): void {
    if (this.inserted !== null) this.inserted = { ...this.inserted, at: Number.NEGATIVE_INFINITY };
  }

  /** Takes back a message that was not sent. */
  giveBack(content: Content, problem: Problem | null): void {
    void this.ready.then(() => this.putBack(content, problem));
  }

  focus(): void {
    this.box.field.focus();
  }

  save(): void {
    clearTimeout(this.timer);
    if (!this.isOpen) return;
    const asides = this.notices.putBack.map((content) => ({ ...content, id: newId(), behind: null, why: null }));
    saveDraft(this.key, { ...this.content, unsent: [...underway.of(this.key), ...this.unconfirmed, ...asides] });
  }

  leave(): void {
    this.save();
    this.close();
  }

  /** Restores the draft of its conversation: the text at once, pictures a moment later. */
  open(): void {
    const { key } = this;
    this.isOpen = false;
    const now = peekDraft(key);
    if (now.text !== "") this.fill(now);
    this.ready = restoreDraft(key).then((draft) => {
      if (key !== this.key) return;
      this.isOpen = true;
      if (!isEmpty(draft) && (this.empty || this.box.text === now.text)) this.fill(draft);
      else if (!isEmpty(draft)) this.notices.offer(PUT_BACK, draft);
      const unsent = draft.unsent.filter(({ id }) => !underway.handles(id));
      this.unconfirmed = unsent.filter(({ behind }) => behind !== null);
      for (const message of unsent) if (message.behind === null) this.putBack(message, message.why);
      this.resolveUnconfirmed();
      if (this.unconfirmed.length > 0) setTimeout(() => key === this.key && this.resolveUnconfirmed(true), CONFIRM_MS);
      this.takeOffer();
    });
  }

  /** Call when the conversation has come, or should have: puts back each unconfirmed message that is not in it. */
  resolveUnconfirmed(timedOut = false): void {
    const unconfirmed = this.unconfirmed;
    if (unconfirmed.length === 0) return;
    const found = unconfirmed.map((message) => ({
      message,
      arrived: this.hasArrived(message) ?? (timedOut ? false : null),
    }));
    this.unconfirmed = found.flatMap(({ message, arrived }) => (arrived === null ? [message] : []));
    if (this.unconfirmed.length === unconfirmed.length) return;
    for (const { message, arrived } of found) if (arrived === false) this.putBack(message, UNSURE);
    this.save();
  }

  /** Changes the conversation that the box is for; `withText` keeps the content, which was written for the new one. */
  moveTo(key: string, withText: boolean): void {
    if (withText) {
      const before = this.key;
      this.key = key;
      if (this.isOpen) saveDraft(before, { ...NOTHING, unsent: underway.of(before) });
      this.isOpen = true;
      this.save();
      return;
    }
    this.save();
    this.key = key;
    this.unconfirmed = [];
    this.notices.clear();
    this.fill(NOTHING);
    this.open();
  }

  /** Inserts the offer of a page run, once, and never over what somebody wrote. */
  use(offer: Offer | null): void {
    this.offer = offer;
    void this.ready.then(() => this.takeOffer());
  }

  private takeOffer(): void {
    const { offer } = this;
    if (offer === null || wasOffered(offer.id) || offer.text === this.box.text) return;
    this.insert("Use the prompt", { text: offer.text, pictures: offered(offer.pictures) });
  }

  /** A question with this text was sent, by whatever way: it is no longer offered, nor left in the box if it was inserted. */
  questionAsked(text: string): void {
    if (this.inserted?.content.text === text) {
      this.fill(NOTHING);
      this.notices.dismiss();
    }
    this.notices.withdraw({ text, pictures: [] });
  }

  private putBack({ text, pictures }: Content, problem: Problem | null): void {
    if (problem !== null) this.notices.problem(problem);
    this.insert(PUT_BACK, { text, pictures });
    this.save();
  }

  /** Puts content into an empty box, or offers it above one where something is written. */
  private insert(label: string, content: Content): void {
    if (this.empty) {
      this.fill(content);
      this.inserted = { label, content, at: performance.now() };
    } else {
      this.notices.offer(label, content);
    }
  }

  private follow(): void {
    if (this.inserted !== null && this.inserted.content.text !== this.box.text) this.inserted = null;
    this.wasEmpty = this.empty;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_MS);
    this.changed();
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
