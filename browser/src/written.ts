/** What stands in the message box: kept as the draft of its conversation, brought back, put there from elsewhere. */

import type { Box } from "./box";
import { isEmpty, keep, keepUnsent, NOTHING, recall, type Words, wordsOf } from "./drafts";
import { offered } from "./files";
import type { Notices } from "./notices";
import { settling } from "./settled";
import type { Tray } from "./tray";

const SAVE_MS = 300;

/** Words that come with the page. */
export interface Offer {
  readonly id: string;
  readonly text: string;
  readonly pictures: readonly string[];
}

/** A message that has left the box, and of which the server has not said that it has it. */
export interface Unsent {
  key: string;
  readonly words: Words;
  /** It was begun after the page was last used: for the conversation that comes, should one be on its way. */
  readonly begunSince: boolean;
}

export class Written {
  readonly unsent: Unsent[] = [];
  private offer: Offer | null = null;
  /** The offered words that stand in the box as they came. */
  private taken: Words | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ready: Promise<void> = Promise.resolve();
  private touches = 0;
  private wasEmpty = true;
  private intoEmpty = false;

  /** `changed` is called when something else stands there. */
  constructor(
    private readonly box: Box,
    private readonly tray: Tray,
    private readonly notices: Notices,
    private readonly changed: () => void,
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

  /** Whether it was begun after something else on the page was used. */
  get begunSince(): boolean {
    return this.intoEmpty && this.touches === settling.touches;
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

  /** Puts a message that was not taken back where it was written, or offers it where something else was written since. */
  putBack(message: Unsent): void {
    if (message.key !== this.key) return; // it stays in the draft of its own conversation
    this.unsent.splice(this.unsent.indexOf(message), 1);
    if (this.empty) this.fill(message.words);
    else this.notices.offer("Put back", message.words);
    this.save();
  }

  focus(): void {
    this.box.field.focus();
  }

  /** The server has a message now: its draft goes. */
  accepted(message: Unsent): void {
    this.unsent.splice(this.unsent.indexOf(message), 1);
    if (message.key === this.key) this.save();
    else void keepUnsent(message.key, this.unsentOf(message.key));
  }

  save(): void {
    clearTimeout(this.timer);
    keep(this.key, { ...this.words, unsent: this.unsentOf(this.key) });
  }

  /** Brings back the draft of its conversation: words at once, pictures a moment later. */
  open(): void {
    const { key } = this;
    const now = wordsOf(key);
    if (now.text !== "") this.fill(now);
    this.ready = recall(key).then((draft) => {
      if (key !== this.key) return;
      const [first, ...rest] = [...(isEmpty(draft) ? [] : [draft]), ...draft.unsent];
      if (first !== undefined && (this.empty || this.box.text === now.text)) this.fill(first);
      else if (first !== undefined) rest.unshift(first);
      for (const words of rest) this.notices.offer("Put back", words);
      this.takeOffer();
    });
  }

  /** Another conversation stands there; with `along`, what is written was written for it, or it has only got its name. */
  moveTo(key: string, along: boolean): void {
    if (along) {
      const before = this.key;
      this.key = key;
      keep(before, { ...NOTHING, unsent: this.unsentOf(before) });
      this.save();
      return;
    }
    this.save();
    this.key = key;
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
    const words: Words = { text: offer.text, pictures: offered(offer.pictures) };
    if (this.empty) {
      this.fill(words);
      this.taken = words;
    } else {
      this.notices.offer("Use the prompt", words);
    }
  }

  /** This was asked, by whatever way: it is offered no longer, and does not stay in the box if it was put there. */
  asked(text: string): void {
    if (this.taken?.text === text && this.box.text === text) this.fill(NOTHING);
    this.notices.used({ text, pictures: [] });
  }

  private unsentOf(key: string): Words[] {
    return this.unsent.filter((message) => message.key === key).map(({ words }) => words);
  }

  private follow(): void {
    if (this.taken !== null && this.taken.text !== this.box.text) this.taken = null;
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
