// The clock of a replay: one for all answers that are played together.

export type Speed = 1 | 2 | 4;

export class Clock {
  private isRunning = false;
  private pace: Speed = 1;
  private base = 0;
  private since = 0;

  /** `total` is when the last recording ends, and `now` the time, in milliseconds. */
  constructor(
    public total: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Milliseconds into the recording at a time. */
  at(time = this.now()): number {
    const passed = this.isRunning ? Math.max(0, time - this.since) * this.pace : 0;
    return Math.min(this.total, this.base + passed);
  }

  get running(): boolean {
    return this.isRunning;
  }

  get speed(): Speed {
    return this.pace;
  }

  /** Whether all has been played by a time. */
  ended(time = this.now()): boolean {
    return this.at(time) >= this.total;
  }

  play(): void {
    this.set(this.at(), true);
  }

  pause(): void {
    this.set(this.at(), false);
  }

  seek(at: number): void {
    this.set(Math.max(0, Math.min(this.total, at)), this.isRunning);
  }

  setSpeed(speed: Speed): void {
    this.set(this.at(), this.isRunning);
    this.pace = speed;
  }

  private set(base: number, running: boolean): void {
    this.base = base;
    this.since = this.now();
    this.isRunning = running;
  }
}
