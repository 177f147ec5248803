// A pane of the stage: its name, and of its conversation the question on screen with what was answered.

import type { Channel, Leave, SlotView } from "../channel/channel";
import { h } from "../dom/h";
import type { Component } from "../page/component";
import { Log, type TranscriptData } from "../transcript/log";

/** Of the height of a pane, that an arrow key scrolls. */
const STRIDE = 0.4;

export class Pane {
  readonly element: HTMLElement;
  private readonly name = h("h2", { class: "pg-stage-name" });
  private readonly scroller = h("div", { class: "pg-stage-answer", tabindex: "0" });
  private readonly log: Log;
  private readonly leaves: Leave[] = [];
  private turn = "";
  private busy = false;
  private isDrawn = false;

  constructor(channel: Channel, data: TranscriptData, run: () => void) {
    this.element = h("article", { class: "pg-stage-pane" }, this.name, this.scroller);
    const component: Component<TranscriptData> = {
      data,
      parentElement: this.scroller,
      setTriggerValue: (name) => {
        if (name === "run") run();
      },
    };
    this.log = new Log(channel, data, component);
    this.leaves.push(channel.join(data.slot, { slot: (slot) => this.slot(slot), turn: () => this.filter() }));
  }

  show(name: string, turn: string, isShown: boolean): void {
    if (this.name.textContent !== name) this.name.textContent = name;
    this.scroller.setAttribute("aria-label", `Answer of ${name}`);
    this.element.hidden = !isShown;
    if (turn === this.turn) return;
    this.turn = turn;
    this.filter();
    if (!this.busy) this.log.rest();
  }

  scroll(direction: 1 | -1): void {
    this.scroller.scrollBy({ top: direction * STRIDE * this.scroller.clientHeight, behavior: "instant" });
  }

  leave(): void {
    for (const leave of this.leaves) leave();
    this.log.leave();
    this.element.remove();
  }

  private slot({ busy }: SlotView): void {
    this.filter();
    const begins = busy && !this.busy;
    this.busy = busy;
    if (begins) this.log.follow();
    else if (!busy && !this.isDrawn) this.log.rest();
    this.isDrawn = true;
  }

  /** Shows the turns from the question on screen up to the next one. */
  private filter(): void {
    let isOn = false;
    for (const turn of this.log.log.querySelectorAll<HTMLElement>(".pg-turns > [data-turn]")) {
      const { turn: id = "", role } = turn.dataset;
      if (role === "user") isOn = id === this.turn;
      turn.classList.toggle("pg-off", !isOn);
    }
  }
}
