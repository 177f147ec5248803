import type { Component, Leave } from "./component";

export interface TranscriptData {
  readonly token: string;
  readonly slot: string;
  readonly compact: boolean;
  readonly blind: boolean;
}

export function mountTranscript({ parentElement }: Component<TranscriptData>): Leave {
  parentElement.classList.add("pg-transcript");
  return () => {};
}
