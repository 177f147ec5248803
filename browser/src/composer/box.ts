/** The field a message is written into: which keys send, and how high it is. */

import { h } from "../dom/h";

/** From here on the field has its full height, and nothing measures how high its text is. */
const LONG = 20_000;

const MOVES = /^(?:Arrow|Home$|End$|Page)/;

export interface Keys {
  send(): void;
  /** ↑ in an empty field; returns whether there was a message to edit. */
  editLast(): boolean;
  /** Something is about to be typed. */
  begins(): void;
  /** The caret was moved. */
  seen(): void;
  written(): void;
}

export class Box {
  readonly field: HTMLTextAreaElement;
  private readonly sizesItself = CSS.supports("field-sizing", "content");
  private composing = false;

  constructor(private readonly keys: Keys) {
    this.field = h("textarea", {
      class: "pg-composer-text",
      "aria-label": "Message",
      rows: "1",
      enterkeyhint: "send",
      autocomplete: "off",
      dir: "auto",
      compositionstart: () => {
        this.composing = true;
      },
      compositionend: () => {
        this.composing = false;
      },
      // Before the text is there: to lay a long one out twice takes a second.
      paste: (event) => this.setFullHeight((event as ClipboardEvent).clipboardData?.getData("text/plain").length ?? 0),
      pointerdown: () => keys.seen(),
      keydown: (event) => this.pressed(event as KeyboardEvent),
      beforeinput: (event) => {
        const { inputType, isComposing } = event as InputEvent;
        if (inputType.startsWith("insert") && !isComposing) keys.begins();
      },
      input: () => {
        this.resize();
        keys.written();
      },
    });
  }

  get text(): string {
    return this.field.value;
  }

  set text(text: string) {
    if (text === this.field.value) return;
    this.field.value = text;
    this.resize();
  }

  get empty(): boolean {
    return this.field.value === "";
  }

  /** Whether an input method is composing. */
  get isComposing(): boolean {
    return this.composing;
  }

  private pressed(event: KeyboardEvent): void {
    // An input method must find the field as it will stay.
    if (event.keyCode === 229 && !this.composing) this.keys.begins();
    if (MOVES.test(event.key)) this.keys.seen();
    // Safari ends the composition before it tells of the Enter that ended it, and then only the code 229 says so.
    if (event.isComposing || this.composing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      if (!event.repeat) this.keys.send();
    } else if (event.key === "ArrowUp" && !hasModifier(event) && this.empty && this.keys.editLast()) {
      event.preventDefault();
    }
  }

  /** Gives the field its full height if its text is, or is about to be, long; returns whether it is. */
  private setFullHeight(more = 0): boolean {
    const isLong = this.field.textLength + more > LONG;
    this.field.classList.toggle("pg-composer-long", isLong);
    return isLong;
  }

  private resize(): void {
    const { field } = this;
    if (this.setFullHeight() || this.sizesItself) {
      field.style.height = "";
      return;
    }
    field.style.height = "0";
    field.style.height = `${field.scrollHeight}px`;
  }
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.shiftKey || event.ctrlKey || event.altKey || event.metaKey;
}
