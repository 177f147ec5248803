"""A file lock between processes, which the system releases when its process dies."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playground.system.private_files import open_private

if sys.platform == "win32":
    import msvcrt

    def _try(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


_LOOK_AGAIN_S = 0.05


@contextmanager
def locked(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock at `path`, a file that stays; `waiting` is called repeatedly until it is acquired, and may raise.

    It also excludes other threads of the process. Raises OSError where the file cannot be written.
    """
    file = open_private(path, os.O_RDWR | os.O_CREAT)
    try:
        while not _try(file):
            waiting()
            time.sleep(_LOOK_AGAIN_S)
        yield
    finally:
        os.close(file)
