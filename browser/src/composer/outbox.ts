/** Sends messages from the box to the server, in order, and gives them back where they are not accepted. */

import type { Channel } from "../channel/channel";
import { LONGEST_MESSAGE, type Problem } from "../channel/messages";
import { gate, type Passage } from "../page/gate";
import { notSent, type Settled, settling } from "../page/settled";
import { type Content, NOTHING } from "./drafts";
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
  readonly cancel: AbortController;
  /** Resolves when it was sent, or taken back. */
  readonly left: Promise<void>;
  /** Why it was taken back; null where a person did. */
  problem: Problem | null;
  reason: Wait;
  /** It does not wait for the end of an answer, which the server stops for it. */
  immediate: boolean;
}

/** `problem` is null where a person took it back. */
type Outcome = { state: "ready"; passage: Passage } | { state: "returned"; problem: Problem | null };

export class Outbox {
  /** Messages that wait, in order. */
  private readonly held: Held[] = [];
  private touchesAtSend = -1;
  /** How many messages were sent and have no answer yet. */
  private unanswered = 0;
  /** Stop was pressed since they were sent. */
  private stopRequested = false;
  private readonly wakers = new Set<() => void>();

  /** `changed` is called when a message begins or ends to wait; `refuses` returns why one cannot be sent, or "". */
  constructor(
    private readonly written: Written,
    private readonly notices: Notices,
    private readonly target: () => { readonly channel: Channel; readonly slot: string },
    private readonly refuses: (content: Content) => string,
    private readonly changed: () => void,
  ) {
    notices.onHeld({ sendNow: () => this.sendNow(), takeBack: () => this.takeBack() });
  }

  get holds(): boolean {
    return this.held.length > 0;
  }

  /** Whether a message was sent that the server has not confirmed yet. */
  get awaitsServer(): boolean {
    return this.unanswered > 0;
  }

  /** Sends the content of the box, once the server has the settings on screen and no answer is on its way. */
  send(): void {
    const { content } = this.written;
    if (content.text.trim() === "" && content.pictures.length === 0) return;
    const refusal = this.refusal(content);
    if (refusal !== "") {
      this.notices.problem({ message: `Not sent: ${refusal}` });
      return;
    }
    const { key, begunAt } = this.written;
    const message: Message = { id: newId(), key, content, begunAt, behind: null };
    underway.add(message);
    this.notices.dismiss();
    this.notices.withdraw(content);
    this.written.fill(NOTHING);
    void this.deliver(message);
  }

  /** Takes messages that wait back into the box; returns whether there were any. */
  takeBack(): boolean {
    for (const held of this.held) giveUp(held, null);
    return this.holds;
  }

  /** Stops the answers to messages that the server has not confirmed yet, as soon as it has. */
  stop(): void {
    this.stopRequested = this.awaitsServer;
  }

  /** The page is left: messages that wait are stored with their conversation. */
  leave(): void {
    for (const held of this.held) giveUp(held, LEFT);
  }

  /** Sends the first message that waits at once, which stops the answer on its way. */
  private sendNow(): void {
    const next = this.held[0];
    if (next !== undefined) next.immediate = true;
    this.wake();
    this.written.focus();
  }

  /** Call when an answer has begun or ended. */
  wake(): void {
    for (const wake of [...this.wakers]) wake();
  }

  /** Another conversation is about to be shown; returns whether it is the same one, which has got its id. */
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

  /** The new conversation has got its id. */
  named(key: string): void {
    underway.named(this.written.key, key);
  }

  private async deliver(message: Message): Promise<void> {
    if (!this.holds && settling.idle && !this.busy) {
      const passage = gate.passage();
      passage.close();
      await this.ask(message, passage);
      return;
    }
    const outcome = await this.waitTurn(message);
    if (outcome.state === "ready") return;
    underway.giveBack(message, outcome.problem);
    if (outcome.problem === null) this.written.focus();
  }

  /** Sends once the message before has left, no answer is on its way, and the server has the settings. */
  private async waitTurn(message: Message): Promise<Outcome> {
    const before = this.held.at(-1)?.left;
    let markLeft = () => {};
    const left = new Promise<void>((done) => (markLeft = done));
    const held: Held = {
      message,
      cancel: new AbortController(),
      left,
      problem: null,
      reason: this.busy ? "answer" : "setting",
      immediate: false,
    };
    held.cancel.signal.addEventListener("abort", () => this.wake());
    this.held.push(held);
    this.show();
    // No await without need: the next key press must find that a message is on its way.
    if (before !== undefined) await before;
    const outcome = await this.untilFree(held);
    this.held.splice(this.held.indexOf(held), 1);
    this.show();
    if (outcome.state === "ready") void this.ask(message, outcome.passage);
    markLeft();
    return outcome;
  }

  private async untilFree(held: Held): Promise<Outcome> {
    const { signal } = held.cancel;
    let waited = false;
    while (!signal.aborted) {
      if (!held.immediate && (this.busy || (waited && isWriting()))) {
        waited = true;
        this.wait(held, this.busy ? "answer" : "setting");
        await this.nextEvent();
      } else if (waited && !held.immediate && this.hasFailed) {
        return { state: "returned", problem: FAILED };
      } else {
        const passage = gate.passage();
        const settled = await this.settle(held, passage);
        if (settled.state === "arrived" && !signal.aborted && (held.immediate || !this.busy))
          return { state: "ready", passage };
        passage.done();
        if (settled.state !== "arrived" && !signal.aborted) return { state: "returned", problem: notSent(settled) };
      }
    }
    return { state: "returned", problem: held.problem };
  }

  /** Waits until the server has the settings; what is changed from then on is for the next message. */
  private async settle(held: Held, passage: Passage): Promise<Settled> {
    if (settling.idle) {
      passage.close();
      return { state: "arrived" };
    }
    this.wait(held, "setting");
    return settling.settle(held.cancel.signal, passage);
  }

  private wait(held: Held, reason: Wait): void {
    if (held.reason === reason) return;
    held.reason = reason;
    this.show();
  }

  private async ask(message: Message, passage: Passage): Promise<void> {
    this.touchesAtSend = settling.touches;
    const { channel, slot } = this.target();
    const { text, pictures } = message.content;
    message.behind = channel.views(slot).flatMap(({ turns }) => turns.at(-1) ?? []);
    this.unanswered += 1;
    const outcome = channel.ask({ kind: "send", slot, text, pictures: pictures.map(({ url }) => url) });
    this.written.save();
    this.changed();
    const problem = await outcome;
    this.unanswered -= 1;
    if (this.stopRequested && problem === null) void channel.ask({ kind: "stop", slot });
    this.stopRequested &&= this.awaitsServer;
    passage.done();
    if (problem === null) underway.arrived(message);
    else underway.giveBack(message, problem);
    this.changed();
    this.wake();
  }

  /** Whether an answer is on its way, or is about to be. */
  private get busy(): boolean {
    const { channel, slot } = this.target();
    return this.unanswered > 0 || channel.busy(slot);
  }

  /** Whether the last answer has failed: the next one would, too. */
  private get hasFailed(): boolean {
    const { channel, slot } = this.target();
    const last = channel.slot(slot)?.turns.at(-1);
    return last !== undefined && channel.turn(last)?.state === "failed";
  }

  private nextEvent(): Promise<void> {
    return new Promise((done) => {
      const wake = (): void => {
        this.wakers.delete(wake);
        document.removeEventListener("focusout", later);
        done();
      };
      const later = (): void => void setTimeout(wake);
      this.wakers.add(wake);
      document.addEventListener("focusout", later);
    });
  }

  private show(): void {
    this.notices.waiting(
      this.held[0]?.reason ?? "setting",
      this.held.map(({ message }) => message.content),
    );
    this.changed();
  }

  private refusal(content: Content): string {
    const { text } = content;
    if (text.length <= LONGEST_MESSAGE) return this.refuses(content);
    const [length, most] = [text.length, LONGEST_MESSAGE].map((count) => count.toLocaleString("en"));
    return `the message has ${length} characters, and one may have ${most}.`;
  }
}

function giveUp(held: Held, problem: Problem | null): void {
  held.problem = problem;
  held.cancel.abort();
}

/** Whether somebody is writing into a text area elsewhere: settling would take the focus from it. */
function isWriting(): boolean {
  const active = document.activeElement;
  return active instanceof HTMLTextAreaElement && active.closest('[class*="pg-"]') === null;
}
