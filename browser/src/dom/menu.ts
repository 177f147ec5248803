import { h } from "./h";

export interface Item {
  readonly name: string;
  readonly action: () => void;
}

let close: (() => void) | undefined;

/** Opens a menu under a button, or closes the one that is open there. Arrows, Home, End, letters and Esc work in it. */
export function openMenu(opener: HTMLElement, items: readonly Item[], into: HTMLElement): void {
  const wasOpen = opener.getAttribute("aria-expanded") === "true";
  close?.();
  if (wasOpen) return;
  const menu = h("div", { class: "pg-menu", role: "menu", "aria-label": "What to do with this message" });
  const shut = (refocus: boolean): void => {
    close = undefined;
    menu.remove();
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("scroll", follow, true);
    window.removeEventListener("resize", follow);
    if (refocus) opener.focus();
  };
  const outside = (event: Event): void => {
    const target = event.target as Node;
    if (!menu.contains(target) && !opener.contains(target)) shut(false);
  };
  const follow = (): void => place(menu, opener);
  const choose = (item: Item): void => {
    shut(true);
    item.action();
  };
  menu.append(
    ...items.map((item) =>
      h("button", { type: "button", role: "menuitem", tabindex: "-1", click: () => choose(item) }, item.name),
    ),
  );
  menu.addEventListener("keydown", (event) => {
    if (!move(menu, event, () => shut(true))) return;
    event.preventDefault();
    event.stopPropagation();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget) && relatedTarget !== opener) shut(false);
  });
  close = () => shut(false);
  opener.setAttribute("aria-expanded", "true");
  into.append(menu);
  place(menu, opener);
  document.addEventListener("pointerdown", outside, true);
  window.addEventListener("scroll", follow, true);
  window.addEventListener("resize", follow);
  (menu.firstElementChild as HTMLElement | null)?.focus({ preventScroll: true });
}

/** Handles a key in a menu; returns whether it means something there. */
function move(menu: HTMLElement, event: KeyboardEvent, shut: () => void): boolean {
  const items = [...menu.children] as HTMLElement[];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = (index: number): boolean => {
    items[(index + items.length) % items.length]?.focus();
    return true;
  };
  switch (event.key) {
    case "ArrowDown":
      return to(at + 1);
    case "ArrowUp":
      return to(at < 0 ? -1 : at - 1);
    case "Home":
      return to(0);
    case "End":
      return to(-1);
    case "Escape":
      shut();
      return true;
    case "Tab":
      shut();
      return false;
  }
  if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return false;
  const letter = event.key.toLowerCase();
  const found = [...items.slice(at + 1), ...items].find((item) => item.textContent?.toLowerCase().startsWith(letter));
  found?.focus();
  return true;
}

function place(menu: HTMLElement, opener: HTMLElement): void {
  const { left, right, top, bottom } = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = bottom + height + 8 <= window.innerHeight || top < height + 8;
  menu.style.top = `${below ? bottom + 4 : top - height - 4}px`;
  menu.style.left = `${Math.max(8, Math.min(right - width, left, window.innerWidth - width - 8))}px`;
}
