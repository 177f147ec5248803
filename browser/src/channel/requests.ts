// Requests of the browser that have no answer yet.

import type { BrowserRequest, Problem, RequestDone } from "./messages";

type Unnumbered<Kind> = Kind extends unknown ? Omit<Kind, "number" | "mark"> : never;
export type Request = Unnumbered<BrowserRequest>;

/** Requests that may be carried out twice without harm. */
const HARMLESS: ReadonlySet<BrowserRequest["kind"]> = new Set([
  "stop",
  "select",
  "delete",
  "restore",
  "play",
  "draft",
  "ping",
]);

const UNSURE: Problem = {
  message: "The connection was lost while this was sent, and the server does not remember it.",
  hint: "See whether it has arrived before you send it again.",
  details: "",
};

interface OpenRequest {
  readonly request: BrowserRequest;
  readonly resolve: (problem: Problem | null) => void;
  /** Whether it was sent over a socket of this token. */
  sent: boolean;
}

/** Requests by number, kept until they are answered. */
export class Requests {
  private readonly open = new Map<number, OpenRequest>();
  // A page that comes back to the same token must not count from where it began before.
  private next = Date.now();

  get waiting(): boolean {
    return this.open.size > 0;
  }

  /** Numbers a request for what has this mark; `outcome` resolves with its problem, or null. */
  add(unnumbered: Request, mark: string): { request: BrowserRequest; outcome: Promise<Problem | null> } {
    // The number comes first: the server reads it even where the rest is too long to be read.
    const request = { number: this.next++, mark, ...unnumbered } as BrowserRequest;
    if (request.kind === "draft") this.drop((other) => other.kind === "draft" && other.slot === request.slot);
    const outcome = new Promise<Problem | null>((resolve) => {
      this.open.set(request.number, { request, resolve, sent: false });
    });
    return { request, outcome };
  }

  sent(number: number): void {
    const open = this.open.get(number);
    if (open !== undefined) open.sent = true;
  }

  answer({ number, problem }: RequestDone): void {
    this.open.get(number)?.resolve(problem ?? null);
    this.open.delete(number);
  }

  /** Fails requests that were sent to a server that has forgotten them, except those that are harmless to repeat. */
  failSent(): void {
    for (const [number, { request, resolve, sent }] of this.open) {
      if (!sent || HARMLESS.has(request.kind)) continue;
      resolve(UNSURE);
      this.open.delete(number);
    }
  }

  /** Requests for a new socket to send, in the order in which they were made. */
  unanswered(): BrowserRequest[] {
    this.drop((request) => request.kind === "ping");
    return [...this.open.values()].map(({ request }) => request);
  }

  private drop(matches: (request: BrowserRequest) => boolean): void {
    for (const [number, { request, resolve }] of this.open) {
      if (!matches(request)) continue;
      resolve(null);
      this.open.delete(number);
    }
  }
}
