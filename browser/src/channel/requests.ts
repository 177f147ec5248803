// What the browser has asked for and has no answer to yet.

import type { BrowserRequest, Problem, RequestDone } from "./messages";

type AsAsked<One> = One extends unknown ? Omit<One, "number" | "stands"> : never;
export type Request = AsAsked<BrowserRequest>;

/** What may be done twice without harm. */
const HARMLESS: ReadonlySet<BrowserRequest["kind"]> = new Set(["stop", "select", "delete", "restore", "draft", "ping"]);

const UNSURE: Problem = {
  message: "The connection was lost while this was sent, and the server does not remember it.",
  hint: "See whether it has arrived before you send it again.",
  details: "",
};

interface Open {
  readonly asked: BrowserRequest;
  readonly resolve: (problem: Problem | null) => void;
  /** Whether it has left by a socket of this token. */
  sent: boolean;
}

/** Requests by number, kept until they are answered. */
export class Requests {
  private readonly open = new Map<number, Open>();
  // A page that comes back to the same token must not count from where it began before.
  private next = Date.now();

  get waiting(): boolean {
    return this.open.size > 0;
  }

  /** Numbers a request that is for what has this mark; the promise says how it went, once that is known. */
  add(request: Request, stands: string): { asked: BrowserRequest; answered: Promise<Problem | null> } {
    // The number comes first: of what is too long to be read the server reads that.
    const asked = { number: this.next++, stands, ...request } as BrowserRequest;
    if (asked.kind === "draft") this.drop((one) => one.kind === "draft" && one.slot === asked.slot);
    const answered = new Promise<Problem | null>((resolve) => {
      this.open.set(asked.number, { asked, resolve, sent: false });
    });
    return { asked, answered };
  }

  sent(number: number): void {
    const one = this.open.get(number);
    if (one !== undefined) one.sent = true;
  }

  answer({ number, problem }: RequestDone): void {
    this.open.get(number)?.resolve(problem ?? null);
    this.open.delete(number);
  }

  /** The server knows nothing of what was sent: what must not be done twice is given back. */
  forgotten(): void {
    for (const [number, { asked, resolve, sent }] of this.open) {
      if (!sent || HARMLESS.has(asked.kind)) continue;
      resolve(UNSURE);
      this.open.delete(number);
    }
  }

  /** What is to be sent by a new socket, in the order in which it was asked. */
  again(): BrowserRequest[] {
    this.drop((one) => one.kind === "ping");
    return [...this.open.values()].map(({ asked }) => asked);
  }

  private drop(which: (asked: BrowserRequest) => boolean): void {
    for (const [number, { asked, resolve }] of this.open) {
      if (!which(asked)) continue;
      resolve(null);
      this.open.delete(number);
    }
  }
}
