/** Puts a text, and what it looks like where that is given, on the clipboard; says whether that was allowed. */
export async function copy(text: string, html = ""): Promise<boolean> {
  try {
    if (navigator.clipboard === undefined) return copyOldWay(text);
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

/** Pages of http hosts other than localhost have no clipboard of the new kind. */
function copyOldWay(text: string): boolean {
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
