import type { Component, Leave } from "./component";

export function mountComposer(_component: Component<unknown>): Leave {
  return () => {};
}
