"""Everything of an owner exported and imported elsewhere: processor time, memory, and how long others wait to write.

`EXPORT_REPLIES` says how many answers there are.
"""

import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import psutil

from bench.history import fill_history
from bench.report import Figure
from playground.archive.reading import read_export
from playground.archive.writing import write_export
from playground.owner import DEFAULT_OWNER
from playground.store import Store, open_stores, sqlite_url


def measure(*, quick: bool) -> list[Figure]:
    """A database with so many answers is made, exported, and imported twice into an empty one."""
    count = int(os.environ.get("EXPORT_REPLIES", "1000" if quick else "20000"))
    with tempfile.TemporaryDirectory() as folder:
        here, there, file = Path(folder, "here"), Path(folder, "there"), Path(folder, "all.zip")
        with open_stores(sqlite_url(here)) as one, open_stores(sqlite_url(there)) as two:
            fill_history(one, count)
            before = psutil.Process().memory_info().rss
            out, back = one.of(DEFAULT_OWNER), two.of(DEFAULT_OWNER)
            exported = _seconds(lambda: write_export(out, file))
            with _Writer(back) as writer:
                imported = _seconds(lambda: read_export(back, file))
            again = _seconds(lambda: read_export(back, file))
            grown = (psutil.Process().memory_info().rss - before) / 1e6
        return [
            Figure(f"{count:,} answers exported", "s", exported),
            Figure("imported", "s", imported),
            Figure("imported again", "s", again),
            Figure("longest that another writer waited meanwhile", "s", writer.longest_s),
            Figure("memory that was needed beside", "MB", grown, most=100),
        ]


class _Writer:
    """Somebody who writes a little all the time; `longest_s` is what the slowest of it took."""

    def __init__(self, store: Store) -> None:
        self.longest_s = 0.0
        self._store = store
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._over.wait(0.05):
            started = time.perf_counter()
            self._store.prefer("colour", started)
            self.longest_s = max(self.longest_s, time.perf_counter() - started)


def _seconds(do: Callable[[], object]) -> float:
    started = time.process_time()
    do()
    return time.process_time() - started
