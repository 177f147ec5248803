// A small script that every page has before Streamlit's own: what Streamlit's frame around the pages lacks.

import { h } from "../dom/h";
import { keepTheme } from "./theme";

/** The names of buttons in the header that Streamlit calls after what they are and not what they are for. */
const NAMES = {
  stMainMenuButton: "Theme and more",
  stExpandSidebarButton: "Menu",
} as const;

const STYLES = `
.pg-skip { position: fixed; top: -5rem; left: 0.5rem; z-index: 1000070; padding: 0.5rem 0.8rem; border-radius: 0.5rem;
  background: #0a6464; color: #fff; font-family: inherit; }
.pg-skip:focus { top: 0.5rem; outline: 2px solid #fff; outline-offset: -4px; }
.st-key-hidden_page_title { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[data-testid=stToolbar]::before { content: "LLM playground"; flex: none; padding: 0 0.8rem; font-weight: 600; white-space: nowrap; }
[data-testid=stToolbar] > * { width: auto; min-width: 0; }
[data-testid=stToolbar] > :first-child { flex: 1; }
[data-testid=stToolbar] > :last-child:not(:first-child) { flex: none; }
[data-testid=stMainMenuButton] > * { display: none; }
[data-testid=stMainMenuButton]::after { content: "Theme"; }
[data-testid=stMainMenuButton], [data-testid=stExpandSidebarButton] { width: auto; padding: 0 0.5rem; font-size: 0.9rem; gap: 0.3rem; }
@media (max-width: 768px) { [data-testid=stExpandSidebarButton]::after { content: "Menu"; } }
:is(a, button, summary, [role=button], [role=tab], [role=menuitem], [role=menuitemradio]):focus-visible {
  outline: 2px solid var(--st-primary-color, #1b8a85); outline-offset: 1px; }
`;

keepTheme();
document.head.append(h("style", {}, STYLES));
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
    for (const [id, said] of Object.entries(NAMES)) {
      document.querySelector(`[data-testid=${id}]`)?.setAttribute("aria-label", said);
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
