// What the loaders of the two components import.

export { mountComposer } from "./composer/composers";
export { growing } from "./markdown/growing";
export { mountTranscript } from "./transcript/transcript";
