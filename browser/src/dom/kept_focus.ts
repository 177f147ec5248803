// Keeps the focus near where it was, when the element that had it is removed.

/**
 * Changes the turns of a list. The element with the focus keeps it; if it is removed, the same control of the turn in its
 * place gets it, else that turn's menu. `noTurnLeft` is called where the list is empty then.
 */
export function keepingFocus(list: HTMLElement, change: () => void, noTurnLeft: () => void): void {
  const active = document.activeElement;
  const turn = active instanceof HTMLElement && list.contains(active) ? active.closest("[data-turn]") : null;
  if (turn === null || !(active instanceof HTMLElement)) {
    change();
    return;
  }
  const at = [...list.children].indexOf(turn);
  change();
  if (document.activeElement === active) return;
  if (active.isConnected) {
    active.focus({ preventScroll: true });
    return;
  }
  const turns = [...list.children].filter((child) => child.matches("[data-turn]"));
  const replacement = turns[Math.min(at, turns.length - 1)];
  if (replacement === undefined) noTurnLeft();
  else focusIn(replacement, active);
}

/** Focuses the control of an element with the same `data-do` as `before`, else its menu button. */
export function focusIn(element: Element, before: Element | null = null): void {
  const action = before?.getAttribute("data-do") ?? "menu";
  const name = before?.getAttribute("aria-label");
  const controls = [...element.querySelectorAll<HTMLButtonElement>("button[data-do]:enabled")];
  const same = controls.filter((control) => control.getAttribute("data-do") === action);
  const found =
    same.find((control) => control.getAttribute("aria-label") === name) ??
    same[0] ??
    controls.find((control) => control.getAttribute("data-do") === "menu");
  found?.focus({ preventScroll: true });
}
