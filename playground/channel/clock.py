"""Runs work on threads, at once or after a time."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

Job = Callable[[], object]

THREADS = 8

log = logging.getLogger(__name__)


class Threads:
    """Runs work on at most so many threads. Errors are logged."""

    def __init__(self, most: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(most, thread_name_prefix=f"channel {name}")

    def soon(self, work: Job) -> None:
        """Run it on a thread as soon as one is free."""
        try:
            self._threads.submit(_logged, work)
        except RuntimeError:  # the process is ending
            log.debug("too late for %r", work)


class Clock(Threads):
    """Runs short work that does not block, at once or after a time."""

    def __init__(self) -> None:
        super().__init__(THREADS, "clock")
        self._due: list[tuple[float, int, Job]] = []
        self._count = itertools.count()
        self._changed = threading.Condition()
        self._started = False

    def after(self, seconds: float, work: Job) -> None:
        """Run it on a thread after so many seconds."""
        with self._changed:
            if not self._started:
                self._started = True
                threading.Thread(target=self._run, name="channel clock", daemon=True).start()
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._count), work))
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > time.monotonic():
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                _, _, work = heapq.heappop(self._due)
            self.soon(work)


def _logged(work: Job) -> None:
    try:
        work()
    except Exception:
        log.exception("the channel failed at %r", work)


clock = Clock()
