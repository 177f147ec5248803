/**
 * The name of this page in this tab, and which others are open.
 *
 * The next page in the tab takes over what this one has kept. While this page is there, its name is nowhere that a copy of
 * the tab could have it from: session storage holds it from the end of one page to the beginning of the next.
 */

import { newId } from "./id";

const LEFT = "pg-tab";
const LOCK = "pg-tab ";

/** That of this page, whichever versions of this code run in it. */
export const tab = thisTab();

function thisTab(): string {
  const page = document.documentElement;
  const known = page.getAttribute("data-pg-tab");
  if (known !== null) return known;
  const name = newId();
  page.setAttribute("data-pg-tab", name);
  void navigator.locks?.request(LOCK + name, () => new Promise(() => {}));
  window.addEventListener("pagehide", () => exchangeLeft(name));
  return name;
}

/** `takeOver` is called with the name of the page before in this tab, where there was one. */
export function afterAnother(takeOver: (before: string) => void): void {
  const begin = (): void => {
    const before = exchangeLeft(null);
    if (before !== null) takeOver(before);
  };
  window.addEventListener("pageshow", begin); // a page can come back from the history as it was
  begin();
}

/** Those of all pages that are open; without locks (a page that is not served securely) none is known to be. */
export async function openTabs(): Promise<ReadonlySet<string>> {
  const { held = [], pending = [] } = (await navigator.locks?.query()) ?? {};
  const names = [...held, ...pending].map(({ name = "" }) => name);
  return new Set(names.filter((name) => name.startsWith(LOCK)).map((name) => name.slice(LOCK.length)));
}

/** Does something while no other page does the same. */
export async function alone(what: string, act: () => Promise<void>): Promise<void> {
  await (navigator.locks?.request(what, act) ?? act());
}

function exchangeLeft(name: string | null): string | null {
  try {
    const before = sessionStorage.getItem(LEFT);
    if (name === null) sessionStorage.removeItem(LEFT);
    else sessionStorage.setItem(LEFT, name);
    return before;
  } catch {
    return null; // not allowed here
  }
}
