import type { Channel, Leave } from "./channel";
import { h } from "./h";

const WORDS = {
  "": "",
  lost: "Connection lost. Trying again…",
  unreachable: "This page cannot reach its live channel (a proxy without WebSockets?)",
};

/** Says where the page is without its channel; of several on a page the style sheet shows the first. */
export function connectionNote(channel: Channel, leaves: Leave[]): HTMLElement {
  const note = h("div", { class: "pg-connection", role: "status" });
  const say = (): void => {
    const words = WORDS[channel.trouble];
    if (note.textContent !== words) note.textContent = words;
  };
  say();
  leaves.push(channel.onConnection(say));
  return note;
}
