// The focus stays where a person works, though what had it is taken away.

/**
 * Changes the turns of a list. What has the focus has it afterwards; where it is gone, the same control of the turn that
 * has come in its place, else that turn's menu; `nowhere` is called where no turn is left.
 */
export function keepingFocus(list: HTMLElement, change: () => void, nowhere: () => void): void {
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
  const turns = [...list.children].filter((one) => one.matches("[data-turn]"));
  const instead = turns[Math.min(at, turns.length - 1)];
  if (instead === undefined) nowhere();
  else focusIn(instead, active);
}

/** Puts the focus on the control in an element that does what another one did, else on the menu. */
export function focusIn(element: Element, before: Element | null = null): void {
  const does = before?.getAttribute("data-do") ?? "menu";
  const name = before?.getAttribute("aria-label");
  const controls = [...element.querySelectorAll<HTMLButtonElement>("button[data-do]:enabled")];
  const same = controls.filter((control) => control.getAttribute("data-do") === does);
  const found =
    same.find((control) => control.getAttribute("aria-label") === name) ??
    same[0] ??
    controls.find((control) => control.getAttribute("data-do") === "menu");
  found?.focus({ preventScroll: true });
}
