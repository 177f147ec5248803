"""What the stores need done from time to time, on a thread of its own: no page waits for it."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from playground.store import StoreError, Stores
from playground.store.database.database import now

KEPT_FOR = timedelta(days=30)
"""How long what was deleted can be brought back, if only by hand."""
FIRST_AFTER_S = 2.0
"""What a process that has just started gets to show its first page."""
EVERY_S = 24 * 3600.0
INDEX_EVERY_S = 60.0
"""How often entries of the history are read anew in which something changed while nobody looked."""
AGAIN_AFTER_S = 15 * 60.0
"""After a purge that the database did not let through."""

log = logging.getLogger(__name__)


class Housekeeping:
    """Removes for good what was deleted KEPT_FOR ago, marks replies of dead processes and indexes old ones: soon, then
    every day.
    """

    def __init__(self, stores: Stores, *, also: Callable[[], object] = lambda: None) -> None:
        """`also` is done each time something may be indexed."""
        self._stores = stores
        self._also = also
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> "Housekeeping":
        """Begin; returns at once."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End, after the purge that is under way."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        pause, due = FIRST_AFTER_S, time.monotonic()
        while not self._stopped.wait(pause):
            pause = min(INDEX_EVERY_S, EVERY_S)
            try:
                if time.monotonic() >= due:
                    self._stores.mark_interrupted()
                    self._stores.free_lost_cells()
                    self._stores.remove_unfinished_imports()
                    self._stores.purge(now() - KEPT_FOR)
                    due = time.monotonic() + EVERY_S
                    self._count_usage()
                self._also()
                self._index()
            except StoreError as error:  # a file that can only be read, or that is being written to
                log.warning("what was deleted could not be removed for good: %s", error)
                pause = AGAIN_AFTER_S
            except Exception:
                log.exception("housekeeping failed")
                if time.monotonic() >= due:
                    due = time.monotonic() + EVERY_S

    def _count_usage(self) -> None:
        """Count what was used before nobody waits for it, as after an update; others have half of the time at least."""
        while (took := self._stores.count_some_usage()) and not self._stopped.wait(took):
            pass

    def _index(self) -> None:
        """Read outdated entries of the history anew, and leave others half of the time at least."""
        while (took := self._stores.index_some()) and not self._stopped.wait(took):
            pass
