/** Whether something on the page has a use for Esc of its own. */

const OVERLAYS =
  "[role=listbox], [role=menu], [role=dialog], [role=alertdialog], dialog[open], details.pg-menu[open], [aria-modal=true], " +
  "[data-testid=stPopoverBody]";
const FIELD = "input, textarea, select, [contenteditable=true]";

/** Call before any other handler of the key: a list that it closes is gone afterwards. */
export function takesEscape(event: KeyboardEvent, box: HTMLTextAreaElement): boolean {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return true;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return true;
  if (document.fullscreenElement || hasOpen(OVERLAYS) || hasOpen(":popover-open")) return true;
  const active = document.activeElement;
  if (active === null || active === box || !active.matches(FIELD)) return false;
  const expanded = active.getAttribute("aria-expanded");
  if (expanded !== null) return expanded === "true";
  if (active.closest('[class*="pg-"], #portal') !== null) return true;
  if (active.matches("[type=checkbox], [type=radio], [type=range], [type=button]")) return false;
  return !("value" in active) || active.value !== "";
}

function hasOpen(selector: string): boolean {
  try {
    return [...document.querySelectorAll(selector)].some((element) => element.getClientRects().length > 0);
  } catch {
    return false; // a browser that does not know :popover-open has none
  }
}
