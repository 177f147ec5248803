/**
 * Keeps settings that change after a message was sent from overtaking it.
 *
 * Streamlit sends the values of all controls as soon as one changes, over a socket of its own. While a message is on its
 * way to the server, what Streamlit sends is held here in order, so that no later change gets there first.
 */

import type { Leave } from "./component";

/** A message that does not reach the server does not hold up the page for longer. */
export const LONGEST_CLOSED_MS = 15_000;
const STREAMLIT = "/_stcore/stream";

type Data = Parameters<WebSocket["send"]>[0];

interface Parcel {
  readonly send: () => void;
  /** The passage of the message whose question it contains. */
  readonly passage: Passage | undefined;
}

export class Gate {
  private readonly held: Parcel[] = [];
  /** Passages by the question that closes the gate for them. */
  private readonly expected = new Map<string, Passage>();
  private readonly underway = new Set<Passage>();
  private socket: WebSocket | null = null;

  /** Intercepts what Streamlit sends from now on. */
  watch(sockets: WebSocket = WebSocket.prototype): Leave {
    const { send } = sockets;
    const gate = this;
    sockets.send = function (this: WebSocket, data: Data) {
      const pass = () => send.call(this, data);
      if (this.url.includes(STREAMLIT)) gate.take(this, data, pass);
      else pass();
    };
    return () => {
      sockets.send = send;
    };
  }

  /** A passage for one message; call its `done` when the message has arrived, or will not. */
  passage(): Passage {
    const passage: Passage = new Passage(
      (question) => {
        if (question === null) this.underway.add(passage);
        else this.expected.set(question, passage);
      },
      () => {
        for (const [question, other] of this.expected) if (other === passage) this.expected.delete(question);
        this.underway.delete(passage);
        this.flush();
      },
    );
    return passage;
  }

  private take(socket: WebSocket, data: Data, send: () => void): void {
    if (this.socket !== null && this.socket !== socket) {
      // Streamlit has another socket, over which all controls go anew.
      this.held.length = 0;
      this.underway.clear();
    }
    this.socket = socket;
    const question = [...this.expected.keys()].find((question) => contains(data, question));
    const passage = this.expected.get(question ?? "");
    passage?.hand();
    const parcel = { send, passage };
    if (this.underway.size > 0) this.held.push(parcel);
    else this.pass(parcel);
  }

  private pass({ send, passage }: Parcel): void {
    send();
    if (passage === undefined || passage.isDone) return;
    this.underway.add(passage);
    passage.leave(send);
  }

  private flush(): void {
    while (this.underway.size === 0) {
      const parcel = this.held.shift();
      if (parcel === undefined) return;
      this.pass(parcel);
    }
  }
}

export class Passage {
  /** When its question left; null where it has not yet. */
  leftAt: number | null = null;
  isDone = false;
  /** Resolves when Streamlit has passed its question to the socket. */
  readonly handed: Promise<void>;
  hand: () => void = () => {};
  private isHanded = false;
  private sendAgain: (() => void) | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly closing: (question: string | null) => void,
    private readonly opening: () => void,
  ) {
    this.handed = new Promise((handed) => {
      this.hand = () => {
        this.isHanded = true;
        handed();
      };
    });
  }

  /** Whether its question waits behind another message. */
  get waits(): boolean {
    return this.isHanded && this.leftAt === null;
  }

  /** Closes the gate, at once or after the message of Streamlit's that contains this question. */
  close(question: string | null = null): void {
    this.closing(question);
    if (question === null) this.limit();
  }

  /** Its question has left; `sendAgain` sends it once more. */
  leave(sendAgain: () => void): void {
    this.leftAt = performance.now();
    this.sendAgain = sendAgain;
    this.limit();
  }

  /** Sends its question again, with the controls as they were; returns whether it was sent before. */
  resend(): boolean {
    this.sendAgain?.();
    return this.sendAgain !== null;
  }

  /** Opens the gate: the message has arrived, or will not. */
  done(): void {
    if (this.isDone) return;
    this.isDone = true;
    clearTimeout(this.timer);
    this.opening();
  }

  private limit(): void {
    this.timer = setTimeout(() => this.done(), LONGEST_CLOSED_MS);
  }
}

/** Whether a message of Streamlit's contains this ASCII text. */
function contains(data: Data, text: string): boolean {
  if (!ArrayBuffer.isView(data)) return false;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let length = 1;
    while (length < text.length && bytes[at + length] === text.charCodeAt(length)) length += 1;
    if (length === text.length) return true;
  }
  return false;
}

/** The gate of the page. */
export const gate = new Gate();
