/** The way of a message from the box to the server, and back where it is not taken. */

import type { Channel } from "./channel";
import { NOTHING, type Words } from "./drafts";
import type { Notices } from "./notices";
import { notSent, type Settled, settling } from "./settled";
import type { Unsent, Written } from "./written";

const LONGEST_MESSAGE = 2_000_000;

interface Held {
  readonly message: Unsent;
  readonly back: AbortController;
  /** It has left, or was taken back. */
  readonly gone: Promise<void>;
}

export class Outbox {
  /** Messages that wait for settings to arrive, in order. */
  private readonly held: Held[] = [];
  private touchesAtSend = -1;

  /** `changed` is called when a message begins or ends to wait, `refuses` says why one cannot be sent. */
  constructor(
    private readonly written: Written,
    private readonly notices: Notices,
    private readonly way: () => { readonly channel: Channel; readonly slot: string },
    private readonly refuses: (words: Words) => string,
    private readonly changed: () => void,
  ) {}

  get holds(): boolean {
    return this.held.length > 0;
  }

  /** Sends what is written, once the settings on screen are those of the server. */
  send(): void {
    const { words } = this.written;
    if (words.text.trim() === "" && words.pictures.length === 0) return;
    const refusal = this.refusal(words);
    if (refusal !== "") {
      this.notices.problem({ message: `Not sent: ${refusal}` });
      return;
    }
    const message: Unsent = { key: this.written.key, words, begunSince: this.written.begunSince };
    this.written.unsent.push(message);
    this.notices.fine();
    this.written.fill(NOTHING);
    void this.bring(message);
  }

  /** Takes what waits back into the box; says whether there was anything. */
  takeBack(): boolean {
    for (const { back } of this.held) back.abort();
    return this.holds;
  }

  /** Another conversation is about to stand there; says whether it is the one of before, which has got its name. */
  movesTo(key: string): boolean {
    const isNamed = this.touchesAtSend === settling.touches;
    if (isNamed) {
      for (const message of this.written.unsent) if (message.key === this.written.key) message.key = key;
      return true;
    }
    for (const { message, back } of this.held) {
      if (message.begunSince) message.key = key;
      else back.abort();
    }
    return false;
  }

  private async bring(message: Unsent): Promise<void> {
    if (!this.holds && settling.idle) {
      await this.ask(message);
      return;
    }
    const settled = await this.settle(message);
    if (settled.state === "arrived") return;
    const problem = notSent(settled);
    if (problem !== null) this.notices.problem(problem);
    this.written.putBack(message);
    if (settled.state === "aborted") this.written.focus();
  }

  /** Asks once the settings have arrived, and the message before has left. */
  private async settle(message: Unsent): Promise<Settled> {
    const back = new AbortController();
    const before = this.held.at(-1)?.gone;
    let goes = () => {};
    const held = { message, back, gone: new Promise<void>((gone) => (goes = gone)) };
    this.held.push(held);
    this.show();
    await before;
    const settled: Settled = back.signal.aborted ? { state: "aborted" } : await settling.settle(back.signal);
    this.held.splice(this.held.indexOf(held), 1);
    this.show();
    if (settled.state === "arrived") void this.ask(message);
    goes();
    return settled;
  }

  private async ask(message: Unsent): Promise<void> {
    this.touchesAtSend = settling.touches;
    const { channel, slot } = this.way();
    const { text, pictures } = message.words;
    const problem = await channel.ask({ kind: "send", slot, text, pictures: pictures.map(({ url }) => url) });
    if (problem === null) {
      this.written.accepted(message);
    } else {
      this.notices.problem(problem);
      this.written.putBack(message);
    }
  }

  private show(): void {
    this.notices.waiting(
      this.held.map(({ message }) => message.words),
      () => void this.takeBack(),
    );
    this.changed();
  }

  private refusal(words: Words): string {
    const { text } = words;
    if (text.length <= LONGEST_MESSAGE) return this.refuses(words);
    const [length, most] = [text.length, LONGEST_MESSAGE].map((count) => count.toLocaleString("en"));
    return `the message has ${length} characters, and one may have ${most}.`;
  }
}
