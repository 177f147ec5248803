import { h } from "../dom/h";
import { KEYS } from "./keys";

/** The keys, over all else. */
export function keyMap(): HTMLDialogElement {
  const rows = KEYS.filter(({ label }) => label !== "").map(({ label, does }) =>
    h("tr", {}, h("th", { scope: "row" }, h("kbd", {}, label)), h("td", {}, does)),
  );
  const close = h("button", { type: "button", class: "pg-button", click: () => dialog.close() }, "Close");
  const dialog = h(
    "dialog",
    { class: "pg-stage-keys", "aria-label": "Keys" },
    h("h2", {}, "Keys"),
    h("p", { class: "pg-note" }, "A presenter's remote works too: it presses Page Down, Page Up and B."),
    h("table", {}, h("tbody", {}, ...rows)),
    close,
  );
  return dialog;
}
