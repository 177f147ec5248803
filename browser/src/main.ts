// What the loaders of the two components import.

export { mountComposer } from "./composers";
export { growing } from "./markdown/growing";
export { mountTranscript } from "./transcript";
