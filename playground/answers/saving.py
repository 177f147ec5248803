"""Saving what comes: the words of an answer within a moment, how it ended until that is saved.

A database may be away for a while: locked, full, read-only, switched off. What it did not take is kept in memory and
tried again for as long as the process lives, and once more when the process is asked to end.
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
"""So soon after it came, a word is on its way to the disk: with the time that takes, it is what kill -9 costs."""
FIRST_SAVE_S = 1.0
"""How long the end of an answer waits for its first try to be saved before it is shown without."""
FIRST_PAUSE_S, LONGEST_PAUSE_S, GROWTH = 0.25, 5.0, 2.0
LAST_TRY_S = 3.0

Write = Callable[[], None]

log = logging.getLogger(__name__)

# Not asyncio's own threads: those look up host names, and a locked database holds each thread for seconds.
_threads = ThreadPoolExecutor(32, thread_name_prefix="saving")
_owed: list[Write] = []
_owed_lock = threading.Lock()


async def on_thread(write: Write) -> None:
    """Do one write on a thread; to be awaited on any loop. A write that has begun is not undone by a cancelled wait."""
    try:
        writing = _threads.submit(write)
    except RuntimeError:  # the process is ending: what is owed is left to the last try
        await asyncio.Event().wait()
    else:
        await asyncio.wrap_future(writing)


async def until_written(
    write: Write, failed: Callable[[Exception], None], *, by: Callable[[Write], Awaitable[None]] = on_thread
) -> None:
    """Write, again with growing pauses, until it is written; `failed` hears of each try that was not the last.

    Raises MissingError where what it belongs to is gone.
    """
    with owed_write(write):
        await _tried(write, failed, by)


async def _tried(write: Write, failed: Callable[[Exception], None], by: Callable[[Write], Awaitable[None]]) -> None:
    pause = FIRST_PAUSE_S
    while True:
        try:
            await by(write)
            return
        except MissingError:
            raise
        except Exception as error:
            failed(error)
        await asyncio.sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE_S)


@contextmanager
def owed_write(write: Write) -> Iterator[None]:
    """A write that is done once more if the process ends inside the block."""
    with _owed_lock:
        _owed.append(write)
    try:
        yield
    finally:
        with _owed_lock:
            _owed.remove(write)


@atexit.register
def last_try() -> None:
    """Do every write that is owed, once. None is begun after LAST_TRY_S: the end of the process is not held up."""
    until = time.monotonic() + LAST_TRY_S
    with _owed_lock:
        writes = list(_owed)
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
    """One answer on its way into the store. All of it is to be used on one event loop; the writes are on threads."""

    def __init__(
        self,
        name: str,
        *,
        partial: Write,
        finish: Write,
        hold: Callable[[str | None], None],
        by: Callable[[Write], Awaitable[None]] = on_thread,
    ) -> None:
        """`partial` writes what has come and `finish` how it ended, never both at once.

        `hold` has it read as it ended although it is not written, with a sentence on why, "" for none; None ends that.
        It never waits.
        """
        self._name = name
        self._partial, self._finish, self._hold, self._by = partial, finish, hold, by
        self._news = asyncio.Event()
        self._since = 0.0
        self._why = ""
        self._writing: asyncio.Future[None] | None = None
        self._following: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None

    def start(self) -> "Saving":
        """Begin to save what `changed` tells of."""
        self._following = asyncio.create_task(self._follow())
        return self

    def changed(self) -> None:
        """Note that something has come that is not saved."""
        if not self._news.is_set():
            self._since = asyncio.get_running_loop().time()
            self._news.set()

    async def end(self, saved: Callable[[], None]) -> None:
        """Save how it ended, and call `saved` when that is done, or can never be because the answer was deleted.

        Returns when it is saved, or cannot be for the moment; it can be read as it ended in both cases.
        """
        self._held("")
        self._ending = asyncio.create_task(self._end(saved))
        await asyncio.wait({self._ending}, timeout=FIRST_SAVE_S)
        if not self._ending.done() and not self._why:
            self._held("The database has not answered yet.")

    async def _follow(self) -> None:
        loop, pause = asyncio.get_running_loop(), FIRST_PAUSE_S
        with owed_write(self._partial):
            while True:
                await self._news.wait()
                await asyncio.sleep(self._since + SAVE_AFTER_S - loop.time())
                self._news.clear()
                try:
                    self._writing = asyncio.ensure_future(self._by(self._partial))
                    await asyncio.shield(self._writing)
                    pause = FIRST_PAUSE_S
                except MissingError:
                    return
                except Exception as error:
                    log.warning("what came of %s could not be saved yet: %s", self._name, error)
                    self._news.set()  # the next save writes what this one did not
                    await asyncio.sleep(pause)
                    pause = min(pause * GROWTH, LONGEST_PAUSE_S)

    async def _end(self, saved: Callable[[], None]) -> None:
        with owed_write(self._finish):
            if self._following is not None:
                self._following.cancel()
            if self._writing is not None:
                with suppress(Exception):
                    await self._writing
            try:
                await _tried(self._finish, self._failed, self._by)
                if self._why:
                    log.warning("%s is saved now", self._name)
            except MissingError:
                log.info("%s was deleted before it was saved", self._name)
        self._held(None)
        saved()

    def _failed(self, error: Exception) -> None:
        if not self._why:
            log.error("%s could not be saved yet; trying again", self._name, exc_info=error)
        self._held(f"{error.message} {error.hint}" if isinstance(error, StoreError) else f"{type(error).__name__}.")

    def _held(self, why: str | None) -> None:
        self._why = why or ""
        try:
            self._hold(why)
        except Exception:
            log.exception("%s cannot be read before it is saved", self._name)
