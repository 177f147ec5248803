type Named = Record<string, { title: string; href: string }>;

/** More labels than these are taken for missed. */
const MOST = 10_000;

/** Where links lead whose destinations are given elsewhere in the text. */
export class References {
  private readonly missed = new Set<string>();
  /** The label that was looked up last and is unknown; the rule of definitions looks a label up before it defines it. */
  private lastAsked = "";

  constructor(readonly known: Named = Object.create(null) as Named) {}

  /** The map of labels for reading one part of the text. */
  forReading(): Named {
    return new Proxy(Object.create(this.known) as Named, {
      get: (named, label) => {
        const found = named[String(label)];
        if (found === undefined) this.miss(String(label));
        return found;
      },
      set: (named, label, value: Named[string]) => {
        if (this.lastAsked === label) this.missed.delete(this.lastAsked);
        named[String(label)] = value;
        return true;
      },
    });
  }

  define(label: string, named: Named): void {
    const found = named[label];
    if (found !== undefined) this.known[label] ??= found;
  }

  /** Whether a label was looked up before it was defined. */
  get cameLate(): boolean {
    return this.missed.size >= MOST || [...this.missed].some((label) => this.known[label] !== undefined);
  }

  private miss(label: string): void {
    this.lastAsked = this.missed.has(label) || this.missed.size >= MOST ? "" : label;
    if (this.lastAsked !== "") this.missed.add(label);
  }
}
