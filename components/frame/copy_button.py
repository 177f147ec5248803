"""A button that puts a text on the clipboard, which Streamlit has no widget for."""

import streamlit as st

_mount = st.components.v2.component(
    "copy_button",
    html='<button type="button"><span>Copy</span></button>',
    css="""
button {
  font: inherit; font-size: 0.95em; color: var(--st-text-color); background: none; border: 0; cursor: pointer;
  padding: 0.35rem 0.5rem; border-radius: var(--st-button-radius); white-space: nowrap;
}
button:hover, button:focus-visible { color: var(--st-primary-color); }
""",
    js="""
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const label = button.querySelector("span");
  const copy = async (written) => {
    const text = data.address ? new URL(written, document.baseURI).href : written;
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");   // http pages other than localhost have no clipboard API
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };
  label.textContent = data.name;
  button.setAttribute("aria-label", `Copy ${data.label}`);
  button.onclick = async () => {
    try { await copy(data.text); label.textContent = "Copied"; }
    catch { label.textContent = "Not allowed"; }
    setTimeout(() => { label.textContent = data.name; }, 1500);
  };
}
""",
)


def copy_button(text: str, *, key: str, label: str = "the answer", name: str = "Copy", address: bool = False) -> None:
    """A button that copies `text` as it was written; `label` says what it copies, `name` stands on it.

    An `address` is relative to the page, and is copied with all that is before it in this browser.
    """
    data = {"text": text, "label": label, "name": name, "address": address}
    _mount(data=data, key=key, width="content", height="content")
