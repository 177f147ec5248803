// Whether the page has been without its connection for long enough to say so.

/** "lost": it was open and is not for a while; "unreachable": it has never been. */
export type OutageKind = "" | "lost" | "unreachable";

const LOST_MS = 2_000;
const UNREACHABLE_MS = 5_000;

export class OutageTimer {
  kind: OutageKind = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `changed` is called when `kind` has changed. */
  constructor(
    private readonly everOpen: () => boolean,
    private readonly changed: () => void,
  ) {}

  /** The connection is not open: reports an outage after a while, unless it `end`s until then. */
  begin(): void {
    if (this.kind !== "") return;
    this.timer ??= setTimeout(
      () => {
        this.kind = this.everOpen() ? "lost" : "unreachable";
        this.changed();
      },
      this.everOpen() ? LOST_MS : UNREACHABLE_MS,
    );
  }

  /** The connection is open. */
  end(): void {
    this.forget();
    this.kind = "";
  }

  /** Nobody waits for the connection any more. */
  forget(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
