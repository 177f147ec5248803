"""Saves answers: partial ones within a tenth of a second, ended ones with retries until they are saved.

A database may be locked, full, read-only or down for a while. Writes that failed are retried as long as the process
lives, and once more when it exits.
"""

import asyncio
import atexit
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from playground.store import MissingError, StoreError

SAVE_AFTER_S = 0.1
"""A piece is written so long after it came; with the time of the write, as much is lost by kill -9."""
FIRST_SAVE_S = 1.0
"""An answer is shown as ended after so long, even if it could not be saved yet."""
FIRST_PAUSE_S, LONGEST_PAUSE_S, GROWTH = 0.25, 5.0, 2.0
LAST_TRY_S = 3.0

Write = Callable[[], None]

log = logging.getLogger(__name__)

# Not asyncio's own threads: those look up host names, and a locked database holds each thread for seconds.
_threads = ThreadPoolExecutor(32, thread_name_prefix="saving")
_pending_writes: list[Write] = []
_pending_lock = threading.Lock()


async def on_thread(write: Write) -> None:
    """Do one write on a thread; may be awaited on any loop. Cancelling does not undo a write that has begun."""
    try:
        writing = _threads.submit(write)
    except RuntimeError:  # the process is exiting: `last_try` does the write
        await asyncio.Event().wait()
    else:
        await asyncio.wrap_future(writing)


async def until_written(
    write: Write, on_failure: Callable[[Exception], None], *, run_write: Callable[[Write], Awaitable[None]] = on_thread
) -> None:
    """Write, and retry with growing pauses until it succeeds; `on_failure` is called with the error of each failure.

    Raises MissingError where the row was deleted.
    """
    with pending_write(write):
        await _retry_until_written(write, on_failure, run_write)


async def _retry_until_written(
    write: Write, on_failure: Callable[[Exception], None], run_write: Callable[[Write], Awaitable[None]]
) -> None:
    pause = FIRST_PAUSE_S
    while True:
        try:
            await run_write(write)
            return
        except MissingError:
            raise
        except Exception as error:
            on_failure(error)
        await asyncio.sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE_S)


@contextmanager
def pending_write(write: Write) -> Iterator[None]:
    """A write that is done once more if the process exits inside the block."""
    with _pending_lock:
        _pending_writes.append(write)
    try:
        yield
    finally:
        with _pending_lock:
            _pending_writes.remove(write)


@atexit.register
def last_try() -> None:
    """Do every pending write once. None is begun after LAST_TRY_S, so that the exit is not delayed."""
    until = time.monotonic() + LAST_TRY_S
    with _pending_lock:
        writes = list(_pending_writes)
    lost = 0
    for write in writes:
        try:
            if time.monotonic() > until:
                raise TimeoutError("no time was left")
            write()
        except MissingError:
            pass
        except Exception as error:
            lost += 1
            log.error("not saved at the end of the process: %s", error)
    if lost:
        log.error("%d of %d last writes were not done; a new start shows what had been saved before", lost, len(writes))


class Saving:
    """Saves one answer. To be used on one event loop; writes run on threads."""

    def __init__(
        self,
        name: str,
        *,
        partial: Write,
        finish: Write,
        hold: Callable[[str | None], None],
        run_write: Callable[[Write], Awaitable[None]] = on_thread,
    ) -> None:
        """`partial` writes what has come and `finish` the end, never both at once.

        `hold` has the ended answer read from memory, with a sentence about why it is not saved or ""; None ends that.
        It must not block.
        """
        self._name = name
        self._partial, self._finish, self._hold, self._run_write = partial, finish, hold, run_write
        self._unsaved = asyncio.Event()
        self._changed_at = 0.0
        self._reason = ""
        self._writing: asyncio.Future[None] | None = None
        self._partial_saves: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None

    def start(self) -> "Saving":
        """Begin to save after each call of `changed`."""
        self._partial_saves = asyncio.create_task(self._save_partials())
        return self

    def changed(self) -> None:
        """Note that something has come that is not saved yet."""
        if not self._unsaved.is_set():
            self._changed_at = asyncio.get_running_loop().time()
            self._unsaved.set()

    async def end(self, saved: Callable[[], None]) -> None:
        """Save the end, and call `saved` when that is done, or will never be because the answer was deleted.

        Returns when it is saved, or after FIRST_SAVE_S; in both cases the ended answer can be read.
        """
        self._set_hold("")
        self._ending = asyncio.create_task(self._end(saved))
        await asyncio.wait({self._ending}, timeout=FIRST_SAVE_S)
        if not self._ending.done() and not self._reason:
            self._set_hold("The database has not answered yet.")

    async def _save_partials(self) -> None:
        loop, pause = asyncio.get_running_loop(), FIRST_PAUSE_S
        with pending_write(self._partial):
            while True:
                await self._unsaved.wait()
                await asyncio.sleep(self._changed_at + SAVE_AFTER_S - loop.time())
                self._unsaved.clear()
                try:
                    self._writing = asyncio.ensure_future(self._run_write(self._partial))
                    await asyncio.shield(self._writing)
                    pause = FIRST_PAUSE_S
                except MissingError:
                    return
                except Exception as error:
                    log.warning("what came of %s could not be saved yet: %s", self._name, error)
                    self._unsaved.set()
                    await asyncio.sleep(pause)
                    pause = min(pause * GROWTH, LONGEST_PAUSE_S)

    async def _end(self, saved: Callable[[], None]) -> None:
        with pending_write(self._finish):
            if self._partial_saves is not None:
                self._partial_saves.cancel()
            if self._writing is not None:
                with suppress(Exception):
                    await self._writing
            try:
                await _retry_until_written(self._finish, self._failed, self._run_write)
                if self._reason:
                    log.warning("%s is saved now", self._name)
            except MissingError:
                log.info("%s was deleted before it was saved", self._name)
        self._set_hold(None)
        saved()

    def _failed(self, error: Exception) -> None:
        if not self._reason:
            log.error("%s could not be saved yet; trying again", self._name, exc_info=error)
        self._set_hold(f"{error.message} {error.hint}" if isinstance(error, StoreError) else f"{type(error).__name__}.")

    def _set_hold(self, reason: str | None) -> None:
        self._reason = reason or ""
        try:
            self._hold(reason)
        except Exception:
            log.exception("%s cannot be read before it is saved", self._name)
