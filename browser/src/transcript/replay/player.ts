// Plays recorded answers: those of all panes by one clock, so that they stay in step. It needs no server.

import { type Drawer, draw } from "../../dom/frame";
import { counted } from "../../page/figures";
import type { TurnDrawing } from "../turn";
import { Bar } from "./bar";
import { Clock, type Speed } from "./clock";
import type { Track } from "./track";

/** What stands at the clock's beginning among the browser's measurements, for tests. */
export const MARK = "pg-replay";
/** A frame is on screen for so long, in milliseconds: what comes by its middle is shown in it. */
const FRAME_MS = 1_000 / 60;

/** The transcript that a played answer stands in. */
export interface Stage extends Drawer {
  /** Where the controls are put. */
  readonly log: HTMLElement;
  /** Puts the focus on a turn. */
  focusTurn(turn: string): void;
  /** Keeps the end in view. */
  follow(): void;
}

/** A part of a conversation whose time has not come. */
const UNPLAYED = "pg-unplayed";
/** A transcript in which an answer is played: there is room for the controls below it. */
const PLAYING = "pg-playing";
/** Where something is written, which the controls never cover. */
const BOXES = ".st-key-composer, .pg-composer, .pg-stage-ask:not([hidden])";

export interface Played {
  readonly stage: Stage;
  readonly drawing: TurnDrawing;
  readonly track: Track;
  /** When it begins by the clock: later than 0 where it joined what was played already. */
  readonly from: number;
  /** "Recorded on … from …". */
  readonly sign: string;
  /** What is not seen before it begins: its question, and itself. */
  readonly before?: readonly HTMLElement[];
}

export class Player implements Drawer {
  private played: readonly Played[] = [];
  private clock = new Clock(0);
  private bar: Bar | null = null;

  /** Plays these from the beginning, in place of what is played; the controls get the focus unless nobody asked. */
  start(played: readonly Played[], takesFocus = true): void {
    this.end(false);
    const [first] = played;
    if (first === undefined) return;
    this.played = played;
    this.clock = new Clock(Math.max(...played.map(({ track, from }) => from + track.total)));
    this.bar = new Bar(this.clock, counted(played.length, "recording"), {
      toggle: () => this.toggle(),
      seek: (at) => this.changed(() => this.clock.seek(at)),
      speed: (speed: Speed) => this.changed(() => this.clock.setSpeed(speed)),
      live: () => this.end(true),
    });
    first.stage.log.append(this.bar.element);
    for (const event of MOVES) window.addEventListener(event, this.place, true);
    for (const { stage } of played) stage.log.classList.add(PLAYING);
    this.place();
    this.bar.say(`Replay. ${played.map(({ sign }) => sign).join(". ")}.`);
    if (takesFocus) this.bar.focus();
    for (const { drawing, sign } of played) drawing.replay(sign);
    // What moves by itself is not for everybody: the answer stands there at once, and Play is theirs to press.
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.clock.seek(this.clock.total);
    else this.clock.play();
    if (played.some(({ before }) => before !== undefined)) first.stage.follow();
    this.changed();
  }

  /** Plays one more answer from its beginning beside those that are being played. */
  join(played: Played): void {
    if (this.bar === null || this.clock.ended()) {
      this.start([played], false);
      return;
    }
    const from = this.clock.at();
    this.drop(played.drawing);
    this.played = [...this.played, { ...played, from }];
    this.clock.total = Math.max(this.clock.total, from + played.track.total);
    played.stage.log.classList.add(PLAYING);
    played.drawing.replay(played.sign);
    this.bar.extend(counted(this.played.length, "recording"));
    this.changed();
  }

  /** Stops playing what is in a transcript that is taken off the page, or an answer of it. */
  drop(gone: Stage | TurnDrawing): void {
    const [first] = this.played;
    if (!this.played.some(({ stage, drawing }) => stage === gone || drawing === gone)) return;
    // The controls stand in the first transcript.
    if (first === undefined || first.stage === gone) {
      this.end(false);
      return;
    }
    for (const { drawing, before } of this.played) {
      if (drawing === gone) drawing.live();
      if (drawing === gone || gone === first.stage) unhide(before);
    }
    this.played = this.played.filter(({ stage, drawing }) => stage !== gone && drawing !== gone);
    if (this.played.length === 0) this.end(false);
  }

  /** Shows the answers as they are. */
  end(refocus: boolean): void {
    const { played } = this;
    this.played = [];
    const hadFocus = this.bar?.element.contains(document.activeElement) ?? false;
    for (const event of MOVES) window.removeEventListener(event, this.place, true);
    this.bar?.element.remove();
    this.bar = null;
    for (const { drawing, stage, before } of played) {
      stage.log.classList.remove(PLAYING);
      unhide(before);
      drawing.live();
      draw(stage);
    }
    const [first] = played;
    if ((refocus || hadFocus) && first !== undefined) first.stage.focusTurn(first.drawing.view.turn);
  }

  // What is drawn in a frame

  write(): void {
    if (this.bar === null) return;
    const now = performance.now();
    // Half a frame ahead, so that no piece is later than it is early; one that is paused shows what is at its time.
    const ahead = this.clock.running ? (FRAME_MS / 2) * this.clock.speed : 0;
    const at = this.clock.at(now) + ahead;
    const ended = this.clock.ended(now);
    for (const { drawing, track, from, before = [] } of this.played) {
      for (const element of before) element.classList.toggle(UNPLAYED, at < from);
      const { text, thoughts } = track.at(at - from);
      drawing.playTo(text, thoughts, at - from >= track.total);
    }
    if (ended && this.clock.running) {
      this.clock.pause();
      this.bar.say("The replay has ended.");
    }
    this.bar.draw();
    if (this.clock.running) draw(this);
    for (const stage of new Set(this.played.map(({ stage }) => stage))) draw(stage);
  }

  measure(): void {
    this.place();
  }

  scroll(): void {}

  /** Puts the controls below what is played, and not under what is beside it. */
  private readonly place = (): void => {
    const boxes = this.played.map(({ stage }) => stage.log.getBoundingClientRect()).filter(({ width }) => width > 0);
    const left = Math.max(0, Math.min(...boxes.map((box) => box.left)));
    const right = Math.min(window.innerWidth, Math.max(...boxes.map((box) => box.right)));
    const written = [...document.querySelectorAll(BOXES)].map((box) => box.getBoundingClientRect());
    const inSight = written.filter(({ width, top, bottom }) => width > 0 && bottom > 0 && top < window.innerHeight);
    if (right > left) this.bar?.place((left + right) / 2, inSight);
  };

  private toggle(): void {
    this.changed(() => {
      if (this.clock.running) {
        this.clock.pause();
        return;
      }
      if (this.clock.ended()) this.clock.seek(0);
      this.clock.play();
    });
  }

  private changed(change: () => void = () => {}): void {
    change();
    // The recording began here, at the speed that it has now.
    const begin = performance.now() - this.clock.at() / this.clock.speed;
    performance.clearMarks(MARK);
    performance.mark(MARK, { startTime: Math.max(0, begin), detail: this.clock.speed });
    draw(this);
  }
}

/** What may move the message box. */
const MOVES = ["resize", "scroll", "input"];

function unhide(elements: readonly HTMLElement[] = []): void {
  for (const element of elements) element.classList.remove(UNPLAYED);
}

/** The one of the page. */
export const player = new Player();
