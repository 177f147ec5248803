// Moments to await; a signal ends the wait early.

/** Resolves after React's effects for what is on screen have run. */
export async function drawn(signal: AbortSignal): Promise<void> {
  for (let frame = 0; frame < 2; frame += 1) {
    await new Promise<void>((done) => {
      if (signal.aborted) return done();
      const late = setTimeout(done, 100); // a hidden page has no frames
      requestAnimationFrame(() => {
        clearTimeout(late);
        setTimeout(done, 0);
      });
    });
  }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    const ended = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", ended);
      done();
    };
    const timer = setTimeout(ended, Math.max(ms, 0));
    signal.addEventListener("abort", ended);
  });
}
