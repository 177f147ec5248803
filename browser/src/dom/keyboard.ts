/** Keeps the composer above a phone's keyboard. */

import type { Leave } from "../page/component";

/** Where a keyboard comes up as soon as a field has the focus. */
export function hasScreenKeyboard(): boolean {
  return window.matchMedia?.("(hover: none) and (pointer: coarse)").matches ?? false;
}

/**
 * Tells the style sheet how much of the page a keyboard covers, as `--pg-keyboard`.
 *
 * Chromium and Firefox are asked to make the page smaller instead; Safari lays the keyboard over it.
 */
export function stayAboveKeyboard(): Leave {
  const meta = document.querySelector<HTMLMetaElement>("meta[name=viewport]");
  if (meta !== null && !meta.content.includes("interactive-widget")) {
    meta.content += ", interactive-widget=resizes-content";
  }
  const viewport = window.visualViewport;
  if (!viewport || !hasScreenKeyboard()) return () => {};
  const { style } = document.documentElement;
  const measure = () => {
    const covered = window.innerHeight - viewport.height - viewport.offsetTop;
    style.setProperty("--pg-keyboard", viewport.scale === 1 && covered > 60 ? `${Math.round(covered)}px` : "0px");
  };
  viewport.addEventListener("resize", measure);
  viewport.addEventListener("scroll", measure);
  measure();
  return () => {
    viewport.removeEventListener("resize", measure);
    viewport.removeEventListener("scroll", measure);
    style.removeProperty("--pg-keyboard");
  };
}
