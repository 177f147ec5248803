// Work that waits until the browser is idle; what was added last is done first.

type Work = () => void;

const waiting: Work[] = [];
let scheduled = false;

/** Does the work when the browser is idle; the function that is returned cancels it. */
export function whenIdle(work: Work): () => void {
  waiting.push(work);
  schedule();
  return () => {
    const at = waiting.indexOf(work);
    if (at >= 0) waiting.splice(at, 1);
  };
}

function schedule(): void {
  if (scheduled || waiting.length === 0) return;
  scheduled = true;
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: 2_000 });
  else setTimeout(() => run(), 50);
}

function run(deadline?: IdleDeadline): void {
  scheduled = false;
  try {
    do waiting.pop()?.();
    while (deadline !== undefined && waiting.length > 0 && deadline.timeRemaining() > 5);
  } finally {
    schedule(); // whatever fails, the rest is done
  }
}
