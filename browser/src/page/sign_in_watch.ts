// On a page without a conversation: has it run when its visitor is signed out, as transcripts do on the others.

import { channelFor } from "../channel/channel";
import type { Component, Leave } from "./component";

const watches = new WeakMap<HTMLElement, Leave>();
let runs = 0;

/** Watches for the end of the page's token from now on. */
export function mountWatch({ data, parentElement, setTriggerValue }: Component<{ readonly token: string }>): Leave {
  watches.get(parentElement)?.();
  const leave = channelFor(data.token).join("", { closed: () => setTriggerValue("run", ++runs) });
  watches.set(parentElement, leave);
  return leave;
}
