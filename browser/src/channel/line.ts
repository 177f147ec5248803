// One socket that is kept open: reopened when it is lost, and abandoned when the network is silent.

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
const TICK_MS = 1_000;
/** A ping is sent after so much silence, while a reply is expected and while none is. */
const REPLY_SILENCE_MS = 3_000;
const SILENCE_MS = 20_000;
/** How long the answer to a ping may take, to one that the browser had a reason for, and how long a socket may take to open. */
const PING_TIMEOUT_MS = 5_000;
const SHORT_PING_TIMEOUT_MS = 1_500;
const OPENING_TIMEOUT_MS = 8_000;
/** The server knows no page with this token. */
const UNKNOWN_TOKEN = 4404;

/** The part of WebSocket that is used. */
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
  /** Whether something should come soon; silence is then noticed earlier. */
  expectsReply(): boolean;
  ping(): void;
}

export class Line {
  /** Whether a socket was ever open. */
  everOpen = false;
  private socket: Socket | null = null;
  private retryWait = FIRST_WAIT_MS;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private ticker: ReturnType<typeof setInterval> | undefined;
  private receivedAt = 0;
  private pingedAt = 0;
  private startedAt = 0;
  private pingTimeout = PING_TIMEOUT_MS;

  constructor(
    private readonly makeSocket: () => Socket,
    private readonly listener: Listener,
  ) {}

  get open(): boolean {
    return this.socket?.readyState === 1 && this.receivedAt > 0;
  }

  /** Opens the socket; where a retry is waiting, at once. */
  start(): void {
    this.ticker ??= setInterval(() => this.tick(), TICK_MS);
    if (this.socket !== null) return;
    clearTimeout(this.retryTimer);
    const socket = this.makeSocket();
    this.socket = socket;
    this.startedAt = Date.now();
    socket.onopen = () => {
      this.everOpen = true;
      this.noteReceived();
      this.listener.opened();
    };
    socket.onmessage = ({ data }) => {
      // Not when it opens: a server that starts or stops accepts sockets and closes them again.
      this.retryWait = FIRST_WAIT_MS;
      this.noteReceived();
      this.listener.received(data);
    };
    socket.onclose = ({ code }) => this.closed(code === UNKNOWN_TOKEN);
  }

  send(text: string): void {
    this.socket?.send(text);
  }

  /** Closes the socket and opens a new one at once. */
  restart(): void {
    this.abandon();
    this.start();
  }

  /** Closes the socket for good. */
  stop(): void {
    this.abandon();
    clearTimeout(this.retryTimer);
    clearInterval(this.ticker);
    this.ticker = undefined;
  }

  /** Pings, or reconnects, at once: the browser has a reason to think that the network has come or gone. */
  check(): void {
    if (this.ticker === undefined) return;
    if (this.socket === null) this.start();
    else if (this.open) this.ping(SHORT_PING_TIMEOUT_MS);
  }

  private tick(): void {
    const now = Date.now();
    if (this.socket === null) return;
    if (!this.open) {
      if (now - this.startedAt > OPENING_TIMEOUT_MS) this.giveUp();
    } else if (this.pingedAt > 0) {
      if (now - this.pingedAt > this.pingTimeout) this.giveUp();
    } else if (now - this.receivedAt > (this.listener.expectsReply() ? REPLY_SILENCE_MS : SILENCE_MS)) {
      this.ping(PING_TIMEOUT_MS);
    }
  }

  private ping(pingTimeout: number): void {
    this.pingTimeout = pingTimeout;
    if (this.pingedAt > 0) return;
    this.pingedAt = Date.now();
    this.listener.ping();
  }

  private noteReceived(): void {
    this.receivedAt = Date.now();
    this.pingedAt = 0;
  }

  private giveUp(): void {
    this.abandon();
    this.closed(false);
  }

  private closed(unknownToken: boolean): void {
    this.abandon();
    this.retryTimer = setTimeout(() => this.start(), this.retryWait * (0.75 + Math.random() / 2));
    this.retryWait = Math.min(this.retryWait * 2, LONGEST_WAIT_MS);
    this.listener.lost(unknownToken);
  }

  private abandon(): void {
    const socket = this.socket;
    this.socket = null;
    this.receivedAt = this.pingedAt = 0;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
