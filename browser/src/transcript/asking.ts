// What a transcript asks the server for: with the settings on screen, and once at a time where a model is to answer.

import type { Channel, Request } from "../channel/channel";
import type { Problem } from "../channel/messages";
import { focusIn } from "../dom/kept_focus";
import { gate } from "../page/gate";
import { notSent, settling } from "../page/settled";
import { ASKS, type Deed } from "./actions";

/** What a model is to answer, with the settings on screen. */
const ANSWERED: ReadonlySet<Deed["kind"]> = new Set(["retry", "edit", "proceed", "raise", "results"]);
const CONTROLS = `${[...ASKS].map((does) => `[data-do=${does}]`).join()}, [data-form=results] :is(textarea, button)`;

interface Asker {
  readonly log: HTMLElement;
  readonly channel: Channel;
  readonly slot: string;
  /** Once the transcript is gone. */
  readonly left: AbortSignal;
  say(words: string): void;
  /** A model is about to be asked. */
  begins(): void;
  /** What stands at the end: other than before where another conversation has come. */
  last(): unknown;
}

export class Asking {
  private unanswered = false;

  constructor(private readonly asker: Asker) {}

  /** Asks the server; says what went wrong, and whether it went well. */
  async ask(deed: Deed): Promise<boolean> {
    if (!ANSWERED.has(deed.kind)) return this.send(deed);
    if (this.unanswered) return false;
    this.set(true);
    this.asker.begins();
    try {
      return await this.sendSettled(deed);
    } finally {
      this.set(false);
    }
  }

  /** What was drawn since may ask as little as what was there. */
  drawn(): void {
    if (this.unanswered) this.set(true);
  }

  /** Asks once the settings on screen are those of the server. */
  private async sendSettled(deed: Deed): Promise<boolean> {
    const { left, last } = this.asker;
    const passage = gate.passage();
    try {
      if (settling.idle) {
        passage.close();
      } else {
        const before = last();
        const problem = notSent(await settling.settle(left, passage));
        if (problem !== null) this.asker.say(sentence(problem));
        // Meanwhile another conversation may have come.
        if (problem !== null || left.aborted || last() !== before) return false;
      }
      return await this.send(deed);
    } finally {
      passage.done();
    }
  }

  private async send(deed: Deed): Promise<boolean> {
    const { channel, slot } = this.asker;
    const problem = await channel.ask({ ...deed, slot } as Request);
    if (problem !== null) this.asker.say(sentence(problem));
    return problem === null;
  }

  /** Nothing asks twice: neither what was pressed, nor anything else that a model would answer. */
  private set(unanswered: boolean): void {
    this.unanswered = unanswered;
    const { log } = this.asker;
    const active = document.activeElement;
    const turn = active?.closest("[data-turn]");
    // A control that is switched off would lose the focus to nowhere.
    if (unanswered && turn && active?.matches(CONTROLS) && log.contains(turn)) focusIn(turn);
    for (const one of log.querySelectorAll<HTMLButtonElement | HTMLTextAreaElement>(CONTROLS)) {
      one.disabled = unanswered;
    }
  }
}

function sentence({ message, hint = "" }: Problem): string {
  return hint === "" ? message : `${message} ${hint}`;
}
