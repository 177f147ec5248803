import { h } from "../dom/h";
import { ModelText } from "./model_text";

/** A model's thoughts in a fold: plain text while it is closed, which costs nothing, and drawn once it is opened. */
export class Thoughts {
  readonly element: HTMLDetailsElement;
  private readonly label = h("summary", {});
  private readonly plain = document.createTextNode("");
  private readonly box = h("div", { class: "pg-plain" }, this.plain);
  private drawn: ModelText | null = null;
  private text = "";
  private live = false;

  constructor() {
    this.element = h(
      "details",
      { class: "pg-fold pg-thoughts", "data-part": "thoughts", toggle: () => this.toggled() },
      this.label,
      this.box,
    );
  }

  show(text: string, label: string, live: boolean, grows: boolean): void {
    const summary = label === "" ? "Thoughts" : label;
    if (this.label.textContent !== summary) this.label.textContent = summary;
    this.label.classList.toggle("pg-thinking", live);
    this.live = live;
    if (this.drawn !== null) this.drawn.grow(text, live, grows);
    else if (grows) this.plain.appendData(text.slice(this.text.length));
    else this.plain.data = text;
    this.text = text;
  }

  private toggled(): void {
    if (!this.element.open || this.drawn !== null) return;
    this.drawn = new ModelText();
    this.drawn.grow(this.text, this.live);
    this.box.replaceWith(this.drawn.element);
  }
}
