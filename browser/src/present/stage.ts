// The stage: what is presented, over all of the window, and the keys that direct it.

import type { Channel, Leave, StageView } from "../channel/channel";
import type { Direct } from "../channel/messages";
import { h } from "../dom/h";
import type { Component } from "../page/component";
import { keyMap } from "./help";
import { type Command, commandOf } from "./keys";
import { Pane } from "./pane";
import { room } from "./room";
import { BESIDE, isWide, SMALLEST, sizesOf } from "./sizes";
import { Speaker } from "./speaker";
import { verdict } from "./verdict";

export interface StageData {
  readonly token: string;
}

const SAID_MS = 5_000;
const SLOT = "stage";

export class Stage {
  readonly element: HTMLElement;
  private readonly prompt = h("p", { class: "pg-stage-prompt" });
  private readonly place = h("span", { class: "pg-stage-place" });
  private readonly panes = h("div", { class: "pg-stage-panes" });
  private readonly speaker = new Speaker();
  private readonly verdict = h("div", { class: "pg-stage-verdict", tabindex: "0", hidden: true });
  private readonly room = h("div", { class: "pg-stage-room", tabindex: "0", hidden: true });
  private readonly question = h("textarea", { "aria-label": "Ask", placeholder: "Ask: Enter sends, Esc closes" });
  private readonly ask = h("div", { class: "pg-stage-ask", hidden: true }, this.question);
  private readonly blank = h("div", { class: "pg-stage-blank", hidden: true });
  private readonly said = h("div", { class: "pg-stage-said", role: "status" });
  private readonly keys = keyMap();
  private readonly drawn = new Map<string, Pane>();
  private readonly removed = new AbortController();
  private readonly leaves: Leave[] = [];
  private view: StageView | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private runs = 0;

  constructor(
    private readonly channel: Channel,
    public component: Component<StageData>,
  ) {
    const tool = (name: string, sign: string, command: Command) =>
      h(
        "button",
        { type: "button", class: "pg-button", "aria-label": name, click: () => this.carryOut(command) },
        sign,
      );
    this.element = h(
      "section",
      { class: "pg-stage", "aria-label": "Presentation" },
      h(
        "header",
        { class: "pg-stage-head" },
        this.prompt,
        this.place,
        h(
          "div",
          { class: "pg-stage-tools" },
          tool("Previous", "‹", { direct: "previous" }),
          tool("Next", "›", { direct: "next" }),
          tool("Keys", "?", { here: "help" }),
          tool("Leave the presentation", "×", { here: "leave" }),
        ),
      ),
      h("div", { class: "pg-stage-middle" }, this.panes, this.verdict, this.room, this.speaker.element),
      this.ask,
      this.said,
      this.blank,
      this.keys,
    );
    component.parentElement.append(this.element);
    document.documentElement.classList.add("pg-presenting");
    const { signal } = this.removed;
    window.addEventListener("resize", () => this.fit(), { signal });
    // Before anything else on the page, which has keys of its own.
    window.addEventListener("keydown", (event) => this.pressed(event), { capture: true, signal });
    this.question.addEventListener("keydown", (event) => this.writing(event));
    this.leaves.push(channel.join(SLOT, { stage: (view) => this.show(view), run: () => this.run() }));
    if (channel.stage !== null) this.show(channel.stage);
  }

  leave(): void {
    for (const leave of this.leaves) leave();
    for (const pane of this.drawn.values()) pane.leave();
    this.removed.abort();
    clearTimeout(this.timer);
    this.speaker.leave();
    document.documentElement.classList.remove("pg-presenting");
    document.documentElement.style.removeProperty("font-size");
    this.element.remove();
  }

  private run(): void {
    this.component.setTriggerValue("run", ++this.runs);
  }

  private show(view: StageView | null): void {
    const before = this.view;
    this.view = view;
    if (view === null) return;
    this.prompt.textContent = view.prompt;
    this.prompt.hidden = view.prompt === "";
    this.element.toggleAttribute("data-prompt", view.prompt !== "");
    this.place.textContent = [view.title, view.steps > 1 ? `${view.step} / ${view.steps}` : ""]
      .filter(Boolean)
      .join(" · ");
    this.speaker.show(view);
    this.put(view);
    const asked = view.room ?? null;
    this.verdict.hidden = !view.verdict || asked !== null;
    this.room.hidden = asked === null;
    if (asked !== null) this.room.replaceChildren(...room(asked));
    if (before === null || before.table !== view.table) {
      this.verdict.replaceChildren(...verdict(view.table, view.remarks));
    }
    this.blank.hidden = !view.blank || view.presenter;
    this.fit();
  }

  private put({ panes, pane: alone }: StageView): void {
    const slots = new Set(panes.map(({ slot }) => slot));
    for (const [slot, pane] of this.drawn) {
      if (slots.has(slot)) continue;
      pane.leave();
      this.drawn.delete(slot);
    }
    for (const [number, { slot, name, turn }] of panes.entries()) {
      let pane = this.drawn.get(slot);
      if (pane === undefined) {
        const data = { token: this.component.data.token, slot, compact: slot !== "main" };
        pane = new Pane(this.channel, data, () => this.run());
        this.drawn.set(slot, pane);
        this.panes.append(pane.element);
      }
      pane.show(name, turn, alone === 0 || alone === number + 1);
    }
  }

  /** Fits type and panes to the window. */
  private fit(): void {
    if (this.view === null) return;
    const { verdict, room, presenter, panes, pane } = this.view;
    const isBeside = verdict && isWide(window.innerWidth) && !presenter;
    this.element.toggleAttribute("data-beside", isBeside);
    this.panes.hidden = (verdict && !isBeside) || (room ?? null) !== null;
    const width = window.innerWidth * (isBeside ? 1 - BESIDE : 1);
    const { size, columns } = sizesOf(width, window.innerHeight, pane === 0 ? panes.length : 1, this.view.size);
    // Who speaks stands before the screen.
    document.documentElement.style.fontSize = `${presenter ? SMALLEST : size}px`;
    this.panes.style.setProperty("--pg-columns", `${columns}`);
  }

  private pressed(event: KeyboardEvent): void {
    const command = commandOf(event, this.view?.may_ask ?? false);
    // What is open closes itself.
    if (command === null || (this.keys.open && event.key === "Escape")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.keys.open && !("here" in command && command.here === "help")) this.keys.close();
    if (!event.repeat || "value" in command || ("here" in command && /up|down/.test(command.here))) {
      this.carryOut(command);
    }
  }

  private carryOut(command: Command): void {
    if ("direct" in command) {
      this.direct(command.direct, command.value ?? 0);
      return;
    }
    switch (command.here) {
      case "help":
        if (this.keys.open) this.keys.close();
        else this.keys.showModal();
        break;
      case "ask":
        this.ask.hidden = false;
        this.question.focus();
        break;
      case "stop":
        void this.channel.ask({ kind: "stop", slot: "all" });
        break;
      case "full":
        void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
        break;
      case "double": {
        const address = new URL(location.href);
        address.searchParams.delete("window");
        window.open(address, "_blank", "popup,width=1280,height=720");
        this.component.setTriggerValue("presenter", ++this.runs);
        break;
      }
      case "leave": {
        // A snapshot's own page is none of the playground's.
        const snapshot = new URL(location.href).searchParams.get("snapshot");
        if (snapshot !== null) {
          location.assign(new URL(`s/${encodeURIComponent(snapshot)}`, location.href));
          break;
        }
        this.component.setTriggerValue("leave", ++this.runs);
        break;
      }
      case "close":
        if (this.view?.room) this.direct("room");
        else if (this.view !== null && this.view.pane !== 0) this.direct("pane", 0);
        break;
      default: {
        const direction = command.here === "down" ? 1 : -1;
        for (const pane of this.drawn.values()) pane.scroll(direction);
      }
    }
  }

  private async direct(direction: Direct["do"], value = 0, text = ""): Promise<void> {
    const problem = await this.channel.ask({ kind: "direct", slot: SLOT, do: direction, value, text });
    if (problem !== null) this.say([problem.message, problem.hint].filter(Boolean).join(" "));
  }

  private say(text: string): void {
    clearTimeout(this.timer);
    this.said.textContent = text;
    this.timer = setTimeout(() => this.said.replaceChildren(), SAID_MS);
  }

  private writing(event: KeyboardEvent): void {
    if (event.isComposing || (event.key !== "Escape" && (event.key !== "Enter" || event.shiftKey))) return;
    event.preventDefault();
    event.stopPropagation();
    const text = this.question.value.trim();
    if (event.key === "Enter" && text === "") return;
    this.ask.hidden = true;
    if (event.key === "Enter") {
      this.question.value = "";
      void this.direct("ask", 0, text);
    }
  }
}
