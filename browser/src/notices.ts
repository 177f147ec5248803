/** What stands above the message box: a problem, a message that waits, words that can be taken up. */

import { cut } from "./cut_text";
import { isEmpty, type Words } from "./drafts";
import { h } from "./h";
import type { Problem } from "./messages";

/** A short wait is not worth a word. */
const SOON_MS = 150;

export class Notices {
  readonly shown: HTMLElement;
  private readonly problems = h("div", {});
  private readonly waits = h("div", { class: "pg-composer-waiting", hidden: true });
  private readonly offers = h("div", { class: "pg-composer-offers" });
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `take` puts words into the box and says which stood there before. */
  constructor(private readonly take: (words: Words) => Words) {
    this.shown = h("div", { class: "pg-composer-notices" }, this.problems, this.offers, this.waits);
  }

  /** Shows a problem until it is dismissed, or another one comes. */
  problem({ message, hint = "", details = "" }: Partial<Problem>): void {
    this.problems.replaceChildren(
      h(
        "div",
        { class: "pg-composer-problem", role: "alert" },
        h(
          "p",
          {},
          message ?? "",
          ...(hint ? [" ", h("span", {}, hint)] : []),
          ...(details ? [" ", h("small", {}, details)] : []),
        ),
        h("button", { type: "button", "aria-label": "Dismiss", click: () => this.fine() }, "Dismiss"),
      ),
    );
  }

  /** Nothing is wrong any more. */
  fine(): void {
    this.problems.replaceChildren();
  }

  /** Shows the messages that are held back, and why. */
  waiting(messages: readonly Words[], takeBack: () => void): void {
    if (messages.length === 0) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.waits.hidden = true;
    }
    this.waits.replaceChildren(
      h("p", { role: "status" }, "Waiting for a setting to arrive"),
      h("p", { class: "pg-composer-held" }, messages.map(beginning).join(", ")),
      h("button", { type: "button", click: takeBack }, "Take back"),
    );
    if (messages.length > 0) this.timer ??= setTimeout(() => this.waits.removeAttribute("hidden"), SOON_MS);
  }

  /** Offers words for the box, in exchange for what stands there. */
  offer(label: string, words: Words): void {
    const button = h("button", { type: "button", class: "pg-composer-offer" }, `${label} ${beginning(words)}`);
    button.addEventListener("click", () => {
      button.remove();
      const before = this.take(words);
      if (!isEmpty(before)) this.offer("Put back", before);
    });
    this.offers.append(button);
    while (this.offers.childElementCount > 3) this.offers.firstElementChild?.remove();
  }

  /** Nothing is offered any more: it belongs to another conversation. */
  clear(): void {
    this.fine();
    this.offers.replaceChildren();
  }
}

function beginning({ text, pictures }: Words): string {
  const line = text.trim().replace(/\s+/g, " ");
  if (line === "") return pictures.length === 1 ? "the picture" : `${pictures.length} pictures`;
  return `“${line.length > 48 ? `${cut(line, 47)}…` : line}”`;
}
