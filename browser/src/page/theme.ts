// The theme that was chosen: Streamlit keeps one for each address and forgets it on all others.

const STORAGE_KEY = "playground-theme";
/** Where Streamlit 1.67 looks before it draws the page that was opened at this address. */
const STREAMLIT_KEY = `stActiveTheme-${location.pathname}-v2`;
const CHOICE = "[data-testid^=stMainMenuItem-theme-]";

/** Gives this page the theme that was chosen on another one, and keeps what is chosen from now on. */
export function keepTheme(): void {
  try {
    const chosen = localStorage.getItem(STORAGE_KEY);
    if (chosen !== null) localStorage.setItem(STREAMLIT_KEY, chosen);
  } catch {
    return; // a browser that keeps nothing
  }
  document.addEventListener(
    "click",
    ({ target }) => {
      const choice = target instanceof Element ? target.closest<HTMLElement>(CHOICE) : null;
      const name = choice?.getAttribute("data-testid")?.split("-").at(-1);
      if (name !== undefined) localStorage.setItem(STORAGE_KEY, JSON.stringify(name));
    },
    { capture: true },
  );
}
