/** What stands above the message box: a problem, a message that waits, words that can be taken up. */

import type { Problem } from "../channel/messages";
import { h } from "../dom/h";
import { cut } from "../page/cut_text";
import { isEmpty, type Words } from "./drafts";

/** A short wait is not worth a word. */
const SOON_MS = 150;
const MOST_OFFERS = 12;
/** What somebody wrote is offered by this name. */
export const PUT_BACK = "Put back";

/** What a message waits for. */
export type Wait = "setting" | "answer";
const REASONS: Record<Wait, string> = {
  setting: "Waiting for a setting to arrive",
  answer: "Waits until the answer has ended",
};

export class Notices {
  readonly shown: HTMLElement;
  private readonly problems = h("div", {});
  private readonly reason = h("p", { role: "status" });
  private readonly held = h("p", { class: "pg-composer-held" });
  private readonly waits = h("div", { class: "pg-composer-waiting", hidden: true });
  private readonly offered = new WeakMap<HTMLButtonElement, { label: string; words: Words }>();
  private readonly offers = h("div", { class: "pg-composer-offers" });
  private readonly sendNow = h("button", { type: "button" }, "Send now (stops it)");
  private readonly takeBack = h("button", { type: "button" }, "Take back");
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `take` puts words into the box and says which stood there before. */
  constructor(private readonly take: (words: Words) => Words) {
    this.waits.append(this.reason, this.held, this.sendNow, this.takeBack);
    this.shown = h("div", { class: "pg-composer-notices" }, this.problems, this.offers, this.waits);
  }

  /** What is done with a message that is held back. */
  onHeld({ sendNow, takeBack }: { sendNow(): void; takeBack(): void }): void {
    this.sendNow.addEventListener("click", sendNow);
    this.takeBack.addEventListener("click", takeBack);
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
  waiting(wait: Wait, messages: readonly Words[]): void {
    if (messages.length === 0) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.waits.hidden = true;
      return;
    }
    this.reason.textContent = REASONS[wait];
    this.held.textContent = messages.map(beginning).join(", ");
    this.sendNow.hidden = wait !== "answer";
    this.timer ??= setTimeout(() => this.waits.removeAttribute("hidden"), SOON_MS);
  }

  /** Offers words for the box, in exchange for what stands there. */
  offer(label: string, words: Words): void {
    const button = h("button", { type: "button", class: "pg-composer-offer" }, `${label} ${beginning(words)}`);
    button.addEventListener("click", () => {
      button.remove();
      const before = this.take(words);
      if (!isEmpty(before)) this.offer(PUT_BACK, before);
    });
    this.used(words);
    this.offered.set(button, { label, words });
    this.offers.append(button);
    while (this.offers.childElementCount > MOST_OFFERS) this.offers.firstElementChild?.remove();
  }

  /** What somebody wrote and can have back. */
  get written(): Words[] {
    const offers = [...this.offers.querySelectorAll("button")].flatMap((button) => this.offered.get(button) ?? []);
    return offers.filter(({ label }) => label === PUT_BACK).map(({ words }) => words);
  }

  /** These words were sent, or stand in the box: they are offered no longer. */
  used({ text, pictures }: Words): void {
    for (const button of this.offers.querySelectorAll("button")) {
      const words = this.offered.get(button)?.words;
      if (words?.text === text && words.pictures.length === pictures.length) button.remove();
    }
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
