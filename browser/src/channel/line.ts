// One socket that is kept open: opened again when it is lost, and given up when the network is silent.

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
const LOOK_MS = 1_000;
/** So long may it be silent while something is awaited, and while nothing is. */
const AWAITED_SILENCE_MS = 3_000;
const SILENCE_MS = 20_000;
/** So long may the answer to a ping take, and that to one for which there is a reason; and so long a socket to open. */
const PATIENCE_MS = 5_000;
const SHORT_PATIENCE_MS = 1_500;
const OPENING_MS = 8_000;
/** The server knows no page with this token. */
const UNKNOWN_TOKEN = 4404;

/** What of WebSocket is used. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  readonly readyState: number;
  send(text: string): void;
  close(): void;
}

export interface Listener {
  opened(): void;
  received(text: string): void;
  lost(unknownToken: boolean): void;
  /** Whether something is to come soon; a silent network is then noticed earlier. */
  awaited(): boolean;
  ping(): void;
}

export class Line {
  /** Whether a socket was ever open. */
  everOpen = false;
  private socket: Socket | null = null;
  private wait = FIRST_WAIT_MS;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;
  private heardAt = 0;
  private pingedAt = 0;
  private startedAt = 0;
  private patience = PATIENCE_MS;

  constructor(
    private readonly make: () => Socket,
    private readonly listener: Listener,
  ) {}

  get open(): boolean {
    return this.socket?.readyState === 1 && this.heardAt > 0;
  }

  /** Begins; or begins anew without waiting, where it is not open. */
  start(): void {
    this.watch ??= setInterval(() => this.look(), LOOK_MS);
    if (this.socket !== null) return;
    clearTimeout(this.retry);
    const socket = this.make();
    this.socket = socket;
    this.startedAt = Date.now();
    socket.onopen = () => {
      this.everOpen = true;
      this.heard();
      this.listener.opened();
    };
    socket.onmessage = ({ data }) => {
      // Not when it opens: a server on its way up, or down, lets in and closes again.
      this.wait = FIRST_WAIT_MS;
      this.heard();
      this.listener.received(data);
    };
    socket.onclose = ({ code }) => this.closed(code === UNKNOWN_TOKEN);
  }

  send(text: string): void {
    this.socket?.send(text);
  }

  /** Ends what there is and begins anew at once. */
  restart(): void {
    this.abandon();
    this.start();
  }

  /** Ends it for good. */
  stop(): void {
    this.abandon();
    clearTimeout(this.retry);
    clearInterval(this.watch);
    this.watch = undefined;
  }

  /** The browser has reason to think that the network is there again, or gone: ask now, or try now. */
  check(): void {
    if (this.watch === undefined) return;
    if (this.socket === null) this.start();
    else if (this.open) this.ping(SHORT_PATIENCE_MS);
  }

  private look(): void {
    const now = Date.now();
    if (this.socket === null) return;
    if (!this.open) {
      if (now - this.startedAt > OPENING_MS) this.giveUp();
    } else if (this.pingedAt > 0) {
      if (now - this.pingedAt > this.patience) this.giveUp();
    } else if (now - this.heardAt > (this.listener.awaited() ? AWAITED_SILENCE_MS : SILENCE_MS)) {
      this.ping(PATIENCE_MS);
    }
  }

  private ping(patience: number): void {
    this.patience = patience;
    if (this.pingedAt > 0) return;
    this.pingedAt = Date.now();
    this.listener.ping();
  }

  private heard(): void {
    this.heardAt = Date.now();
    this.pingedAt = 0;
  }

  private giveUp(): void {
    this.abandon();
    this.closed(false);
  }

  private closed(unknownToken: boolean): void {
    this.abandon();
    this.retry = setTimeout(() => this.start(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    this.listener.lost(unknownToken);
  }

  private abandon(): void {
    const socket = this.socket;
    this.socket = null;
    this.heardAt = this.pingedAt = 0;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
