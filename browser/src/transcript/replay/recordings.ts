// The recordings of the answers in one transcript: asked for once, then kept, so that they play without a server.

import type { Recorded } from "../../channel/messages";
import type { TurnDrawing } from "../turn";
import { type Played, player, type Stage } from "./player";
import { signOf } from "./sign";
import { Track } from "./track";

export interface Recording extends Stage {
  /** The answers that can be played, in their order. */
  playable(): readonly TurnDrawing[];
  readonly recordings: Recordings;
}

/** All transcripts on the page, in the order in which they were mounted. */
const transcripts = new Set<Recording>();

export class Recordings {
  private readonly known = new Map<string, Recorded>();
  private readonly unasked = new Set<string>();

  /** `ask` has the server send the recording of a turn, and resolves with whether it did. */
  constructor(
    private readonly transcript: Recording,
    private readonly ask: (turn: string) => Promise<boolean>,
  ) {
    transcripts.add(transcript);
  }

  leave(): void {
    transcripts.delete(this.transcript);
    player.drop(this.transcript);
  }

  /** Keeps a recording that the server sent; one that is to be played unasked is, once its turn is there. */
  add(recording: Recorded): void {
    this.known.set(recording.turn, recording);
    if (recording.play) this.unasked.add(recording.turn);
  }

  /** Plays what the server has had played, where its turn is among these by now. */
  playUnasked(drawings: ReadonlyMap<string, TurnDrawing>): void {
    for (const turn of this.unasked) {
      const drawing = drawings.get(turn);
      if (drawing === undefined) continue;
      this.unasked.delete(turn);
      void this.load(drawing).then((played) => played !== null && player.join(played));
    }
  }

  /** What is to be played of an answer; null where there is none, which was said. */
  async load(drawing: TurnDrawing): Promise<Played | null> {
    const { turn } = drawing.view;
    if (!this.known.has(turn) && !(await this.ask(turn))) return null;
    const recording = this.known.get(turn);
    if (recording === undefined || !drawing.element.isConnected) return null;
    const { text, thoughts, model } = drawing.view;
    const track = new Track(recording.steps, text, thoughts);
    return { stage: this.transcript, drawing, track, from: 0, sign: signOf(recording.at, model) };
  }

  /** Whether there is more to play than one answer: in other transcripts on the page, or in this one. */
  get isOneOfSeveral(): boolean {
    return transcripts.size > 1 || this.transcript.playable().length > 1;
  }
}

/** Plays an answer of a transcript. */
export async function play(transcript: Recording, drawing: TurnDrawing): Promise<void> {
  const played = await transcript.recordings.load(drawing);
  if (played !== null) player.start([played]);
}

/** Plays the last answer of every transcript of the page, by one clock; of a single one all, one after the other. */
export async function playAll(): Promise<void> {
  const [only, ...more] = transcripts;
  if (only !== undefined && more.length === 0) {
    player.start(inOrder(await Promise.all(only.playable().map((drawing) => only.recordings.load(drawing)))));
    return;
  }
  const loads = [...transcripts].map(async (transcript) => {
    const drawing = transcript.playable().at(-1);
    return drawing === undefined ? null : transcript.recordings.load(drawing);
  });
  player.start((await Promise.all(loads)).filter((played) => played !== null));
}

/** A question is read for so long before its answer begins, in milliseconds. */
const READING_MS = 1_000;

/** Answers of one conversation one after the other, each seen with its question when its time has come. */
function inOrder(loaded: readonly (Played | null)[]): Played[] {
  let [from, last] = [0, null as HTMLElement | null];
  const found: Played[] = [];
  for (const played of loaded) {
    if (played === null) continue;
    const { element } = played.drawing;
    found.push(last === null ? played : { ...played, from, before: between(last, element) });
    from += played.track.total + READING_MS;
    last = element;
  }
  return found;
}

/** The elements after one up to another one, which is among them. */
function between(first: HTMLElement, last: HTMLElement): HTMLElement[] {
  const found = [last];
  for (
    let at = last.previousElementSibling;
    at instanceof HTMLElement && at !== first;
    at = at.previousElementSibling
  ) {
    found.push(at);
  }
  return found;
}

/** The page's other parts have all played with the event "pg-replay-all" on the document. */
document.addEventListener("pg-replay-all", () => void playAll());
