import { h } from "./h";

/** Questions that were sent and are not told by the server yet: on screen with the key press. */
export class Sending {
  private readonly shown = new Set<HTMLElement>();

  constructor(private readonly list: HTMLElement) {}

  /** Shows it until it is `over`. */
  add(words: string, over: Promise<unknown>): void {
    const question = h("div", { class: "pg-question", dir: "auto" }, words);
    const turn = h("div", { class: "pg-turn pg-user pg-sending" }, question);
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
