import { channelFor, type Leave } from "../channel/channel";
import { fetchExtras } from "../markdown/later";
import type { Component } from "../page/component";
import { addStyles } from "../page/styles";
import { Stage, type StageData } from "./stage";

const mounted = new WeakMap<HTMLElement, Stage>();

/** Mounts the stage, or keeps the one that is there when a page run mounts it again. */
export function mountStage(component: Component<StageData>): Leave {
  const { data, parentElement } = component;
  addStyles();
  fetchExtras();
  const channel = channelFor(data.token);
  let stage = mounted.get(parentElement);
  if (stage === undefined) {
    stage = new Stage(channel, component);
    mounted.set(parentElement, stage);
  }
  stage.component = component;
  return () => {
    if (mounted.get(parentElement) !== stage) return;
    mounted.delete(parentElement);
    stage?.leave();
  };
}
