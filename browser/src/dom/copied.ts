// Content of a transcript for the clipboard: formulas and tasks as they were written, without buttons.

const FORMULA = ".pg-math[data-tex]";
const TASK = ".pg-task > input";
const CONTROLS = "button, .pg-code-buttons, .pg-code-language, .pg-drawing";
/** Attributes that mean something outside the page. */
const ATTRIBUTES: ReadonlySet<string> = new Set(["href", "src", "alt", "start"]);

/** An element's content as HTML for the clipboard. */
export function htmlOf(shown: Node): string {
  const box = document.createElement("div");
  box.append(shown.cloneNode(true));
  makeCopyable(box);
  for (const wrapper of box.querySelectorAll(".pg-blocks, .pg-code, .pg-rows, .pg-lines"))
    wrapper.replaceWith(...wrapper.childNodes);
  for (const element of box.querySelectorAll("*")) {
    for (const name of element.getAttributeNames()) if (!ATTRIBUTES.has(name)) element.removeAttribute(name);
  }
  return box.innerHTML;
}

/** Copies a selection that has formulas or tasks in it: a browser would copy each drawing's pieces, twice, and no box. All else it copies itself. */
export function copySelection(event: ClipboardEvent, around: HTMLElement): void {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed || event.clipboardData === null) return;
  if (event.target instanceof HTMLTextAreaElement) return;
  const fragment = selection.getRangeAt(0).cloneContents();
  if (fragment.querySelector(`${FORMULA}, ${TASK}`) === null) return;
  const box = document.createElement("div");
  box.className = "pg-copied pg-markdown";
  box.append(fragment);
  makeCopyable(box);
  around.append(box);
  // biome-ignore lint/performance/useDomNodeTextContent: only what is laid out has lines.
  event.clipboardData.setData("text/plain", box.innerText);
  event.clipboardData.setData("text/html", box.innerHTML);
  box.remove();
  event.preventDefault();
}

function makeCopyable(box: HTMLElement): void {
  for (const formula of box.querySelectorAll<HTMLElement>(FORMULA)) {
    const tex = formula.dataset["tex"] ?? "";
    formula.textContent = formula.classList.contains("pg-display") ? `\\[${tex}\\]` : `\\(${tex}\\)`;
  }
  for (const task of box.querySelectorAll(TASK)) task.replaceWith(task.hasAttribute("checked") ? "[x]" : "[ ]");
  for (const control of box.querySelectorAll(CONTROLS)) control.remove();
}
