import { withoutDirection } from "./morph";

const HOLDS_WORDS = /^(?:P|H\d|UL|OL|LI|BLOCKQUOTE|TABLE|TBODY|THEAD|TR|TD|TH|DIV|PRE|CODE)$/;

/** Adds words to the last block as they were written, until it is read again. */
export function addPlainly(element: Element, text: string): void {
  let last = element;
  while (last.lastElementChild !== null && HOLDS_WORDS.test(last.lastElementChild.tagName))
    last = last.lastElementChild;
  const add = (): void => {
    if (last.lastChild instanceof Text) last.lastChild.appendData(text);
    else last.append(text);
  };
  const directed = last.closest("[dir]");
  if (directed === null) add();
  else withoutDirection(directed, add);
}
