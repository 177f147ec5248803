// The parts of a turn beside its words. Each is made from a few fields of the turn, and made again when these change.

import type { TurnView } from "../channel/channel";
import { h, icon } from "../dom/h";
import { AGAIN, COPY, EARLIER, INFO, LATER, MORE, PLAY, RAISE, TOOL, WARNING } from "../dom/icons";
import { Words } from "./words";

const MANY_SOURCES = 6;

/** What of a turn's place on the page its parts depend on. */
export interface Place {
  readonly compact: boolean;
  /** It is the last one; only there is asked again. */
  last: boolean;
}

/** A button that says by `data-do` what it is for; the transcript listens for all of them. */
export function button(does: string, words: string, path = "", more: Record<string, string> = {}): HTMLButtonElement {
  const drawing = path === "" ? [] : [icon(path)];
  return h("button", { type: "button", class: "pg-button", "data-do": does, ...more }, ...drawing, words);
}

function iconButton(does: string, name: string, path: string, more: Record<string, string> = {}): HTMLButtonElement {
  return button(does, "", path, { "aria-label": name, title: name, ...more });
}

export function waiting({ state, waiting, text, thoughts }: TurnView): HTMLElement | null {
  if (text !== "" || thoughts !== "" || (waiting === "" && state !== "live")) return null;
  return h("div", { class: "pg-waiting", "data-part": "waiting" }, waiting);
}

export function calls({ calls }: TurnView): HTMLElement | null {
  if (calls.length === 0) return null;
  const boxes = calls.map((call) => {
    const words = new Words(call.language === "" ? "text" : "json");
    words.show(call.arguments || (call.language === "" ? "" : "{}"), false);
    const name = `Call of ${call.name}`;
    return h(
      "div",
      { class: "pg-call", role: "group", "aria-label": name },
      h("div", { class: "pg-call-name" }, icon(TOOL), call.name),
      words.element,
    );
  });
  return h("div", { class: "pg-calls", "data-part": "calls" }, ...boxes);
}

export function pictures({ pictures }: TurnView): HTMLElement | null {
  if (pictures.length === 0) return null;
  const drawn = pictures.map(({ url = "", words = "", link = "" }, number) => {
    const note = h("div", { class: "pg-note" }, ...(link === "" ? [words] : [outward(words, link)]));
    // Anything else would be fetched.
    if (!url.startsWith("data:image/")) return note;
    const alt = `Picture ${number + 1} of ${pictures.length}`;
    const drawn = h("img", { class: "pg-picture", src: url, alt, error: () => drawn.replaceWith(note) });
    return drawn;
  });
  return h("div", { class: "pg-pictures", "data-part": "pictures" }, ...drawn);
}

export function sources({ sources }: TurnView): HTMLElement | null {
  if (sources.length === 0) return null;
  const lines = sources.map(({ title, host, link = "" }) =>
    h("li", {}, ...(title === "" ? [] : [`${title} · `]), link === "" ? host : outward(host, link)),
  );
  const list = h("ol", {}, ...lines);
  if (lines.length < MANY_SOURCES) return h("div", { class: "pg-sources", "data-part": "sources" }, list);
  return h(
    "details",
    { class: "pg-fold pg-sources", "data-part": "sources" },
    h("summary", {}, `${lines.length} sources`),
    list,
  );
}

export function choices({ choices, code }: TurnView): HTMLElement | null {
  if (choices.length === 0) return null;
  return unfolded(`${choices.length} further answer${choices.length > 1 ? "s" : ""}`, "choices", () =>
    choices.flatMap(({ label, text }) => {
      const words = new Words(code);
      words.show(text, false);
      return [h("h6", { class: "pg-choice" }, label), words.element];
    }),
  );
}

export function probabilities({ probabilities, probabilities_count }: TurnView): HTMLElement | null {
  if (probabilities.length === 0) return null;
  const count = Math.max(probabilities_count, probabilities.length);
  return unfolded(`Probabilities of ${figure(count)} token${count > 1 ? "s" : ""}`, "probabilities", () => {
    const head = ["Token", "Probability", "Logprob", "Instead"].map((name) => h("th", { scope: "col" }, name));
    const rows = probabilities.map(({ token, share, logprob, instead = "" }) =>
      h("tr", {}, ...[token, share, logprob.toFixed(3), instead].map((cell) => h("td", {}, cell))),
    );
    const left = count - probabilities.length;
    const more = left > 0 ? [h("p", { class: "pg-note" }, `and ${figure(left)} more`)] : [];
    const table = h("table", {}, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows));
    // A box that scrolls must be reached by keyboard.
    return [
      h("div", { class: "pg-table", tabindex: "0", role: "region", "aria-label": "Probabilities" }, table),
      ...more,
    ];
  });
}

export function error({ error, actions }: TurnView, { last }: Place): HTMLElement | null {
  if (error === null) return null;
  const { message, hint = "", details = "" } = error;
  const words = h("div", { class: "pg-error-words" }, h("strong", {}, message));
  if (hint !== "") words.append(" ", hint);
  if (details !== "") words.append(h("div", { class: "pg-details" }, details));
  const again = last && asksAgain(actions) ? [button("regenerate", "Retry", AGAIN)] : [];
  return h("div", { class: "pg-error", "data-part": "error" }, icon(WARNING), words, ...again);
}

export function notes({ notes }: TurnView): HTMLElement | null {
  if (notes.length === 0) return null;
  const lines = notes.map((note) => h("div", { class: "pg-note" }, icon(INFO), h("span", {}, note)));
  return h("div", { "data-part": "notes" }, ...lines);
}

export function ending({ ending, format, proceed, raise_to }: TurnView): HTMLElement | null {
  const badges = [ending, format].flatMap((badge) =>
    badge === null ? [] : [h("span", { class: "pg-badge", "data-tone": badge.tone ?? "plain" }, badge.words)],
  );
  const offers = [];
  if (proceed) offers.push(button("proceed", "Continue", PLAY));
  if (raise_to !== null) offers.push(button("raise", `Raise to ${figure(raise_to)} and retry`, RAISE));
  if (badges.length + offers.length === 0) return null;
  return h("div", { class: "pg-ending", "data-part": "ending" }, ...badges, ...offers);
}

export function model({ model, settings }: TurnView): HTMLElement | null {
  if (model === "" && settings === "") return null;
  const box = h("span", { class: "pg-provenance" });
  if (model !== "") box.append(h("span", { "data-part": "model" }, model));
  if (settings !== "") box.append(h("span", { "data-part": "settings" }, settings));
  return box;
}

export function help({ meter_help }: TurnView): HTMLElement | null {
  if (meter_help === "") return null;
  return h(
    "span",
    { class: "pg-help" },
    iconButton("help", "What these figures are", INFO, { "aria-expanded": "false" }),
    h("span", { class: "pg-help-words", hidden: true }, meter_help),
  );
}

export function versions({ turn, versions }: TurnView): HTMLElement | null {
  if (versions.length < 2) return null;
  const at = versions.findIndex((one) => one.turn === turn);
  const step = (name: string, to: number, path: string): HTMLButtonElement => {
    const other = versions[to];
    const differs = other?.differs ?? "";
    const made = iconButton("select", name, path, { "data-to": other?.turn ?? "" });
    if (differs !== "") {
      made.title = `${name}: ${differs}`;
      made.setAttribute("aria-description", differs);
    }
    made.disabled = other === undefined;
    return made;
  };
  const box = h(
    "span",
    { class: "pg-versions", "data-part": "versions" },
    step("Earlier version", at - 1, EARLIER),
    h("span", { class: "pg-count" }, `${at + 1} / ${versions.length}`),
    step("Later version", at + 1, LATER),
  );
  const [only] = versions.filter((one) => one.turn !== turn);
  if (versions.length === 2 && only?.differs)
    box.append(h("span", { class: "pg-differs" }, `the other: ${only.differs}`));
  return box;
}

export function buttons(view: TurnView, { last }: Place): HTMLElement {
  const box = h("span", { class: "pg-buttons" });
  if (view.state !== "live" && view.role === "assistant" && last) {
    if (view.text !== "") box.append(iconButton("copy", "Copy the answer", COPY));
    if (view.error === null && asksAgain(view.actions)) box.append(iconButton("regenerate", "Regenerate", AGAIN));
  }
  box.append(iconButton("menu", "More", MORE, { "aria-haspopup": "menu", "aria-expanded": "false" }));
  return box;
}

export function asksAgain(actions: TurnView["actions"]): boolean {
  return actions.includes("regenerate") || actions.includes("retry");
}

/** A link to elsewhere that says where it goes; plain words where it is none. */
function outward(words: string, link: string): HTMLElement {
  if (!/^https?:\/\//i.test(link)) return h("span", {}, words);
  return h("a", { href: link, title: link, target: "_blank", rel: "noopener noreferrer nofollow" }, words);
}

/** What is long is made when it is opened. */
function unfolded(label: string, part: string, make: () => HTMLElement[]): HTMLDetailsElement {
  const box: HTMLDetailsElement = h("details", {
    class: "pg-fold",
    "data-part": part,
    toggle: () => {
      if (box.open && box.childElementCount === 1) box.append(...make());
    },
  });
  box.append(h("summary", {}, label));
  return box;
}

export function figure(number: number): string {
  return number.toLocaleString("en-US");
}
