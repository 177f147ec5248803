declare const STYLES: string;

let added = false;

/** Puts the part's style sheet on the page, once. */
export function addStyles(): void {
  if (added) return;
  added = true;
  const sheet = document.createElement("style");
  sheet.textContent = STYLES;
  document.head.append(sheet);
}
