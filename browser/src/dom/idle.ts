// Work that can wait until the browser has nothing else to do; what was put in last is done first.

type Work = () => void;

const waiting: Work[] = [];
let asked = false;

/** Does it when there is time; the function that is returned takes it back. */
export function whenIdle(work: Work): () => void {
  waiting.push(work);
  ask();
  return () => {
    const at = waiting.indexOf(work);
    if (at >= 0) waiting.splice(at, 1);
  };
}

function ask(): void {
  if (asked || waiting.length === 0) return;
  asked = true;
  if (typeof requestIdleCallback === "function") requestIdleCallback(go, { timeout: 2_000 });
  else setTimeout(() => go(), 50);
}

function go(deadline?: IdleDeadline): void {
  asked = false;
  try {
    do waiting.pop()?.();
    while (deadline !== undefined && waiting.length > 0 && deadline.timeRemaining() > 5);
  } finally {
    ask(); // whatever fails, the rest is done
  }
}
