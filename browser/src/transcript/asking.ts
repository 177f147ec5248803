// Sends the requests of a transcript; those for a model one at a time, with the settings on screen.

import type { Channel, Request } from "../channel/channel";
import type { Problem } from "../channel/messages";
import { focusIn } from "../dom/kept_focus";
import { gate } from "../page/gate";
import { notSent, settling } from "../page/settled";
import { MODEL_ACTIONS, type TurnRequest } from "./actions";

/** Requests that a model is to answer, with the settings on screen. */
const FOR_MODEL: ReadonlySet<TurnRequest["kind"]> = new Set(["retry", "edit", "proceed", "raise", "results"]);
const CONTROLS = `${[...MODEL_ACTIONS].map((action) => `[data-do=${action}]`).join()}, [data-form=results] :is(textarea, button)`;

interface AskingTranscript {
  readonly log: HTMLElement;
  readonly channel: Channel;
  readonly slot: string;
  /** Aborted once the transcript is removed. */
  readonly removed: AbortSignal;
  say(text: string): void;
  /** Called before a model is asked. */
  beforeAsking(): void;
  /** The last turn; another one where another conversation has come. */
  last(): unknown;
}

export class Asking {
  private isPending = false;

  constructor(private readonly transcript: AskingTranscript) {}

  /** Sends a request; shows its problem, and resolves with whether there was none. */
  async ask(request: TurnRequest): Promise<boolean> {
    if (!FOR_MODEL.has(request.kind)) return this.send(request);
    if (this.isPending) return false;
    this.setPending(true);
    this.transcript.beforeAsking();
    try {
      return await this.sendSettled(request);
    } finally {
      this.setPending(false);
    }
  }

  /** Call when turns were redrawn: their new controls are disabled as well. */
  drawn(): void {
    if (this.isPending) this.setPending(true);
  }

  /** Sends once the server has the settings on screen. */
  private async sendSettled(request: TurnRequest): Promise<boolean> {
    const { removed, last } = this.transcript;
    const passage = gate.passage();
    try {
      if (settling.idle) {
        passage.close();
      } else {
        const before = last();
        const problem = notSent(await settling.settle(removed, passage));
        if (problem !== null) this.transcript.say(sentence(problem));
        // Meanwhile another conversation may have come.
        if (problem !== null || removed.aborted || last() !== before) return false;
      }
      return await this.send(request);
    } finally {
      passage.done();
    }
  }

  private async send(request: TurnRequest): Promise<boolean> {
    const { channel, slot } = this.transcript;
    const problem = await channel.ask({ ...request, slot } as Request);
    if (problem !== null) this.transcript.say(sentence(problem));
    return problem === null;
  }

  /** Disables all controls that ask a model while a request is pending. */
  private setPending(isPending: boolean): void {
    this.isPending = isPending;
    const { log } = this.transcript;
    const active = document.activeElement;
    const turn = active?.closest("[data-turn]");
    // A control that is switched off would lose the focus to nowhere.
    if (isPending && turn && active?.matches(CONTROLS) && log.contains(turn)) focusIn(turn);
    for (const control of log.querySelectorAll<HTMLButtonElement | HTMLTextAreaElement>(CONTROLS)) {
      control.disabled = isPending;
    }
  }
}

function sentence({ message, hint = "" }: Problem): string {
  return hint === "" ? message : `${message} ${hint}`;
}
