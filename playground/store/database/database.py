"""One database, SQLite or PostgreSQL: short transactions from any thread, errors as StoreError."""

import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, Select, Table, create_engine, event, make_url
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from playground.store.database.claims import AdvisoryClaims, Claims, FileClaims
from playground.store.database.errors import StoreError, locked_message, moved_message, store_errors
from playground.store.drafts import Draft
from playground.store.held import Held

_T = TypeVar("_T")

INCREMENTAL = 2
"""The auto_vacuum of a file that gives space back a few pages at a time."""


class Database:
    """An engine, a transaction for reading and one for writing, and who we are among processes that share it."""

    def __init__(self, engine: Engine, busy_timeout_s: float = 5) -> None:
        self.engine = engine
        self._busy_timeout_s = busy_timeout_s
        self.process = secrets.token_hex(7)
        """What this process is called among those that share the database."""
        self.held = Held()
        self.drafts: dict[tuple[str, str], Draft] = {}
        """What is coming here, by owner and reply."""
        self._reader: Engine
        self._writer: Engine
        self._writing: threading.Lock | None = None
        self._file: tuple[Path, tuple[int, int]] | None = None
        self.claims: Claims
        if engine.dialect.name == "sqlite":
            self._reader = engine
            self._writer = engine.execution_options(begin="BEGIN IMMEDIATE")
            # SQLite has one writer at a time; waiting here is fair and wakes at once, its own waiting polls.
            self._writing = threading.Lock()
            path = sqlite_path(engine.url)
            self._file = path, _identity(path)
            self.claims = FileClaims(Path(f"{path}-claims"))
        else:
            # All statements of one reading see the same moment, as they do on SQLite.
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ")
            self._writer = engine
            self.claims = AdvisoryClaims(engine)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the database. Raises StoreError."""
        with store_errors(self.engine.url), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that changes all it changes or nothing. Raises StoreError."""
        with store_errors(self.engine.url), self._alone(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Our one writer at a time. Raises StoreError where the one before is held up by another program."""
        if self._writing is None:
            yield
        elif self._writing.acquire(timeout=self._busy_timeout_s):
            try:
                self._refuse_moved()
                yield
            finally:
                self._writing.release()
        else:
            raise locked_message(self.engine.url)

    def _refuse_moved(self) -> None:
        """SQLite would write on to a file that has been moved or deleted, and the words would be lost with it."""
        if self._file is not None:
            path, identity = self._file
            try:
                there = _identity(path)
            except FileNotFoundError:
                raise moved_message(self.engine.url) from None
            if there != identity:
                raise moved_message(self.engine.url)

    def claim(self) -> None:
        """Have other processes know that this one is alive. Raises StoreError."""
        with store_errors(self.engine.url):
            self.claims.hold(self.process)

    def close(self) -> None:
        """Let go of all connections; replies that are still live become interrupted for whoever opens next."""
        self.claims.release()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def now() -> datetime:
    """The time, in UTC and aware."""
    return datetime.now(UTC)


def first(connection: Connection, query: Select[Any]) -> Any:
    """The first row of a query by column name, or None."""
    return connection.execute(query).mappings().first()


def insert_into(table: Table, dialect: str) -> Any:
    """An INSERT that can say what happens where the row is there already; each engine has one of its own."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # takes a tenth of a second to load

    return postgresql.insert(table)


def in_portions(ids: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Ids in portions that fit one statement: engines allow some 32,000 parameters."""
    return (ids[start : start + 1_000] for start in range(0, len(ids), 1_000))


def sqlite_url(data_dir: Path) -> str:
    """The URL of the database in a data directory."""
    return URL.create("sqlite", database=str(data_dir / "playground.db")).render_as_string()


def sqlite_path(url: URL) -> Path:
    """The file of an SQLite URL, which may be written as `sqlite:///file:PATH?uri=true&mode=ro`."""
    return Path((url.database or "").removeprefix("file:"))


def connect(url: str, busy_timeout_s: float) -> Engine:
    """An engine for a URL of SQLite (a file) or PostgreSQL. Raises StoreError for any other."""
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed, busy_timeout_s)
        if parsed.get_backend_name() == "postgresql":
            return _postgresql(parsed, busy_timeout_s)
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError("The database URL cannot be read.", _URL_HINT) from error
    except ModuleNotFoundError as error:
        raise StoreError(
            f"The database driver {error.name} is not installed.", "Install it with: pip install 'psycopg[binary]'"
        ) from error
    raise StoreError(f"Databases of kind {parsed.get_backend_name()!r} are not supported.", _URL_HINT)


_URL_HINT = (
    "Set PLAYGROUND_DATABASE_URL to postgresql://user:password@host/name or sqlite:////path/to/file.db, "
    "or unset it for a file in the data directory."
)


def _postgresql(url: URL, busy_timeout_s: float) -> Engine:
    # A server that is cut off, and not switched off, is noticed too: nothing may hang for hours.
    # https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    patience = {"connect_timeout": 10, "tcp_user_timeout": 15_000, "keepalives_idle": 20, "keepalives_interval": 10}
    engine = create_engine(
        url, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=20, connect_args=patience
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = {max(1, round(busy_timeout_s * 1000))}")
        cursor.close()
        connection.commit()

    return engine


def _sqlite(url: URL, busy_timeout_s: float) -> Engine:
    if str(sqlite_path(url)) in (".", ":memory:"):
        raise StoreError("An SQLite database in memory would be lost with the process.", _URL_HINT)
    engine = create_engine(
        url, hide_parameters=True, pool_size=10, max_overflow=20, connect_args={"timeout": busy_timeout_s}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin by itself
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        # With WAL, NORMAL survives the death of the process; only a power cut may cost the last moments.
        # https://www.sqlite.org/pragma.html#pragma_synchronous
        cursor.execute("PRAGMA synchronous = NORMAL")
        # What is deleted is overwritten, also where SQLite was built without that as its default.
        # https://www.sqlite.org/pragma.html#pragma_secure_delete
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()
        # SQLite's own knows ASCII alone. https://www.sqlite.org/lang_corefunc.html#lower
        connection.create_function("lower", 1, str.lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def use_wal(engine: Engine, patience_s: float) -> None:
    """Switch an SQLite file to its write-ahead log, and a new one to giving space back; it remembers both.

    SQLite does not wait for others here as it does elsewhere, so we do: two processes may open a new file at once.
    """
    deadline = time.monotonic() + patience_s
    while True:
        with engine.connect() as connection:
            cursor = connection.connection.cursor()
            try:
                cursor.execute(f"PRAGMA auto_vacuum = {INCREMENTAL}")  # of a new file; an old one keeps what it has
                cursor.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            else:
                return
            finally:
                cursor.close()
        time.sleep(0.01)
