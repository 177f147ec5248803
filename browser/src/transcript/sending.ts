import { h } from "../dom/h";
import { Question } from "./question";

/** Questions that were sent, shown at once until the server has answered the request. */
export class Sending {
  private readonly shown = new Set<HTMLElement>();
  private count = 0;

  constructor(
    private readonly list: HTMLElement,
    private readonly compact: boolean,
  ) {}

  /** Shows a question until its request has an outcome. */
  add(text: string, outcome: Promise<unknown>): void {
    const question = new Question(this.compact);
    question.show(text);
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
    void outcome.then(() => {
      this.shown.delete(turn);
      turn.remove();
    });
  }

  /** Removes all: they are among the turns now. */
  clear(): void {
    for (const turn of this.shown) turn.remove();
    this.shown.clear();
  }
}
