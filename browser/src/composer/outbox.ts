/** The way of a message from the box to the server, and back where it is not taken. */

import type { Channel } from "../channel/channel";
import { LONGEST_MESSAGE, type Problem } from "../channel/messages";
import { gate, type Passage } from "../page/gate";
import { notSent, type Settled, settling } from "../page/settled";
import { NOTHING, type Words } from "./drafts";
import { newId } from "./id";
import type { Notices, Wait } from "./notices";
import { LEFT, type Message, underway } from "./unsent";
import type { Written } from "./written";

const FAILED: Problem = {
  message: "Not sent: the answer before it failed.",
  hint: "Retry that one, or send this again.",
};

interface Held {
  readonly message: Message;
  readonly back: AbortController;
  /** It has left, or was taken back. */
  readonly gone: Promise<void>;
  /** Why it was taken back. */
  why: Problem | null;
  waits: Wait;
  /** It does not wait for the end of an answer: that is stopped. */
  now: boolean;
}

/** `why` is null where somebody took it back. */
type Passed = { state: "arrived"; passage: Passage } | { state: "back"; why: Problem | null };

export class Outbox {
  /** Messages that wait, in order. */
  private readonly held: Held[] = [];
  private touchesAtSend = -1;
  /** Messages that have left and are not answered yet. */
  private asking = 0;
  /** Somebody pressed Stop since they left. */
  private stops = false;
  private readonly woken = new Set<() => void>();

  /** `changed` is called when a message begins or ends to wait, `refuses` says why one cannot be sent. */
  constructor(
    private readonly written: Written,
    private readonly notices: Notices,
    private readonly way: () => { readonly channel: Channel; readonly slot: string },
    private readonly refuses: (words: Words) => string,
    private readonly changed: () => void,
  ) {
    notices.onHeld({ sendNow: () => this.sendNow(), takeBack: () => this.takeBack() });
  }

  get holds(): boolean {
    return this.held.length > 0;
  }

  /** Whether a message has left, and the server has not said yet that it has it. */
  get asks(): boolean {
    return this.asking > 0;
  }

  /** Sends what is written, once the settings on screen are those of the server and no answer is on its way. */
  send(): void {
    const { words } = this.written;
    if (words.text.trim() === "" && words.pictures.length === 0) return;
    const refusal = this.refusal(words);
    if (refusal !== "") {
      this.notices.problem({ message: `Not sent: ${refusal}` });
      return;
    }
    const { key, begunAt } = this.written;
    const message: Message = { id: newId(), key, words, begunAt, behind: null };
    underway.add(message);
    this.notices.fine();
    this.notices.used(words);
    this.written.fill(NOTHING);
    void this.bring(message);
  }

  /** Takes what waits back into the box; says whether there was anything. */
  takeBack(): boolean {
    for (const held of this.held) giveUp(held, null);
    return this.holds;
  }

  /** Has what is on its way to the server stopped as soon as it is there. */
  stop(): void {
    this.stops = this.asks;
  }

  /** The page is left: what waits is kept with its conversation. */
  leave(): void {
    for (const held of this.held) giveUp(held, LEFT);
  }

  /** Has the first message that waits leave, which stops the answer on its way. */
  private sendNow(): void {
    const next = this.held[0];
    if (next !== undefined) next.now = true;
    this.wake();
    this.written.focus();
  }

  /** To be called when an answer has begun or ended. */
  wake(): void {
    for (const wake of [...this.woken]) wake();
  }

  /** Another conversation is about to stand there; says whether it is the one of before, which has got its name. */
  movesTo(key: string): boolean {
    if (this.touchesAtSend === settling.touches) {
      this.named(key);
      return true;
    }
    for (const held of this.held) {
      if (held.message.begunAt === settling.touches) held.message.key = key;
      else giveUp(held, LEFT);
    }
    return false;
  }

  /** The conversation has got its name. */
  named(key: string): void {
    underway.named(this.written.key, key);
  }

  private async bring(message: Message): Promise<void> {
    if (!this.holds && settling.idle && !this.busy) {
      const passage = gate.passage();
      passage.close();
      await this.ask(message, passage);
      return;
    }
    const passed = await this.pass(message);
    if (passed.state === "arrived") return;
    underway.back(message, passed.why);
    if (passed.why === null) this.written.focus();
  }

  /** Asks once the message before has left, no answer is on its way, and the settings have arrived. */
  private async pass(message: Message): Promise<Passed> {
    const before = this.held.at(-1)?.gone;
    let goes = () => {};
    const gone = new Promise<void>((done) => (goes = done));
    const held: Held = {
      message,
      back: new AbortController(),
      gone,
      why: null,
      waits: this.busy ? "answer" : "setting",
      now: false,
    };
    held.back.signal.addEventListener("abort", () => this.wake());
    this.held.push(held);
    this.show();
    // Without a wait for nothing: what is pressed next must find that a message is on its way.
    if (before !== undefined) await before;
    const passed = await this.free(held);
    this.held.splice(this.held.indexOf(held), 1);
    this.show();
    if (passed.state === "arrived") void this.ask(message, passed.passage);
    goes();
    return passed;
  }

  private async free(held: Held): Promise<Passed> {
    const { signal } = held.back;
    let waited = false;
    while (!signal.aborted) {
      if (!held.now && (this.busy || (waited && isWriting()))) {
        waited = true;
        this.wait(held, this.busy ? "answer" : "setting");
        await this.somethingHappens();
      } else if (waited && !held.now && this.hasFailed) {
        return { state: "back", why: FAILED };
      } else {
        const passage = gate.passage();
        const settled = await this.settle(held, passage);
        if (settled.state === "arrived" && !signal.aborted && (held.now || !this.busy))
          return { state: "arrived", passage };
        passage.done();
        if (settled.state !== "arrived" && !signal.aborted) return { state: "back", why: notSent(settled) };
      }
    }
    return { state: "back", why: held.why };
  }

  /** What is changed from now on is for the next message. */
  private async settle(held: Held, passage: Passage): Promise<Settled> {
    if (settling.idle) {
      passage.close();
      return { state: "arrived" };
    }
    this.wait(held, "setting");
    return settling.settle(held.back.signal, passage);
  }

  private wait(held: Held, waits: Wait): void {
    if (held.waits === waits) return;
    held.waits = waits;
    this.show();
  }

  private async ask(message: Message, passage: Passage): Promise<void> {
    this.touchesAtSend = settling.touches;
    const { channel, slot } = this.way();
    const { text, pictures } = message.words;
    message.behind = channel.views(slot).flatMap(({ turns }) => turns.at(-1) ?? []);
    this.asking += 1;
    const answered = channel.ask({ kind: "send", slot, text, pictures: pictures.map(({ url }) => url) });
    this.written.save();
    this.changed();
    const problem = await answered;
    this.asking -= 1;
    if (this.stops && problem === null) void channel.ask({ kind: "stop", slot });
    this.stops &&= this.asks;
    passage.done();
    if (problem === null) underway.arrived(message);
    else underway.back(message, problem);
    this.changed();
    this.wake();
  }

  /** Whether an answer is on its way, or is about to be. */
  private get busy(): boolean {
    const { channel, slot } = this.way();
    return this.asking > 0 || channel.busy(slot);
  }

  /** Whether the last answer has failed: the next one would, too. */
  private get hasFailed(): boolean {
    const { channel, slot } = this.way();
    const last = channel.slot(slot)?.turns.at(-1);
    return last !== undefined && channel.turn(last)?.state === "failed";
  }

  private somethingHappens(): Promise<void> {
    return new Promise((done) => {
      const wake = (): void => {
        this.woken.delete(wake);
        document.removeEventListener("focusout", later);
        done();
      };
      const later = (): void => void setTimeout(wake);
      this.woken.add(wake);
      document.addEventListener("focusout", later);
    });
  }

  private show(): void {
    this.notices.waiting(
      this.held[0]?.waits ?? "setting",
      this.held.map(({ message }) => message.words),
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

function giveUp(held: Held, why: Problem | null): void {
  held.why = why;
  held.back.abort();
}

/** Whether somebody is writing a longer text elsewhere: to have it sent would take the focus from it. */
function isWriting(): boolean {
  const active = document.activeElement;
  return active instanceof HTMLTextAreaElement && active.closest('[class*="pg-"]') === null;
}
