// The parts of a turn beside its text. Each is made from a few fields of the turn, and made again when these change.

import type { TurnView } from "../channel/channel";
import { h, icon } from "../dom/h";
import { AGAIN, COPY, EARLIER, INFO, LATER, MORE, PLAY, RAISE, TOOL, WARNING } from "../dom/icons";
import { counted, figure } from "../page/figures";
import { pageLink } from "../page/page_link";
import { ModelText } from "./model_text";

const MANY_SOURCES = 6;

/** What the parts of a turn depend on beside its fields. */
export interface Layout {
  readonly compact: boolean;
  /** Whether it is the last turn; only that has buttons to ask again. */
  last: boolean;
}

/** A button with its action in `data-do`; the transcript handles the clicks of all of them. */
export function button(action: string, label: string, path = "", more: Record<string, string> = {}): HTMLButtonElement {
  const drawing = path === "" ? [] : [icon(path)];
  return h("button", { type: "button", class: "pg-button", "data-do": action, ...more }, ...drawing, label);
}

function iconButton(action: string, name: string, path: string, more: Record<string, string> = {}): HTMLButtonElement {
  return button(action, "", path, { "aria-label": name, title: name, ...more });
}

export function waiting({ state, waiting, text, thoughts }: TurnView): HTMLElement | null {
  if (text !== "" || thoughts !== "" || (waiting === "" && state !== "live")) return null;
  return h("div", { class: "pg-waiting", "data-part": "waiting" }, waiting);
}

/** The sign over an answer that is a recording. */
export function recorded({ recorded }: TurnView): HTMLElement | null {
  return recorded === "" ? null : h("div", { class: "pg-recorded", "data-part": "recorded" }, recorded);
}

export function calls({ calls }: TurnView): HTMLElement | null {
  if (calls.length === 0) return null;
  const boxes = calls.map((call) => {
    const text = new ModelText(call.language === "" ? "text" : "json");
    text.show(call.arguments || (call.language === "" ? "" : "{}"), false);
    const name = `Call of ${call.name}`;
    return h(
      "div",
      { class: "pg-call", role: "group", "aria-label": name },
      h("div", { class: "pg-call-name" }, icon(TOOL), call.name),
      text.element,
    );
  });
  return h("div", { class: "pg-calls", "data-part": "calls" }, ...boxes);
}

export function pictures({ pictures }: TurnView): HTMLElement | null {
  if (pictures.length === 0) return null;
  const drawn = pictures.map(({ url = "", caption = "", link = "" }, number) => {
    const note = h("div", { class: "pg-note" }, ...(link === "" ? [caption] : [outward(caption, link)]));
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
  return unfolded(counted(choices.length, "further answer"), "choices", () =>
    choices.flatMap(({ label, text: answer }) => {
      const text = new ModelText(code);
      text.show(answer, false);
      return [h("h6", { class: "pg-choice" }, label), text.element];
    }),
  );
}

export function probabilities({ probabilities, probabilities_count }: TurnView): HTMLElement | null {
  if (probabilities.length === 0) return null;
  const count = Math.max(probabilities_count, probabilities.length);
  return unfolded(`Probabilities of ${counted(count, "token")}`, "probabilities", () => {
    const head = ["Token", "Probability", "Logprob", "Instead"].map((name) => h("th", { scope: "col" }, name));
    const rows = probabilities.map(({ token, share, logprob, alternatives = "" }) =>
      h("tr", {}, ...[token, share, logprob.toFixed(3), alternatives].map((cell) => h("td", {}, cell))),
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

export function error({ error, actions }: TurnView, { last }: Layout): HTMLElement | null {
  if (error === null) return null;
  const { message, hint = "", details = "", page = "" } = error;
  const text = h("div", { class: "pg-error-words" }, h("strong", {}, message));
  if (hint !== "") text.append(" ", hint);
  if (page !== "") text.append(" ", pageLink(page));
  if (details !== "") text.append(h("div", { class: "pg-details" }, details));
  const again = last && asksAgain(actions) ? [button("regenerate", "Retry", AGAIN)] : [];
  return h("div", { class: "pg-error", "data-part": "error" }, icon(WARNING), text, ...again);
}

export function notes({ notes }: TurnView): HTMLElement | null {
  if (notes.length === 0) return null;
  const lines = notes.map((note) => h("div", { class: "pg-note" }, icon(INFO), h("span", {}, note)));
  return h("div", { "data-part": "notes" }, ...lines);
}

export function ending({ ending, format, proceed, raise_to }: TurnView): HTMLElement | null {
  const badges = [ending, format].flatMap((badge) =>
    badge === null ? [] : [h("span", { class: "pg-badge", "data-tone": badge.tone ?? "plain" }, badge.label)],
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
  const at = versions.findIndex((version) => version.turn === turn);
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
  const [only] = versions.filter((version) => version.turn !== turn);
  if (versions.length === 2 && only?.differs)
    box.append(h("span", { class: "pg-differs" }, `the other: ${only.differs}`));
  return box;
}

export function buttons(view: TurnView, { last }: Layout): HTMLElement {
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

/** A link to another site with its address as title; plain text where it is no web address. */
function outward(label: string, link: string): HTMLElement {
  if (!/^https?:\/\//i.test(link)) return h("span", {}, label);
  return h("a", { href: link, title: link, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

/** A fold whose content is made when it is first opened. */
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
