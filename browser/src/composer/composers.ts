/** The composers on the page: one for all, and one for each pane that has a prompt of its own. */

import type { Leave } from "../channel/channel";
import type { Component } from "../page/component";
import { settling } from "../page/settled";
import { addStyles } from "../page/styles";
import { Composer, type ComposerData } from "./composer";

/** A page run may take a component off the page and put it back. */
const LINGER_MS = 1_000;

interface Mounted {
  readonly composer: Composer;
  mounts: number;
  /** Asks over Streamlit's socket; null while it is off the page. */
  ask: ((name: string) => void) | null;
}

/** By slot. */
const mounted = new Map<string, Mounted>();
let isWatching = false;

/** Mounts a composer, or gives the one on the page what a page run brought. */
export function mountComposer({ data, parentElement, setTriggerValue }: Component<ComposerData>): Leave {
  addStyles();
  if (data.title) document.title = `${data.title} · LLM playground`;
  if (!isWatching) settling.watch();
  isWatching = true;
  settling.ask = (name) => [...mounted.values()].find(({ ask }) => ask !== null)?.ask?.(name);
  settling.arrived(data.settled ?? "");
  const known = mounted.get(data.slot);
  known?.composer.update(data);
  const here = known ?? { composer: new Composer(data), mounts: 0, ask: null };
  mounted.set(data.slot, here);
  here.ask = (name) => setTriggerValue("settled", name);
  place(here.composer, parentElement);
  return leaving(data.slot, here);
}

/** Takes it off the page after a while, unless it is mounted again. */
function leaving(slot: string, here: Mounted): Leave {
  const mount = ++here.mounts;
  return () => {
    here.composer.save();
    if (here.mounts !== mount) return;
    here.ask = null;
    setTimeout(() => {
      if (here.mounts === mount) drop(slot, here);
    }, LINGER_MS);
  };
}

function drop(slot: string, here: Mounted): void {
  if (mounted.get(slot) !== here) return;
  mounted.delete(slot);
  here.composer.leave();
}

/** Puts it where it belongs, and leaves the caret where it was. */
function place(composer: Composer, parent: HTMLElement): void {
  if (composer.element.parentElement === parent) return;
  for (const [slot, other] of mounted) {
    if (other.composer !== composer && other.composer.element.parentElement === parent) drop(slot, other);
  }
  const field = composer.element.querySelector("textarea");
  const hadFocus = field !== null && document.activeElement === field;
  parent.append(composer.element);
  if (hadFocus) field.focus({ preventScroll: true });
  else composer.focus("a");
}
