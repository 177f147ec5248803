// A small script that runs on every page before Streamlit's own, and adds what Streamlit's frame lacks.

import { h } from "../dom/h";
import { keepDialogEscape } from "./dialog_escape";
import { keepNewTabs } from "./new_tab";
import { keepPresentKey } from "./present_key";
import { keepTheme } from "./theme";
import { keepClicksWhole } from "./whole_click";

/** Accessible names for buttons in the header, whose own say what they are and not what they are for. */
const NAMES = {
  stMainMenuButton: "Theme and more",
  stExpandSidebarButton: "Menu",
} as const;

declare const FRAME_STYLES: string;

keepTheme();
keepClicksWhole();
keepNewTabs();
keepPresentKey();
keepDialogEscape();
document.head.append(h("style", {}, FRAME_STYLES));
document.addEventListener("DOMContentLoaded", () => {
  document.body.prepend(skipLink());
  nameButtons();
});

/** The first stop of Tab where a message can be written. */
function skipLink(): HTMLElement {
  const box = () => document.querySelector<HTMLTextAreaElement>(".st-key-composer textarea:enabled");
  const link = h("a", { class: "pg-skip", href: "#composer", hidden: "" }, "Skip to the message box");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    box()?.focus();
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Tab") link.hidden = box() === null;
  });
  return link;
}

/** Names them whenever Streamlit draws the header. */
function nameButtons(): void {
  const name = () => {
    for (const [id, label] of Object.entries(NAMES)) {
      document.querySelector(`[data-testid=${id}]`)?.setAttribute("aria-label", label);
    }
  };
  const untilThere = new MutationObserver(() => {
    const header = document.querySelector("[data-testid=stHeader]");
    if (header === null) return;
    untilThere.disconnect();
    new MutationObserver(name).observe(header, { childList: true, subtree: true });
    name();
  });
  untilThere.observe(document.body, { childList: true, subtree: true });
}
