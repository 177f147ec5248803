"""What a store needs done from time to time, on a thread of its own: no page waits for it."""

import logging
import threading
from datetime import timedelta

from playground.store import Store, StoreError
from playground.store.database.database import now

KEPT_FOR = timedelta(days=30)
"""How long what was deleted can be brought back, if only by hand."""
FIRST_AFTER_S = 2.0
"""What a process that has just started gets to show its first page."""
EVERY_S = 24 * 3600.0
AGAIN_AFTER_S = 15 * 60.0
"""After a purge that the database did not let through."""

log = logging.getLogger(__name__)


class Housekeeping:
    """Removes for good what was deleted KEPT_FOR ago, and marks replies of dead processes: soon, then every day."""

    def __init__(self, store: Store) -> None:
        self._store = store
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
        pause = FIRST_AFTER_S
        while not self._stopped.wait(pause):
            try:
                self._store.mark_interrupted()
                self._store.purge(now() - KEPT_FOR)
                pause = EVERY_S
            except StoreError as error:  # a file that can only be read, or that is being written to
                log.warning("what was deleted could not be removed for good: %s", error)
                pause = AGAIN_AFTER_S
            except Exception:
                log.exception("what was deleted could not be removed for good")
                pause = EVERY_S
