import { copy } from "../dom/clipboard";

const NOTICE_MS = 1_500;

/** Has the buttons of all blocks of code in an element do what they say. */
export function setUpButtons(root: HTMLElement): void {
  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>(".pg-code-buttons > button") : null;
    const block = button?.closest<HTMLElement>(".pg-code");
    if (!button || !block) return;
    const text = (block.querySelector("code")?.textContent ?? "").replace(/\n$/, "");
    if (button.className === "pg-copy") void copyText(button, text);
    else void drawText(button, block, text);
  });
}

async function copyText(button: HTMLElement, text: string): Promise<void> {
  showBriefly(button, (await copy(text)) ? "Copied" : "Not allowed", "Copy");
}

async function drawText(button: HTMLElement, block: HTMLElement, text: string): Promise<void> {
  button.textContent = "Drawing…";
  try {
    const { drawing } = await import("./mermaid");
    const made = await drawing(text);
    const container = block.querySelector(".pg-drawing") ?? block.appendChild(document.createElement("div"));
    container.className = "pg-drawing";
    container.replaceChildren(made);
    button.textContent = "Draw";
  } catch {
    showBriefly(button, "Not a drawing", "Draw");
  }
}

function showBriefly(button: HTMLElement, text: string, then: string): void {
  button.textContent = text;
  setTimeout(() => {
    button.textContent = then;
  }, NOTICE_MS);
}
