// What the loaders of the two components import.

export { mountComposer } from "./composer";
export { mountTranscript } from "./transcript";
