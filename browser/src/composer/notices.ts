/** Notices above the message box: a problem, messages that wait, content that can be put into the box. */

import type { Problem } from "../channel/messages";
import { h } from "../dom/h";
import { cut } from "../page/cut_text";
import { pageLink } from "../page/page_link";
import { type Content, isEmpty } from "./drafts";

/** Shorter waits are not shown. */
const SOON_MS = 150;
const MOST_OFFERS = 12;
/** The label of an offer that somebody wrote. */
export const PUT_BACK = "Put back";

/** What a message waits for. */
export type Wait = "setting" | "answer";
const REASONS: Record<Wait, string> = {
  setting: "Waiting for a setting to arrive",
  answer: "Waits until the answer has ended",
};

export class Notices {
  readonly element: HTMLElement;
  private readonly problems = h("div", {});
  private readonly waitReason = h("p", { role: "status" });
  private readonly heldTexts = h("p", { class: "pg-composer-held" });
  private readonly waitingBox = h("div", { class: "pg-composer-waiting", hidden: true });
  private readonly offered = new WeakMap<HTMLButtonElement, { label: string; content: Content }>();
  private readonly offers = h("div", { class: "pg-composer-offers" });
  private readonly sendNow = h("button", { type: "button" }, "Send now (stops it)");
  private readonly takeBack = h("button", { type: "button" }, "Take back");
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `exchange` replaces the content of the box and returns what it was before. */
  constructor(private readonly exchange: (content: Content) => Content) {
    this.waitingBox.append(this.waitReason, this.heldTexts, this.sendNow, this.takeBack);
    this.element = h("div", { class: "pg-composer-notices" }, this.problems, this.offers, this.waitingBox);
  }

  /** Sets what the buttons do for messages that are held back. */
  onHeld({ sendNow, takeBack }: { sendNow(): void; takeBack(): void }): void {
    this.sendNow.addEventListener("click", sendNow);
    this.takeBack.addEventListener("click", takeBack);
  }

  /** Shows a problem until it is dismissed, or another one comes. */
  problem({ message, hint = "", details = "", page = "" }: Partial<Problem>): void {
    this.problems.replaceChildren(
      h(
        "div",
        { class: "pg-composer-problem", role: "alert" },
        h(
          "p",
          {},
          message ?? "",
          ...(hint ? [" ", h("span", {}, hint)] : []),
          ...(page ? [" ", pageLink(page)] : []),
          ...(details ? [" ", h("small", {}, details)] : []),
        ),
        h("button", { type: "button", "aria-label": "Dismiss", click: () => this.dismiss() }, "Dismiss"),
      ),
    );
  }

  /** Hides the problem. */
  dismiss(): void {
    this.problems.replaceChildren();
  }

  /** Shows the messages that are held back, and why. */
  waiting(wait: Wait, messages: readonly Content[]): void {
    if (messages.length === 0) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.waitingBox.hidden = true;
      return;
    }
    this.waitReason.textContent = REASONS[wait];
    this.heldTexts.textContent = messages.map(beginning).join(", ");
    this.sendNow.hidden = wait !== "answer";
    this.timer ??= setTimeout(() => this.waitingBox.removeAttribute("hidden"), SOON_MS);
  }

  /** Offers content for the box; whoever takes it is offered what was in the box before. */
  offer(label: string, content: Content): void {
    const button = h("button", { type: "button", class: "pg-composer-offer" }, `${label} ${beginning(content)}`);
    button.addEventListener("click", () => {
      button.remove();
      const before = this.exchange(content);
      if (!isEmpty(before)) this.offer(PUT_BACK, before);
    });
    this.withdraw(content);
    this.offered.set(button, { label, content });
    this.offers.append(button);
    while (this.offers.childElementCount > MOST_OFFERS) this.offers.firstElementChild?.remove();
  }

  /** The offers that somebody wrote. */
  get putBack(): Content[] {
    const offers = [...this.offers.querySelectorAll("button")].flatMap((button) => this.offered.get(button) ?? []);
    return offers.filter(({ label }) => label === PUT_BACK).map(({ content }) => content);
  }

  /** Withdraws the offer of content that was sent, or is in the box. */
  withdraw({ text, pictures }: Content): void {
    for (const button of this.offers.querySelectorAll("button")) {
      const content = this.offered.get(button)?.content;
      if (content?.text === text && content.pictures.length === pictures.length) button.remove();
    }
  }

  /** Removes the problem and all offers: the box is for another conversation now. */
  clear(): void {
    this.dismiss();
    this.offers.replaceChildren();
  }
}

function beginning({ text, pictures }: Content): string {
  const line = text.trim().replace(/\s+/g, " ");
  if (line === "") return pictures.length === 1 ? "the picture" : `${pictures.length} pictures`;
  return `“${line.length > 48 ? `${cut(line, 47)}…` : line}”`;
}
