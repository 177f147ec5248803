// A click right after typing. Leaving a field sends what was typed, the page is drawn anew, and the button moves from
// under the pointer between its being pressed and let go: no click comes of that.

const FIELDS = ".stTextArea, .stTextInput, .stNumberInput";
const BUTTONS = "button, [role=button], summary, a[href]";

/** Has a field keep the focus until the button that is pressed is let go; then what was typed is sent before the click. */
export function keepClicksWhole(): void {
  document.addEventListener(
    "mousedown",
    (event) => {
      if (leaves(event.target) !== null) event.preventDefault();
    },
    { capture: true },
  );
  document.addEventListener("click", ({ target }) => leaves(target)?.focus({ preventScroll: true }), { capture: true });
}

/** The button that is pressed, where a field has the focus that it is no part of. */
function leaves(target: EventTarget | null): HTMLElement | null {
  const field = document.activeElement?.closest(FIELDS);
  const button = target instanceof Element ? target.closest<HTMLElement>(BUTTONS) : null;
  return field === null || field === undefined || button === null || field.contains(button) ? null : button;
}
