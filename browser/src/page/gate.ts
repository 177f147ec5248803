/**
 * Keeps what is done after a message behind it.
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
  /** The question that is in it is that of this message. */
  readonly passage: Passage | undefined;
}

export class Gate {
  private readonly held: Parcel[] = [];
  /** By the words of the question behind which they close the gate. */
  private readonly coming = new Map<string, Passage>();
  private readonly inside = new Set<Passage>();
  private socket: WebSocket | null = null;

  /** Stands in the way of what Streamlit sends from now on. */
  watch(sockets: WebSocket = WebSocket.prototype): Leave {
    const { send } = sockets;
    const gate = this;
    sockets.send = function (this: WebSocket, data: Data) {
      const go = () => send.call(this, data);
      if (this.url.includes(STREAMLIT)) gate.take(this, data, go);
      else go();
    };
    return () => {
      sockets.send = send;
    };
  }

  /** The way of one message: it is to be told when the message has arrived, or will not. */
  passage(): Passage {
    const passage: Passage = new Passage(
      (question) => {
        if (question === null) this.inside.add(passage);
        else this.coming.set(question, passage);
      },
      () => {
        for (const [question, one] of this.coming) if (one === passage) this.coming.delete(question);
        this.inside.delete(passage);
        this.flush();
      },
    );
    return passage;
  }

  private take(socket: WebSocket, data: Data, send: () => void): void {
    if (this.socket !== null && this.socket !== socket) {
      // Streamlit has another socket, over which all controls go anew.
      this.held.length = 0;
      this.inside.clear();
    }
    this.socket = socket;
    const question = [...this.coming.keys()].find((words) => says(data, words));
    const passage = this.coming.get(question ?? "");
    passage?.hand();
    const parcel = { send, passage };
    if (this.inside.size > 0) this.held.push(parcel);
    else this.pass(parcel);
  }

  private pass({ send, passage }: Parcel): void {
    send();
    if (passage === undefined || passage.isDone) return;
    this.inside.add(passage);
    passage.leave(send);
  }

  private flush(): void {
    while (this.inside.size === 0) {
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
  /** Streamlit has given its question to the socket. */
  readonly handed: Promise<void>;
  hand: () => void = () => {};
  private isHanded = false;
  private repeat: (() => void) | null = null;
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

  /** Closes the gate, at once or behind the message of Streamlit's that has this question in it. */
  close(question: string | null = null): void {
    this.closing(question);
    if (question === null) this.limit();
  }

  /** Its question has left; `repeat` sends it once more. */
  leave(repeat: () => void): void {
    this.leftAt = performance.now();
    this.repeat = repeat;
    this.limit();
  }

  /** Asks once more what was asked, with the controls as they were; says whether it had left before. */
  again(): boolean {
    this.repeat?.();
    return this.repeat !== null;
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

/** Whether a message of Streamlit's has these words, which are ASCII, in it. */
function says(data: Data, words: string): boolean {
  if (!ArrayBuffer.isView(data)) return false;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const first = words.charCodeAt(0);
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let length = 1;
    while (length < words.length && bytes[at + length] === words.charCodeAt(length)) length += 1;
    if (length === words.length) return true;
  }
  return false;
}

/** That of the page. */
export const gate = new Gate();
