/** Messages that have left their box, until the server has them: what is kept of them, and where they come back. */

import type { Problem } from "../channel/messages";
import type { Leave } from "../page/component";
import { changeUnsent, type Unsent, type Words } from "./drafts";

export interface Message {
  readonly id: string;
  /** That of the draft of its conversation. */
  key: string;
  readonly words: Words;
  /** After how many touches of the page it was begun: a conversation that comes by the last one is the one it is for. */
  readonly begunAt: number;
  /** As in `Unsent`. */
  behind: readonly string[] | null;
}

export const LEFT: Problem = { message: "Not sent: the page was left while this waited." };

/** The box of a conversation on the page. */
interface Place {
  readonly key: string;
  save(): void;
  back(words: Words, why: Problem | null): void;
}

export class Underway {
  private readonly messages = new Set<Message>();
  private readonly places = new Set<Place>();
  /** What is kept under these ids is of no use to a box that is opened. */
  private readonly ids = new Set<string>();

  open(place: Place): Leave {
    this.places.add(place);
    return () => this.places.delete(place);
  }

  add(message: Message): void {
    this.messages.add(message);
    this.ids.add(message.id);
  }

  /** Whether a message is on its way, or was until it arrived or came back. */
  handles(id: string): boolean {
    return this.ids.has(id);
  }

  /** Those of a conversation, as they are kept should the page be gone now. */
  of(key: string): Unsent[] {
    const those = [...this.messages].filter((message) => message.key === key);
    return those.map((message) => asKept(message, message.behind === null ? LEFT : null));
  }

  /** A conversation has got its name. */
  named(before: string, key: string): void {
    for (const message of this.messages) if (message.key === before) message.key = key;
  }

  /** The server has it. */
  arrived(message: Message): void {
    this.messages.delete(message);
    const place = this.placeOf(message);
    if (place !== undefined) place.save();
    else void changeUnsent(message.key, (others) => others.filter(({ id }) => id !== message.id));
  }

  /** It was not taken: it is back in the box of its conversation, or kept until somebody comes back there. */
  back(message: Message, why: Problem | null): void {
    this.messages.delete(message);
    const place = this.placeOf(message);
    if (place !== undefined) {
      place.back(message.words, why);
      return;
    }
    this.ids.delete(message.id);
    message.behind = null;
    const kept = asKept(message, why);
    void changeUnsent(message.key, (others) => [...others.filter(({ id }) => id !== message.id), kept]);
  }

  private placeOf({ key }: Message): Place | undefined {
    return [...this.places].find((place) => place.key === key);
  }
}

function asKept({ id, words, behind }: Message, why: Problem | null): Unsent {
  return { id, text: words.text, pictures: words.pictures, behind, why };
}

/** Those of the page. */
export const underway = new Underway();
