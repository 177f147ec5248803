import { hasScreenKeyboard } from "../dom/keyboard";

/** Puts the focus into the message box for a slot; false where there is none, or where a keyboard would come up. */
export function focusMessageBox(slot: string): boolean {
  const pane = slot.match(/^pane-(\d+)$/)?.[1];
  const boxes = [...(pane === undefined ? [] : [`.st-key-composer-${pane}`]), ".st-key-composer"];
  const box = boxes
    .map((key) => document.querySelector<HTMLTextAreaElement>(`${key} textarea.pg-composer-text:enabled`))
    .find((found) => found !== null);
  if (box === undefined || box === null || hasScreenKeyboard()) return false;
  box.focus({ preventScroll: true });
  return true;
}
