/** Markdown that grows: what is finished is neither parsed nor touched again. */
export interface Growing {
  readonly element: HTMLElement;
  add(text: string): void;
  set(text: string): void;
  end(): void;
}

export function growing(): Growing {
  const element = document.createElement("div");
  element.style.whiteSpace = "pre-wrap";
  return {
    element,
    add: (text) => element.append(text),
    set: (text) => element.replaceChildren(text),
    end: () => {},
  };
}
