/** Signs that turn the writing of what comes after them: https://www.unicode.org/reports/tr9/#Directional_Formatting_Codes. */
const TURNING = /([\u202a-\u202e\u2066-\u2069])/;

/** Whether a text would be read otherwise than it is written. */
export const turns = (text: string): boolean => TURNING.test(text);

/** A text with its turning signs as elements that are seen and turn nothing: what follows is read as it is written. */
export function withoutTurns(text: string): (string | HTMLElement)[] {
  return text
    .split(TURNING)
    .map((part, at) => (at % 2 === 1 ? sign(part) : part))
    .filter((part) => part !== "");
}

/** The same for all that an element holds. */
export function stopTurns(root: DocumentFragment): DocumentFragment {
  if (!turns(root.textContent ?? "")) return root;
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) found.push(node as Text);
  for (const text of found) if (turns(text.data)) text.replaceWith(...withoutTurns(text.data));
  return root;
}

function sign(character: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "pg-direction-sign";
  element.title = `U+${character.charCodeAt(0).toString(16).toUpperCase()}`;
  element.textContent = character;
  return element;
}
