import { h, icon } from "../dom/h";
import { TOOL } from "../dom/icons";
import { cut } from "../page/cut_text";
import { figure } from "../page/figures";
import { button } from "./parts";

const MOST_LINES = 6;
const LONG = 400;

/** The result of a tool, less prominent than a message, with the tool's name; a long one is cut. */
export class ToolResult {
  readonly element: HTMLElement;
  private readonly heading = h("span", {}, "Result of a tool");
  private readonly content = h("div", { class: "pg-tool-words", "data-part": "text" });
  private text = "";
  private whole = false;

  constructor() {
    const head = h("div", { class: "pg-tool-name" }, icon(TOOL), this.heading);
    this.element = h("div", { class: "pg-tool-result" }, head, this.content);
  }

  /** Sets the name of the tool, once it is known. */
  setName(name: string): void {
    this.heading.textContent = `Result of ${name}`;
  }

  show(text: string): void {
    this.text = text;
    const beginning = this.whole ? text : cut(text.split("\n", MOST_LINES).join("\n"), LONG);
    const isAll = beginning.length === text.length;
    const unfold = button("unfold", `Show all ${figure(text.length)} characters`);
    this.content.replaceChildren(text === "" ? "(empty)" : beginning, ...(isAll ? [] : ["…", unfold]));
  }

  unfold(): void {
    this.whole = true;
    this.show(this.text);
  }
}
