type Named = Record<string, { title: string; href: string }>;

/** More labels than these are taken for missed. */
const MOST = 10_000;

/** Where links lead whose destinations are given elsewhere in the text. */
export class References {
  private readonly missed = new Set<string>();
  /** What was asked for last and is not known; the rule of definitions asks before it defines. */
  private asked = "";

  constructor(readonly known: Named = Object.create(null) as Named) {}

  /** What one reading of a part of the text asks and adds to. */
  forReading(): Named {
    return new Proxy(Object.create(this.known) as Named, {
      get: (named, label) => {
        const found = named[String(label)];
        if (found === undefined) this.miss(String(label));
        return found;
      },
      set: (named, label, value: Named[string]) => {
        if (this.asked === label) this.missed.delete(this.asked);
        named[String(label)] = value;
        return true;
      },
    });
  }

  keep(label: string, named: Named): void {
    const found = named[label];
    if (found !== undefined) this.known[label] ??= found;
  }

  /** Whether something was asked for before it was known. */
  get cameLate(): boolean {
    return this.missed.size >= MOST || [...this.missed].some((label) => this.known[label] !== undefined);
  }

  private miss(label: string): void {
    this.asked = this.missed.has(label) || this.missed.size >= MOST ? "" : label;
    if (this.asked !== "") this.missed.add(label);
  }
}
