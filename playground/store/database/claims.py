"""Which processes are alive: each holds a lock that the system takes back when it dies, however it dies.

Neither clocks nor process ids are asked, so a suspended laptop, a reused id, a container with its own ids or a clock
that jumps cannot make a living process look dead. On SQLite the lock is a file beside the database, locked the way
SQLite locks its own; on PostgreSQL it is an advisory lock of a connection that is kept open.
"""

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from playground.system.private_files import private_file, private_folder


class Claims(Protocol):
    """Processes, by the id that each gives itself, that are alive or not."""

    def hold(self, process: str) -> None:
        """Be alive as `process` until `release` or its end; again has no effect."""
        ...

    def gone(self, connection: Connection, process: str) -> bool:
        """Whether nobody holds `process` any more; asked of those that have been held."""
        ...

    def release(self) -> None:
        """Be alive no longer."""
        ...


class FileClaims:
    """A locked file for each process, in a folder beside an SQLite database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: sqlite3.Connection | None = None
        self._path: Path | None = None
        self._guard = threading.Lock()

    def hold(self, process: str) -> None:
        with self._guard:
            if self._held is None:
                self._path = private_file(private_folder(self._folder) / process)
                self._held = self._open(self._path)
                self._held.execute("BEGIN EXCLUSIVE")

    def gone(self, connection: Connection, process: str) -> bool:
        path = self._folder / process
        if not path.exists():
            return True
        probe = self._open(path)
        try:
            probe.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return False
        finally:
            probe.close()
        path.unlink(missing_ok=True)
        return True

    def release(self) -> None:
        with self._guard:
            if self._held is not None and self._path is not None:
                self._path.unlink(missing_ok=True)
                self._held.close()
                self._held = None

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)


class AdvisoryClaims:
    """A session-level advisory lock for each process, on a PostgreSQL server.

    https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._held: Connection | None = None
        self._guard = threading.Lock()

    def hold(self, process: str) -> None:
        with self._guard:
            if self._held is not None and not self._lost(self._held):
                return
            self._held = self._engine.connect()
            # So that the server notices within a minute when this machine is cut off instead of switched off.
            self._held.exec_driver_sql("SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10")
            self._held.execute(select(func.pg_advisory_lock(_key(process))))

    def gone(self, connection: Connection, process: str) -> bool:
        return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(_key(process)))))

    def release(self) -> None:
        with self._guard:
            if self._held is not None:
                with suppress(DBAPIError):  # the server sees a moment later that a connection was closed
                    self._held.execute(select(func.pg_advisory_unlock_all()))
                self._held.invalidate()
                self._held.close()
                self._held = None

    @staticmethod
    def _lost(connection: Connection) -> bool:
        try:
            connection.exec_driver_sql("SELECT 1")
        except DBAPIError:
            connection.invalidate()
            connection.close()
            return True
        return False


def _key(process: str) -> int:
    return int(process, 16)
