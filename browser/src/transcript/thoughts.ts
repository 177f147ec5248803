import { h } from "../dom/h";
import { Words } from "./words";

/** What a model thought, folded: as plain text while it is, which costs nothing, and drawn once it is opened. */
export class Thoughts {
  readonly element: HTMLDetailsElement;
  private readonly label = h("summary", {});
  private readonly plain = document.createTextNode("");
  private readonly box = h("div", { class: "pg-plain" }, this.plain);
  private words: Words | null = null;
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
    const words = label === "" ? "Thoughts" : label;
    if (this.label.textContent !== words) this.label.textContent = words;
    this.label.classList.toggle("pg-thinking", live);
    this.live = live;
    if (this.words !== null) this.words.grow(text, live, grows);
    else if (grows) this.plain.appendData(text.slice(this.text.length));
    else this.plain.data = text;
    this.text = text;
  }

  private toggled(): void {
    if (!this.element.open || this.words !== null) return;
    this.words = new Words();
    this.words.grow(this.text, this.live);
    this.box.replaceWith(this.words.element);
  }
}
