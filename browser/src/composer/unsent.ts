/** Messages that have left their box, until the server has them: how they are stored, and where they are given back. */

import type { Problem } from "../channel/messages";
import type { Leave } from "../page/component";
import { type Content, changeUnsent, type Unsent } from "./drafts";

export interface Message {
  readonly id: string;
  /** The key of its conversation's drafts. */
  key: string;
  readonly content: Content;
  /** How many touches of the page there were when it was begun: a conversation opened by the last of them is its own. */
  readonly begunAt: number;
  /** As in `Unsent`. */
  behind: readonly string[] | null;
}

export const LEFT: Problem = { message: "Not sent: the page was left while this waited." };

/** The message box of a conversation on the page. */
interface MessageBox {
  readonly key: string;
  save(): void;
  giveBack(content: Content, problem: Problem | null): void;
}

export class Underway {
  private readonly messages = new Set<Message>();
  private readonly boxes = new Set<MessageBox>();
  /** Ids of messages that this page sends itself: a box that is opened does not restore them. */
  private readonly handled = new Set<string>();

  open(box: MessageBox): Leave {
    this.boxes.add(box);
    return () => this.boxes.delete(box);
  }

  add(message: Message): void {
    this.messages.add(message);
    this.handled.add(message.id);
  }

  /** Whether this page sends the message, or has sent it. */
  handles(id: string): boolean {
    return this.handled.has(id);
  }

  /** Those of a conversation, as they are to be stored in case the page is left now. */
  of(key: string): Unsent[] {
    const messages = [...this.messages].filter((message) => message.key === key);
    return messages.map((message) => asUnsent(message, message.behind === null ? LEFT : null));
  }

  /** A new conversation has got its id. */
  named(before: string, key: string): void {
    for (const message of this.messages) if (message.key === before) message.key = key;
  }

  /** The server has it. */
  arrived(message: Message): void {
    this.messages.delete(message);
    const box = this.boxOf(message);
    if (box !== undefined) box.save();
    else void changeUnsent(message.key, (others) => others.filter(({ id }) => id !== message.id));
  }

  /** It was not sent: gives it back to the box of its conversation, or stores it for when that is opened. */
  giveBack(message: Message, problem: Problem | null): void {
    this.messages.delete(message);
    const box = this.boxOf(message);
    if (box !== undefined) {
      box.giveBack(message.content, problem);
      return;
    }
    this.handled.delete(message.id);
    message.behind = null;
    const unsent = asUnsent(message, problem);
    void changeUnsent(message.key, (others) => [...others.filter(({ id }) => id !== message.id), unsent]);
  }

  private boxOf({ key }: Message): MessageBox | undefined {
    return [...this.boxes].find((box) => box.key === key);
  }
}

function asUnsent({ id, content, behind }: Message, why: Problem | null): Unsent {
  return { id, text: content.text, pictures: content.pictures, behind, why };
}

/** The messages of the page. */
export const underway = new Underway();
