/** So far outside the view is near, so that it is drawn when it comes into view. */
const MARGIN = "1500px 0px";

/** Says once of each element that it has come near the view. */
export class NearView {
  private readonly observer: IntersectionObserver | null;

  constructor(came: (element: Element) => void) {
    const look = (entries: IntersectionObserverEntry[]): void => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        this.forget(target);
        came(target);
      }
    };
    const exists = typeof IntersectionObserver === "function";
    this.observer = exists ? new IntersectionObserver(look, { rootMargin: MARGIN }) : null;
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
