import { h } from "../dom/h";
import { cut } from "../page/cut_text";
import { button, figure } from "./parts";

const LONG = 4_000;
const LONG_IN_A_PANE = 300;

/** What a person, or a tool, said: as it was written, the beginning of what is long. */
export class Question {
  readonly element = h("div", { class: "pg-question", "data-part": "text" });
  private text = "";
  private whole = false;

  constructor(private readonly compact: boolean) {}

  show(text: string): void {
    this.text = text;
    const beginning = this.whole ? text : cut(text, this.compact ? LONG_IN_A_PANE : LONG);
    const more = button("unfold", `Show all ${figure(text.length)} characters`);
    this.element.replaceChildren(...(beginning === text ? [text] : [`${beginning}…`, more]));
  }

  unfold(): void {
    this.whole = true;
    this.show(this.text);
  }
}
