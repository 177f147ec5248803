// The room votes: a code and an address for its phones, as large as the window has room for, and what it says.

import type { RoomView } from "../channel/messages";
import { h } from "../dom/h";

/** An address that is broken where it is read best. */
function parted(address: string): (string | HTMLElement)[] {
  const at = address.lastIndexOf("/") + 1;
  return [address.slice(0, at), h("wbr", {}), address.slice(at)];
}

/** The room's vote; which keys lead on stands under it. */
export function room({ address, code, warning = "", voted = "", rows = [], remark = "" }: RoomView): HTMLElement[] {
  const isOpen = address !== undefined && address !== "";
  const picture = h("img", { class: "pg-stage-code", src: code ?? "", alt: `QR code of ${address}` });
  const bars = rows.map(({ label, share, count }) =>
    h(
      "div",
      { class: "pg-stage-share" },
      h("span", {}, label),
      h("span", {}, count),
      h("i", { style: `inline-size: ${share * 100}%` }),
    ),
  );
  const words = [
    h("h2", {}, isOpen ? "Which answer is better?" : "What the room says"),
    isOpen ? h("p", { class: "pg-stage-address" }, ...parted(address)) : null,
    h("p", { class: "pg-stage-voted", role: "status" }, voted),
    ...bars,
    remark === "" ? null : h("p", {}, remark),
    warning === "" ? null : h("p", { class: "pg-stage-hint" }, warning),
    h("p", { class: "pg-stage-hint" }, isOpen ? "P shows the answers · E ends the vote" : "P shows the answers"),
  ].filter((part) => part !== null);
  return [...(isOpen ? [picture] : []), h("div", { class: "pg-stage-asked" }, ...words)];
}
