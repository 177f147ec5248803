import type { Channel, Leave } from "../channel/channel";
import { h } from "../dom/h";
import { UNREACHABLE } from "./unreachable";

const TEXTS = {
  "": "",
  lost: "Connection lost. Trying again…",
  unreachable: UNREACHABLE,
};

/** A note while the page has no connection to the server; only the first of several on a page is shown. */
export function connectionNote(channel: Channel, leaves: Leave[]): HTMLElement {
  const note = h("div", { class: "pg-connection", role: "status" });
  const update = (): void => {
    const isFirst = document.querySelector(".pg-connection") === note;
    const text = isFirst ? TEXTS[channel.outage] : "";
    if (note.textContent !== text) note.textContent = text;
  };
  leaves.push(channel.onConnection(update));
  queueMicrotask(update);
  return note;
}
