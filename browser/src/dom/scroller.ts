/** What scrolls an element: the nearest box around it that does, or the page. */
export function scrollerOf(element: Element): Element {
  let box = element.parentElement;
  while (box !== null && !/auto|scroll/.test(getComputedStyle(box).overflowY)) box = box.parentElement;
  return box ?? document.scrollingElement ?? document.documentElement;
}
