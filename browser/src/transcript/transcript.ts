import { channelFor, type Leave } from "../channel/channel";
import { fetchExtras } from "../markdown/later";
import type { Component } from "../page/component";
import { addStyles } from "../page/styles";
import { Log, type TranscriptData } from "./log";

const mounted = new WeakMap<HTMLElement, Log>();

/** Puts a transcript into its place; called again by each page run, it keeps what is there. */
export function mountTranscript(component: Component<TranscriptData>): Leave {
  const { data, parentElement } = component;
  addStyles();
  fetchExtras();
  const channel = channelFor(data.token);
  const there = mounted.get(parentElement);
  if (there !== undefined && there.data.slot === data.slot && there.data.compact === data.compact) {
    there.component = component;
    return leaving(parentElement, there);
  }
  there?.leave();
  const transcript = new Log(channel, data, component);
  mounted.set(parentElement, transcript);
  return leaving(parentElement, transcript);
}

function leaving(place: HTMLElement, transcript: Log): Leave {
  return () => {
    if (mounted.get(place) !== transcript) return;
    mounted.delete(place);
    transcript.leave();
  };
}
