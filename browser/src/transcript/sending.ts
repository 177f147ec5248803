import { h } from "../dom/h";
import { Question } from "./question";

/** Questions that were sent and are not told by the server yet: on screen with the key press. */
export class Sending {
  private readonly shown = new Set<HTMLElement>();
  private count = 0;

  constructor(
    private readonly list: HTMLElement,
    private readonly compact: boolean,
  ) {}

  /** Shows it until it is `over`. */
  add(words: string, over: Promise<unknown>): void {
    const question = new Question(this.compact);
    question.show(words);
    const turn = h(
      "div",
      {
        class: "pg-turn pg-user pg-sending",
        "data-turn": `sending-${++this.count}`,
        "data-role": "user",
        "data-state": "sending",
      },
      question.element,
    );
    this.shown.add(turn);
    this.list.append(turn);
    void over.then(() => {
      this.shown.delete(turn);
      turn.remove();
    });
  }

  /** They stand among the turns now. */
  clear(): void {
    for (const turn of this.shown) turn.remove();
    this.shown.clear();
  }
}
