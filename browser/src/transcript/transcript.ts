import { channelFor, type Leave } from "../channel/channel";
import { fetchExtras } from "../markdown/later";
import type { Component } from "../page/component";
import { addStyles } from "../page/styles";
import { Log, type TranscriptData } from "./log";

const mounted = new WeakMap<HTMLElement, Log>();

/** Mounts a transcript, or keeps the one that is there when a page run mounts it again. */
export function mountTranscript(component: Component<TranscriptData>): Leave {
  const { data, parentElement } = component;
  addStyles();
  fetchExtras();
  const channel = channelFor(data.token);
  const known = mounted.get(parentElement);
  if (known !== undefined && known.data.slot === data.slot && known.data.compact === data.compact) {
    known.component = component;
    known.seek(data.found);
    return leaving(parentElement, known);
  }
  known?.leave();
  const transcript = new Log(channel, data, component);
  mounted.set(parentElement, transcript);
  transcript.seek(data.found);
  return leaving(parentElement, transcript);
}

function leaving(parent: HTMLElement, transcript: Log): Leave {
  return () => {
    if (mounted.get(parent) !== transcript) return;
    mounted.delete(parent);
    transcript.leave();
  };
}
