import type { Channel, Leave } from "../channel/channel";
import { h } from "../dom/h";
import { UNREACHABLE } from "./unreachable";

const WORDS = {
  "": "",
  lost: "Connection lost. Trying again…",
  unreachable: UNREACHABLE,
};

/** Says that the page is without its channel; of several on a page the first says it for all. */
export function connectionNote(channel: Channel, leaves: Leave[]): HTMLElement {
  const note = h("div", { class: "pg-connection", role: "status" });
  const say = (): void => {
    const isFirst = document.querySelector(".pg-connection") === note;
    const words = isFirst ? WORDS[channel.trouble] : "";
    if (note.textContent !== words) note.textContent = words;
  };
  leaves.push(channel.onConnection(say));
  queueMicrotask(say);
  return note;
}
