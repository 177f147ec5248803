// The list of the history: a row for each chat, comparison, batch or experiment. One part of the page instead of a dozen
// of Streamlit's for each row, which took a browser longer than all the rest.

import { h, icon } from "../dom/h";
import { BATCH, BIN, CHAT, COMPARISON, EXPERIMENT, PENCIL, PIN } from "../dom/icons";
import type { Component, Leave } from "../page/component";
import { goTo } from "../page/go_to";
import { addStyles } from "../page/styles";

export interface EntryView {
  readonly entry: string;
  readonly kind: "chat" | "compare" | "batch" | "experiment";
  readonly title: string;
  /** Where it is, relative to the app's first page. */
  readonly address: string;
  readonly pinned: boolean;
  /** Whether it is on screen on its own page. */
  readonly current: boolean;
  /** What was found, or its first words: pieces, each with whether it is a hit. */
  readonly excerpt: readonly (readonly [string, boolean])[];
  readonly lines: readonly string[];
}

export interface EntriesData {
  readonly entries: readonly EntryView[];
  readonly picked: readonly string[];
}

type Action = "edit" | "delete";

const ICONS = { chat: CHAT, compare: COMPARISON, batch: BATCH, experiment: EXPERIMENT };
const mounted = new WeakMap<HTMLElement, List>();

/** Mounts the list, or has the one that is there show what a page run says now. */
export function mountHistory(component: Component<EntriesData>): Leave {
  const { parentElement } = component;
  addStyles();
  const known = mounted.get(parentElement);
  const list = known ?? new List(component);
  if (known === undefined) {
    mounted.set(parentElement, list);
    parentElement.append(list.element);
  }
  list.show(component);
  return () => {
    if (mounted.get(parentElement) !== list) return;
    mounted.delete(parentElement);
    list.element.remove();
  };
}

class List {
  readonly element = h("ul", { class: "pg-entries" });
  private readonly rows = new Map<string, { row: HTMLElement; drawn: string }>();
  private readonly picked = new Set<string>();

  constructor(private component: Component<EntriesData>) {}

  /** Rows that stay as they are keep their elements, and with them the focus. */
  show(component: Component<EntriesData>): void {
    this.component = component;
    const { entries, picked } = component.data;
    const focused = this.focused();
    const next = entries.map((view) => this.row(view));
    const there = new Set(entries.map(({ entry }) => entry));
    for (const entry of this.rows.keys()) if (!there.has(entry)) this.rows.delete(entry);
    if (next.length !== this.element.children.length || next.some((row, at) => this.element.children[at] !== row))
      this.element.replaceChildren(...next);
    this.picked.clear();
    for (const entry of picked) this.picked.add(entry);
    for (const [entry, { row }] of this.rows) box(row).checked = this.picked.has(entry);
    if (focused !== null) this.focus(focused);
  }

  private row(view: EntryView): HTMLElement {
    const drawn = JSON.stringify(view);
    const known = this.rows.get(view.entry);
    if (known?.drawn === drawn) return known.row;
    const row = this.draw(view);
    this.rows.set(view.entry, { row, drawn });
    return row;
  }

  private draw({ entry, kind, title, address, pinned, current, excerpt, lines }: EntryView): HTMLElement {
    const pick = ({ target }: Event) => this.pick(entry, (target as HTMLInputElement).checked);
    const { href } = new URL(`./${address}`, document.baseURI);
    const open = (event: Event) => {
      if (event instanceof MouseEvent && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault(); // another document would be another session
      goTo(href);
    };
    const link = h(
      "a",
      { class: "pg-entry-link", "data-do": "open", href, click: open },
      icon(pinned ? PIN : ICONS[kind]),
      h("span", { class: "pg-entry-title", title }, title),
    );
    const words = h("div", { class: "pg-entry-words" }, link);
    if (excerpt.length > 0) {
      const pieces = excerpt.map(([text, hit]) => (hit ? h("strong", {}, text) : text));
      words.append(h("p", { class: "pg-entry-excerpt" }, ...pieces));
    }
    words.append(...lines.map((line) => h("p", { class: "pg-entry-line" }, line)));
    return h(
      "li",
      { class: `pg-entry st-key-entry-${entry}${current ? " pg-entry-current" : ""}`, "data-entry": entry },
      h("input", { type: "checkbox", "data-do": "pick", "aria-label": `Select ${title}`, change: pick }),
      words,
      this.button("edit", entry, PENCIL, "Rename, tag, note", title),
      this.button("delete", entry, BIN, "Delete", title),
    );
  }

  private button(action: Action, entry: string, path: string, name: string, title: string): HTMLElement {
    return h(
      "button",
      {
        type: "button",
        class: "pg-button",
        "data-do": action,
        title: name,
        "aria-label": `${name}: ${title}`,
        click: () => this.act(action, entry),
      },
      icon(path),
    );
  }

  private act(action: Action, entry: string): void {
    this.component.setTriggerValue("act", { do: action, entry });
  }

  /** All that are picked are told each time: what is said last holds. */
  private pick(entry: string, picked: boolean): void {
    if (picked) this.picked.add(entry);
    else this.picked.delete(entry);
    this.component.setTriggerValue("picked", [...this.picked]);
  }

  private focused(): { at: number; control: string } | null {
    const active = document.activeElement;
    const row = this.element.contains(active) ? (active?.closest("li") ?? null) : null;
    if (row === null) return null;
    return { at: [...this.element.children].indexOf(row), control: active?.getAttribute("data-do") ?? "open" };
  }

  /** Gives the focus to the same control of the row that is now in that place, where it was lost. */
  private focus({ at, control }: { at: number; control: string }): void {
    if (this.element.contains(document.activeElement)) return;
    const row = this.element.children[Math.min(at, this.element.children.length - 1)];
    row?.querySelector<HTMLElement>(`[data-do=${control}]`)?.focus({ preventScroll: true });
  }
}

function box(row: HTMLElement): HTMLInputElement {
  return row.querySelector("input") as HTMLInputElement;
}
