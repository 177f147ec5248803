"""How often somebody may do something."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

MOST_KNOWN = 20_000


class RateLimit:
    """At most `count` times in `seconds` for each name; the names that were quiet for longest are forgotten."""

    def __init__(self, count: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._count, self._seconds, self._clock = count, seconds, clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, name: str) -> bool:
        """Whether it may be done once more now, which is then counted."""
        at = self._clock()
        with self._lock:
            times = self._times.setdefault(name, deque(maxlen=self._count))
            self._times.move_to_end(name)
            if len(self._times) > MOST_KNOWN:
                self._times.popitem(last=False)
            if len(times) == self._count and at - times[0] < self._seconds:
                return False
            times.append(at)
            return True
