import { h } from "./h";

/** A question being worded differently. Ctrl+Enter sends, Esc gives up. */
export function editor(text: string, send: (text: string) => void, cancel: () => void): HTMLElement {
  const box = h("textarea", { class: "pg-edit-box", "aria-label": "Edit message", rows: "3" });
  box.value = text;
  const submit = (): void => {
    if (box.value.trim() !== "") send(box.value);
  };
  const form = h(
    "form",
    {
      class: "pg-edit",
      submit: (event) => {
        event.preventDefault();
        submit();
      },
      keydown: (event) => {
        if (!(event instanceof KeyboardEvent) || event.isComposing) return;
        if (event.key === "Escape") cancel();
        else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
        else return;
        event.preventDefault();
        event.stopPropagation();
      },
    },
    box,
    h(
      "div",
      { class: "pg-edit-row" },
      h("button", { type: "submit", class: "pg-button pg-primary" }, "Send"),
      h("button", { type: "button", class: "pg-button", click: cancel }, "Cancel"),
      h("span", { class: "pg-note" }, "The conversation forks here; the old branch stays."),
    ),
  );
  const resize = (): void => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  };
  box.addEventListener("input", resize);
  queueMicrotask(() => {
    resize();
    box.focus();
    box.setSelectionRange(text.length, text.length);
  });
  return form;
}
