/** What is typed into a turn and not sent yet: kept like the drafts of the message box, through reloads and crashes. */

import { forget, keep, NOTHING, recall } from "../composer/drafts";

/** A longer text is not written to the disk with every key. */
const LONG = 20_000;
const PAUSE_MS = 300;

export class Kept {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly key: string) {}

  /** What was kept, "" for nothing. */
  async read(): Promise<string> {
    return (await recall(this.key)).text;
  }

  write(text: string): void {
    clearTimeout(this.timer);
    const save = (): void => keep(this.key, { ...NOTHING, text });
    if (text.length < LONG) save();
    else this.timer = setTimeout(save, PAUSE_MS);
  }

  forget(): void {
    clearTimeout(this.timer);
    forget(this.key);
  }
}
