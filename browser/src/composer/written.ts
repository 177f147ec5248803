/** What stands in the message box: kept as the draft of its conversation, brought back, put there from elsewhere. */

import type { Problem } from "../channel/messages";
import { settling } from "../page/settled";
import type { Box } from "./box";
import { isEmpty, keep, NOTHING, recall, type Unsent, type Words, wordsOf } from "./drafts";
import { offered } from "./files";
import { newId } from "./id";
import { type Notices, PUT_BACK } from "./notices";
import type { Tray } from "./tray";
import { underway } from "./unsent";

const SAVE_MS = 300;
/** Whoever begins to write so soon after words came into the box had not seen them yet. */
const UNSEEN_MS = 1_000;
/** So long a conversation may take to be told; what may be in it is offered then. */
const TOLD_MS = 5_000;

const UNSURE: Problem = {
  message: "The page was left while this was sent.",
  hint: "See whether it has arrived, in the history too, before you send it again.",
};

/** Words that come with the page. */
export interface Offer {
  readonly id: string;
  readonly text: string;
  readonly pictures: readonly string[];
}

export class Written {
  private offer: Offer | null = null;
  /** Words that came by themselves, and stand in the box as they came. */
  private given: { readonly label: string; readonly words: Words; readonly at: number } | null = null;
  /** What had left when the page was left: it may stand in the conversation, which is not told yet. */
  private unsure: Unsent[] = [];
  /** What was kept is here, and may be kept anew. */
  private isOpen = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ready: Promise<void> = Promise.resolve();
  private touches = 0;
  private wasEmpty = true;
  private intoEmpty = false;

  /** Its box is no longer there for what comes back. */
  private readonly close = underway.open(this);

  /** `changed` is called when something else stands there; `hasArrived` is null while the conversation is not told. */
  constructor(
    private readonly box: Box,
    private readonly tray: Tray,
    private readonly notices: Notices,
    private readonly changed: () => void,
    private readonly hasArrived: (message: Unsent) => boolean | null,
    public key: string,
  ) {}

  get words(): Words {
    return { text: this.box.text, pictures: this.tray.pictures };
  }

  get length(): number {
    return this.box.field.textLength;
  }

  get empty(): boolean {
    return this.length === 0 && this.tray.pictures.length === 0;
  }

  /** After how many touches of the page it was begun; -1 where something stood there already. */
  get begunAt(): number {
    return this.intoEmpty ? this.touches : -1;
  }

  /** Whether it was begun after something else on the page was used. */
  get begunSince(): boolean {
    return this.begunAt === settling.touches;
  }

  /** To be called when a person has written. */
  typed(): void {
    if (settling.touches !== this.touches) {
      this.touches = settling.touches;
      this.intoEmpty = this.wasEmpty;
    }
    this.follow();
  }

  fill({ text, pictures }: Words): void {
    this.box.text = text;
    this.tray.pictures = pictures;
    this.follow();
  }

  /** Puts words there, and says which stood there before. */
  exchange(words: Words): Words {
    const before = this.words;
    this.fill(words);
    this.notices.used(words);
    this.focus();
    return before;
  }

  /** To be called before a person writes: words that came a moment ago are not mixed with what is written. */
  begins(): void {
    const { given } = this;
    if (given === null || performance.now() - given.at > UNSEEN_MS) return;
    this.fill(NOTHING);
    this.notices.offer(given.label, given.words);
  }

  /** To be called when somebody moves the caret: what is written then is written to what stands there. */
  seen(): void {
    if (this.given !== null) this.given = { ...this.given, at: Number.NEGATIVE_INFINITY };
  }

  /** A message that was not taken is back. */
  back(words: Words, why: Problem | null): void {
    void this.ready.then(() => this.take(words, why));
  }

  focus(): void {
    this.box.field.focus();
  }

  save(): void {
    clearTimeout(this.timer);
    if (!this.isOpen) return;
    const asides = this.notices.written.map((words) => ({ ...words, id: newId(), behind: null, why: null }));
    keep(this.key, { ...this.words, unsent: [...underway.of(this.key), ...this.unsure, ...asides] });
  }

  leave(): void {
    this.save();
    this.close();
  }

  /** Brings back the draft of its conversation: words at once, pictures a moment later. */
  open(): void {
    const { key } = this;
    this.isOpen = false;
    const now = wordsOf(key);
    if (now.text !== "") this.fill(now);
    this.ready = recall(key).then((draft) => {
      if (key !== this.key) return;
      this.isOpen = true;
      if (!isEmpty(draft) && (this.empty || this.box.text === now.text)) this.fill(draft);
      else if (!isEmpty(draft)) this.notices.offer(PUT_BACK, draft);
      const unsent = draft.unsent.filter(({ id }) => !underway.handles(id));
      this.unsure = unsent.filter(({ behind }) => behind !== null);
      for (const message of unsent) if (message.behind === null) this.take(message, message.why);
      this.told();
      if (this.unsure.length > 0) setTimeout(() => key === this.key && this.told(true), TOLD_MS);
      this.takeOffer();
    });
  }

  /** To be called when the conversation was told, or should have been: what had left stands there, or is back. */
  told(late = false): void {
    const unsure = this.unsure;
    if (unsure.length === 0) return;
    const found = unsure.map((message) => ({ message, arrived: this.hasArrived(message) ?? (late ? false : null) }));
    this.unsure = found.flatMap(({ message, arrived }) => (arrived === null ? [message] : []));
    if (this.unsure.length === unsure.length) return;
    for (const { message, arrived } of found) if (arrived === false) this.take(message, UNSURE);
    this.save();
  }

  /** Another conversation stands there; with `along`, what is written was written for it, or it has only got its name. */
  moveTo(key: string, along: boolean): void {
    if (along) {
      const before = this.key;
      this.key = key;
      if (this.isOpen) keep(before, { ...NOTHING, unsent: underway.of(before) });
      this.isOpen = true;
      this.save();
      return;
    }
    this.save();
    this.key = key;
    this.unsure = [];
    this.notices.clear();
    this.fill(NOTHING);
    this.open();
  }

  /** Puts words that come with the page into the box, once, and never over what somebody wrote. */
  use(offer: Offer | null): void {
    this.offer = offer;
    void this.ready.then(() => this.takeOffer());
  }

  private takeOffer(): void {
    const { offer } = this;
    if (offer === null || wasOffered(offer.id) || offer.text === this.box.text) return;
    this.give("Use the prompt", { text: offer.text, pictures: offered(offer.pictures) });
  }

  /** This was asked, by whatever way: it is offered no longer, and does not stay in the box if it was put there. */
  asked(text: string): void {
    if (this.given?.words.text === text) {
      this.fill(NOTHING);
      this.notices.fine();
    }
    this.notices.used({ text, pictures: [] });
  }

  private take({ text, pictures }: Words, why: Problem | null): void {
    if (why !== null) this.notices.problem(why);
    this.give(PUT_BACK, { text, pictures });
    this.save();
  }

  /** Words come by themselves: into the box, or above it where something is written. */
  private give(label: string, words: Words): void {
    if (this.empty) {
      this.fill(words);
      this.given = { label, words, at: performance.now() };
    } else {
      this.notices.offer(label, words);
    }
  }

  private follow(): void {
    if (this.given !== null && this.given.words.text !== this.box.text) this.given = null;
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
