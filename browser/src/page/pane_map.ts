// The panes of a comparison by name: which can be seen, in which something is coming, and a way to each and to the verdict.

import { type Channel, channelFor } from "../channel/channel";
import { h } from "../dom/h";
import type { Component, Leave } from "./component";
import { focusMessageBox } from "./message_box";
import { addStyles } from "./styles";

export interface PaneMapData {
  readonly token: string;
  /** From left to right. */
  readonly panes: readonly { readonly slot: string; readonly name: string }[];
  /** There is something to be seen under the panes. */
  readonly verdict: boolean;
}

/** Where only one pane has room, the others are not shown. */
const ONE_PANE = "(max-width: 640px)";
const VERDICT = "verdict";
const MOSTLY_SEEN = 0.6;

const mounted = new WeakMap<HTMLElement, PaneMap>();

/** Mounts the map, or gives the one on the page what a page run brought. */
export function mountPanes({ data, parentElement }: Component<PaneMapData>): Leave {
  addStyles();
  const map = mounted.get(parentElement) ?? new PaneMap(channelFor(data.token));
  mounted.set(parentElement, map);
  if (map.element.parentElement !== parentElement) parentElement.append(map.element);
  map.update(data);
  return () => {
    if (mounted.get(parentElement) !== map) return;
    mounted.delete(parentElement);
    map.leave();
  };
}

class PaneMap {
  readonly element = h("div", { class: "pg-map" });
  private data: PaneMapData = { token: "", panes: [], verdict: false };
  private readonly items = new Map<string, HTMLButtonElement>();
  private readonly onePane = window.matchMedia(ONE_PANE);
  private readonly size = new ResizeObserver(() => this.measure());
  private readonly unwatch: Leave;

  constructor(private readonly channel: Channel) {
    this.unwatch = channel.join("all", { slot: ({ slot }) => this.marks(slot) });
    this.onePane.addEventListener("change", this.draw);
    document.addEventListener("keydown", this.pressed);
    document.addEventListener("scroll", this.scrolled, { capture: true, passive: true });
    this.element.addEventListener("keydown", (event) => this.moveFocus(event));
  }

  update(data: PaneMapData): void {
    const before = JSON.stringify([this.data.panes, this.data.verdict]);
    this.data = data;
    if (before !== JSON.stringify([data.panes, data.verdict])) this.draw();
    this.watch();
  }

  leave(): void {
    this.unwatch();
    this.size.disconnect();
    document.removeEventListener("scroll", this.scrolled, { capture: true });
    this.onePane.removeEventListener("change", this.draw);
    document.removeEventListener("keydown", this.pressed);
    this.element.remove();
    delete document.documentElement.dataset["pane"];
  }

  private readonly draw = (): void => {
    this.items.clear();
    const places = this.data.panes.map(({ name }, number): [string, string] => [String(number), name]);
    if (this.data.verdict || this.onePane.matches) places.push([VERDICT, "Verdict"]);
    for (const [place, name] of places) {
      const title = place === VERDICT ? "Verdict (Alt+V)" : `${name} (Alt+${Number(place) + 1})`;
      const item = h("button", { type: "button", class: "pg-map-item", title, click: () => this.go(place) });
      item.append(h("span", { class: "pg-map-name" }, name), h("span", { class: "pg-map-state" }));
      item.classList.toggle("pg-map-verdict", place === VERDICT);
      if (this.onePane.matches) item.setAttribute("role", "tab");
      this.items.set(place, item);
    }
    this.element.setAttribute("role", this.onePane.matches ? "tablist" : "navigation");
    this.element.setAttribute("aria-label", "Panes");
    this.element.replaceChildren(...this.items.values());
    for (const { slot } of this.data.panes) this.marks(slot);
    if (this.onePane.matches) this.choose(document.documentElement.dataset["pane"] ?? "0");
    this.measure();
  };

  private watch(): void {
    this.size.disconnect();
    const row = rowOfPanes();
    if (row !== null) this.size.observe(row);
    this.measure();
  }

  private readonly scrolled = ({ target }: Event): void => {
    if (target === rowOfPanes()) this.measure();
  };

  /** Which panes are in view, and whether all are: then only the verdict needs to be led to. */
  private measure(): void {
    const row = rowOfPanes();
    const fits = row === null || row.scrollWidth <= row.clientWidth + 1;
    this.element.classList.toggle("pg-map-fits", fits && !this.onePane.matches);
    if (this.onePane.matches || row === null) return;
    const edges = row.getBoundingClientRect();
    for (const [place, item] of this.items) {
      const pane = place === VERDICT ? undefined : paneAt(place)?.getBoundingClientRect();
      const seen = pane === undefined ? 0 : Math.min(pane.right, edges.right) - Math.max(pane.left, edges.left);
      if (pane !== undefined && seen > MOSTLY_SEEN * pane.width) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }

  /** Says whether something is coming in a pane. */
  private marks(slot: string): void {
    const number = this.data.panes.findIndex((pane) => pane.slot === slot);
    const item = this.items.get(String(number));
    if (item === undefined) return;
    const busy = this.channel.busy(slot);
    item.classList.toggle("pg-map-busy", busy);
    const state = item.querySelector(".pg-map-state");
    if (state !== null) state.textContent = busy ? "answering" : "";
  }

  private go(place: string): void {
    if (this.onePane.matches) {
      this.choose(place);
      return;
    }
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const target = paneAt(place);
    const block = place === VERDICT ? "start" : "nearest";
    target?.scrollIntoView({ behavior: still ? "auto" : "smooth", block, inline: "start" });
  }

  private choose(wanted: string): void {
    const place = this.items.has(wanted) ? wanted : "0";
    document.documentElement.dataset["pane"] = place;
    for (const [each, item] of this.items) {
      item.setAttribute("aria-selected", String(each === place));
      item.tabIndex = each === place ? 0 : -1;
    }
    this.items.get(place)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private moveFocus(event: KeyboardEvent): void {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const items = [...this.items.entries()];
    const at = items.findIndex(([, item]) => item === document.activeElement);
    const next = items[at + (by ?? 0)];
    if (by === undefined || at < 0 || next === undefined) return;
    event.preventDefault();
    next[1].focus();
    if (this.onePane.matches) this.choose(next[0]);
  }

  /** Alt and a number leads to a pane, Alt and V to the verdict, and from there back to the message box. */
  private readonly pressed = (event: KeyboardEvent): void => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const number = /^Digit([1-6])$/.exec(event.code)?.[1];
    const place = event.code === "KeyV" ? VERDICT : number === undefined ? "" : String(Number(number) - 1);
    const target = paneAt(place);
    if (!this.items.has(place) || target === null) return;
    event.preventDefault();
    if (place === VERDICT && target.contains(document.activeElement)) {
      focusMessageBox("all");
      return;
    }
    this.go(place);
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  };
}

function paneAt(place: string): HTMLElement | null {
  if (place === "") return null;
  return document.querySelector(place === VERDICT ? ".st-key-results" : `.st-key-pane-${place}`);
}

function rowOfPanes(): HTMLElement | null {
  return (
    document
      .querySelector(".st-key-pane-0")
      ?.closest<HTMLElement>('[data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"])') ?? null
  );
}
