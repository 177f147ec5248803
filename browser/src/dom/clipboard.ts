/** Puts a text, with its HTML where that is passed, on the clipboard; returns whether the browser allowed it. */
export async function copy(text: string, html = ""): Promise<boolean> {
  try {
    if (navigator.clipboard === undefined) return copyByCommand(text);
    if (html !== "" && typeof ClipboardItem !== "undefined") {
      const kinds = { "text/plain": text, "text/html": html };
      const blobs = Object.entries(kinds).map(([type, content]) => [type, new Blob([content], { type })]);
      await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    } else {
      await navigator.clipboard.writeText(text);
    }
    return true;
  } catch {
    return false;
  }
}

/** Pages over plain http have no clipboard API, except on localhost. */
function copyByCommand(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
