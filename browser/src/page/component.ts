/** What Streamlit gives a component each time a page run mounts it. */
export interface Component<Data> {
  readonly data: Data;
  readonly parentElement: HTMLElement;
  setTriggerValue(name: string, value: unknown): void;
}

/** Takes a component off the page again. */
export type Leave = () => void;
