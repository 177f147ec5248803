import { vi } from "vitest";
import { Box } from "../../src/composer/box";
import type { Content, Unsent } from "../../src/composer/drafts";
import { Notices } from "../../src/composer/notices";
import { Tray } from "../../src/composer/tray";
import { Written } from "../../src/composer/written";

// jsdom lays nothing out, and knows no styles.
vi.stubGlobal("CSS", { supports: () => true });

export const content = (text: string): Content => ({ text, pictures: [] });

/** The message box of a conversation with all its real parts, on the page. */
export function messageBox(key: string, hasArrived: (message: Unsent) => boolean | null = () => null) {
  const nothing = vi.fn();
  const box = new Box({
    send: nothing,
    editLast: () => false,
    begins: () => written.begins(),
    seen: () => written.seen(),
    written: () => written.typed(),
  });
  const tray = new Tray({ changed: nothing, refused: nothing, focus: nothing });
  const notices = new Notices((next) => written.exchange(next));
  const written: Written = new Written(box, tray, notices, nothing, hasArrived, key);
  document.body.replaceChildren(notices.element, box.field);
  /** Types at the end of the text, as a person does. */
  const type = (text: string): void => {
    const { field } = box;
    field.dispatchEvent(new InputEvent("beforeinput", { inputType: "insertText", data: text }));
    field.value += text;
    field.dispatchEvent(new InputEvent("input"));
  };
  return { box, notices, written, type };
}

/** The offers above the box, by their text. */
export const offers = (): string[] =>
  [...document.querySelectorAll(".pg-composer-offer")].map(({ textContent }) => textContent ?? "");

/** The problem above the box. */
export const problem = (): string => document.querySelector("[role=alert] p")?.textContent ?? "";
