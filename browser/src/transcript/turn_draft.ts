/** Text that is typed into a form of a turn and not sent yet, stored like the drafts of the message box. */

import { NOTHING, removeDraft, restoreDraft, saveDraft } from "../composer/drafts";

/** A longer text is not written to the disk with every key. */
const LONG = 20_000;
const PAUSE_MS = 300;

export class TurnDraft {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly key: string) {}

  /** The stored text, "" for none. */
  async read(): Promise<string> {
    return (await restoreDraft(this.key)).text;
  }

  write(text: string): void {
    clearTimeout(this.timer);
    const save = (): void => saveDraft(this.key, { ...NOTHING, text });
    if (text.length < LONG) save();
    else this.timer = setTimeout(save, PAUSE_MS);
  }

  forget(): void {
    clearTimeout(this.timer);
    removeDraft(this.key);
  }
}
