import { h } from "../dom/h";
import { cut } from "../page/cut_text";
import { figure } from "../page/figures";
import { button } from "./parts";

const LONG = 4_000;
const LONG_IN_PANE = 300;

/** A person's message as it was written; a long one is cut until it is unfolded. */
export class Question {
  readonly element = h("div", { class: "pg-question", "data-part": "text" });
  private text = "";
  private whole = false;

  constructor(private readonly compact: boolean) {}

  show(text: string): void {
    this.text = text;
    const beginning = this.whole ? text : cut(text, this.compact ? LONG_IN_PANE : LONG);
    const unfold = button("unfold", `Show all ${figure(text.length)} characters`);
    this.element.replaceChildren(...(beginning === text ? [text] : [`${beginning}…`, unfold]));
  }

  unfold(): void {
    this.whole = true;
    this.show(this.text);
  }
}
