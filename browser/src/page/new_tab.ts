// Links to pages of the app in a new tab: Streamlit opens them in this one however they are clicked, and those to the
// first page have only a query as their address, which the browser takes for one of the page that is open.

/** Has links to pages lead in a new tab where they lead in this one, and clicks with Ctrl, Cmd or Shift open one. */
export function keepNewTabs(): void {
  for (const name of ["pointerdown", "focusin"]) {
    document.addEventListener(name, ({ target }) => correct(linkAt(target)), { capture: true });
  }
  document.addEventListener(
    "click",
    (event) => {
      if (linkAt(event.target) !== null && (event.ctrlKey || event.metaKey || event.shiftKey)) event.stopPropagation();
    },
    { capture: true },
  );
}

function linkAt(target: EventTarget | null): Element | null {
  return target instanceof Element ? target.closest("a[href]") : null;
}

function correct(link: Element | null): void {
  const address = link?.getAttribute("href") ?? "";
  if (link?.matches("[data-testid=stPageLink-NavLink]") && /^(\?|$)/.test(address)) {
    link.setAttribute("href", `./${address}`);
  }
}
