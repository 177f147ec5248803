import type { Problem } from "../channel/messages";
import { h } from "../dom/h";

type NamedPage = Exclude<NonNullable<Problem["page"]>, "">;

/** What a problem leads to on each page. */
const LABELS: Record<NamedPage, string> = { connections: "Connections", usage: "Budgets" };

/** A link to another page of the app: by Streamlit's navigation where that is on screen, which keeps the session. */
export function pageLink(page: NamedPage): HTMLElement {
  const follow = (event: Event) => {
    const navigation = document.querySelector<HTMLAnchorElement>(`nav a[href$="/${page}"]`);
    if (navigation === null || !(event instanceof MouseEvent) || event.ctrlKey || event.metaKey || event.shiftKey)
      return;
    event.preventDefault();
    navigation.click();
  };
  return h("a", { href: new URL(page, document.baseURI).href, click: follow }, LABELS[page]);
}
