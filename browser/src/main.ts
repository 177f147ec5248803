// What the loaders of the two components import.

export { mountComposer } from "./composer";
export { growing } from "./markdown/growing";
export { mountTranscript } from "./transcript";
