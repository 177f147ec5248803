import { holdingSelection } from "./held_selection";

/** Elements so far outside the view are near it, so that they are drawn before they come into view. */
const MARGIN = "1500px 0px";

/** Calls `onNear` once for each observed element that comes near the view. */
export class NearView {
  private readonly observer: IntersectionObserver | null;

  constructor(onNear: (element: Element) => void) {
    const onIntersect = (entries: IntersectionObserverEntry[]): void => {
      const near = entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target);
      for (const element of near) this.forget(element);
      if (near.length > 0) holdingSelection(() => near.forEach(onNear));
    };
    const exists = typeof IntersectionObserver === "function";
    this.observer = exists ? new IntersectionObserver(onIntersect, { rootMargin: MARGIN }) : null;
  }

  observe(element: Element): void {
    this.observer?.observe(element);
  }

  forget(element: Element): void {
    this.observer?.unobserve(element);
  }

  leave(): void {
    this.observer?.disconnect();
  }
}
