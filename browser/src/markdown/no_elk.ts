/** Stands for elkjs, which is larger than all else that mermaid takes: drawings are laid out by dagre, as is its own choice. */
export default class {
  constructor() {
    throw new Error("This layout is not here.");
  }
}
