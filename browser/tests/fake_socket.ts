import type { Socket } from "../src/channel/line";

/** The server's end of a socket, by hand. */
export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readyState = 0;
  readonly sent: unknown[] = [];
  /** Whether pings are answered. */
  answers = false;

  send(text: string): void {
    const message = JSON.parse(text);
    this.sent.push(message);
    if (this.answers && message.kind === "ping") this.tell({ kind: "done", number: message.number });
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  tell(...told: unknown[]): void {
    this.onmessage?.({ data: JSON.stringify(told) });
  }

  lose(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}
