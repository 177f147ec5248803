/** The pictures beside a message that is being written: picked, pasted or dropped, shown small, taken away. */

import { h, icon } from "../dom/h";
import { ACCEPTED, type Picture, readPictures } from "./files";

const ADD = "M19 11h-6V5h-2v6H5v2h6v6h2v-6h6z";
const CLOSE = "M18.3 5.7 12 12l6.3 6.3-1.4 1.4L10.6 13.4 4.3 19.7l-1.4-1.4L9.2 12 2.9 5.7l1.4-1.4 6.3 6.3 6.3-6.3z";

export interface TrayUser {
  /** The pictures are other than before. */
  changed(): void;
  /** Files were left out, and why. */
  refused(reasons: string[]): void;
  focus(): void;
}

export class Tray {
  readonly element = h("ul", { class: "pg-composer-pictures", "aria-label": "Pictures" });
  readonly note = h("p", { class: "pg-composer-unseen" }, "The model does not see pictures: they are left out.");
  readonly add: HTMLButtonElement;
  private readonly picker: HTMLInputElement;
  private added: readonly Picture[] = [];
  private vision = true;
  private disabled = false;

  constructor(private readonly user: TrayUser) {
    this.picker = h("input", {
      type: "file",
      multiple: true,
      accept: ACCEPTED,
      hidden: true,
      change: () => {
        void this.takeIn([...(this.picker.files ?? [])]);
        this.picker.value = "";
      },
    });
    this.add = h(
      "button",
      {
        type: "button",
        class: "pg-composer-button",
        title: "Add pictures",
        "aria-label": "Add pictures",
        click: () => this.picker.click(),
      },
      icon(ADD),
      this.picker,
    );
    this.draw();
  }

  get pictures(): readonly Picture[] {
    return this.added;
  }

  set pictures(pictures: readonly Picture[]) {
    if (pictures === this.added) return;
    this.added = pictures;
    this.draw();
  }

  /** Whether the model sees pictures, and whether anything can be written at all. */
  allow(vision: boolean, disabled: boolean): void {
    this.vision = vision;
    this.disabled = disabled;
    this.draw();
  }

  /** Takes what is pasted, where it is pictures alone: a copied table comes with a picture of itself. */
  pasted(event: ClipboardEvent): void {
    const data = event.clipboardData;
    if (data === null || data.files.length === 0 || data.getData("text/plain") !== "") return;
    event.preventDefault();
    void this.takeIn([...data.files]);
  }

  /** Takes files that are dropped anywhere on the page: a browser would leave the page for them. */
  dropped(event: DragEvent): void {
    const data = event.dataTransfer;
    if (event.defaultPrevented || !data?.types.includes("Files")) return;
    event.preventDefault();
    if (event.type === "drop") void this.takeIn([...data.files]);
    else data.dropEffect = this.vision && !this.disabled ? "copy" : "none";
  }

  async takeIn(files: readonly File[]): Promise<void> {
    if (this.disabled || files.length === 0) return;
    if (!this.vision) {
      this.user.refused(["The model does not see pictures: nothing was added."]);
      return;
    }
    const { pictures, refusals } = await readPictures(files, this.added);
    if (pictures.length > 0) {
      this.pictures = [...this.added, ...pictures];
      this.user.changed();
    }
    if (refusals.length > 0) this.user.refused(refusals);
    this.user.focus();
  }

  private draw(): void {
    this.add.hidden = !this.vision;
    this.add.disabled = this.disabled;
    this.note.hidden = this.vision || this.added.length === 0;
    this.element.hidden = this.added.length === 0;
    this.element.replaceChildren(...this.added.map((picture) => this.thumbnail(picture)));
  }

  private thumbnail(picture: Picture): HTMLLIElement {
    const remove = () => {
      this.pictures = this.added.filter((other) => other !== picture);
      this.user.changed();
      this.user.focus();
    };
    const label = `Take ${picture.name} away`;
    return h(
      "li",
      { title: picture.name },
      h("img", { src: picture.url, alt: picture.name }),
      h("button", { type: "button", "aria-label": label, title: label, click: remove }, icon(CLOSE)),
    );
  }
}
