// What the loaders of the components import.

export { mountComposer } from "./composer/composers";
export { mountHistory } from "./history/entries";
export { growing } from "./markdown/growing";
export { mountPanes } from "./page/pane_map";
export { mountWatch } from "./page/sign_in_watch";
export { mountStage } from "./present/stages";
export { mountTranscript } from "./transcript/transcript";
