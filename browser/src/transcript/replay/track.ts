// The recording of one answer: how much of its text and thoughts had come at a time.

import type { Recorded } from "../../channel/messages";

export interface Shown {
  /** Characters (UTF-16 code units) of the text and of the thoughts. */
  readonly text: number;
  readonly thoughts: number;
}

export class Track {
  /** When each step came, and how much had come with it. */
  private readonly times: number[] = [];
  private readonly shown: Shown[] = [];

  /** The server counts code points, and names may be masked in the text: the steps are scaled to what is there. */
  constructor(steps: Recorded["steps"], text: string, thoughts: string) {
    let [time, texts, thought] = [0, 0, 0];
    const counts: Shown[] = [];
    for (let at = 0; at + 2 < steps.length; at += 3) {
      time += steps[at] ?? 0;
      texts += steps[at + 1] ?? 0;
      thought += steps[at + 2] ?? 0;
      this.times.push(time);
      counts.push({ text: texts, thoughts: thought });
    }
    this.shown = counts.map((count) => ({
      text: scaled(count.text, texts, text),
      thoughts: scaled(count.thoughts, thought, thoughts),
    }));
  }

  /** How long it is, in milliseconds. */
  get total(): number {
    return this.times.at(-1) ?? 0;
  }

  /** How much had come so many milliseconds after the request was sent. */
  at(time: number): Shown {
    let [low, high] = [0, this.times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return this.shown[low - 1] ?? { text: 0, thoughts: 0 };
  }
}

/** The length of the part of a text that had come with `count` of `total` characters, never half a character. */
function scaled(count: number, total: number, text: string): number {
  if (total === 0 || count >= total) return text.length;
  const length = Math.round((count / total) * text.length);
  return (text.charCodeAt(length) & 0xfc00) === 0xdc00 ? length + 1 : length;
}
