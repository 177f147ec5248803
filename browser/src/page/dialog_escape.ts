// Esc closes an open dialog also where nothing has the focus: a button of it that was disabled for a while loses it.

/** Has a dialog of Streamlit's get the key that was pressed on the page below it. */
export function keepDialogEscape(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || document.activeElement !== document.body) return;
    const dialog = [
      ...document.querySelectorAll<HTMLElement>("[data-testid=stDialog] [role=dialog], [role=dialog][data-rac]"),
    ];
    const last = dialog.findLast((element) => element.getClientRects().length > 0);
    if (last === undefined) return;
    last.focus({ preventScroll: true });
    last.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Escape", code: "Escape", bubbles: true, cancelable: true }),
    );
  });
}
