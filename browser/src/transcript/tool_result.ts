import { h, icon } from "../dom/h";
import { TOOL } from "../dom/icons";
import { cut } from "../page/cut_text";
import { button, figure } from "./parts";

const MOST_LINES = 6;
const LONG = 400;

/** What a tool answered: quieter than what a person says, with the name of the tool, the beginning of what is long. */
export class ToolResult {
  readonly element: HTMLElement;
  private readonly name = h("span", {}, "Result of a tool");
  private readonly words = h("div", { class: "pg-tool-words", "data-part": "text" });
  private text = "";
  private whole = false;

  constructor() {
    const head = h("div", { class: "pg-tool-name" }, icon(TOOL), this.name);
    this.element = h("div", { class: "pg-tool-result" }, head, this.words);
  }

  /** The tool's name is known. */
  named(name: string): void {
    this.name.textContent = `Result of ${name}`;
  }

  show(text: string): void {
    this.text = text;
    const beginning = this.whole ? text : cut(text.split("\n", MOST_LINES).join("\n"), LONG);
    const isAll = beginning.length === text.length;
    const more = button("unfold", `Show all ${figure(text.length)} characters`);
    this.words.replaceChildren(text === "" ? "(empty)" : beginning, ...(isAll ? [] : ["…", more]));
  }

  unfold(): void {
    this.whole = true;
    this.show(this.text);
  }
}
