"""What can go wrong between us and the database, as data that is safe to show."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class StoreError(Exception):
    """Something was not read or written: what happened (`message`) and what to do (`hint`), both safe to show."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class MissingError(StoreError):
    """A conversation, turn or reply that is not there, or no longer."""

    def __init__(self, what: str, id: str | None = None) -> None:
        name = what if id is None else f"{what} {id!r}"
        super().__init__(f"There is no {name}.", "It may have been deleted in another tab. Go back to the history.")


_SQLITE = {
    sqlite3.SQLITE_BUSY: ("is locked by another program", "Close what else has the database open, then try again."),
    sqlite3.SQLITE_LOCKED: ("is locked by another program", "Close what else has the database open, then try again."),
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "Free some space, then try again."),
    sqlite3.SQLITE_READONLY: ("is read-only", "Make the file and its folder writable, or set PLAYGROUND_DATA_DIR."),
    sqlite3.SQLITE_PERM: ("may not be opened", "Make the file and its folder readable and writable."),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened",
        "Check that its folder exists and is writable, or set PLAYGROUND_DATA_DIR to one that is.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "is damaged",
        "Keep a copy of the file, then restore a backup or move it away to start with an empty one.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "is not a database",
        "Move the file away to start with an empty one, or set PLAYGROUND_DATABASE_URL to another.",
    ),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "Check the disk and the space that is left on it."),
    sqlite3.SQLITE_TOOBIG: ("cannot hold a text this long", "Shorten the message; a gigabyte is the most."),
}
"""Primary result codes, https://www.sqlite.org/rescode.html."""

_POSTGRESQL = {
    "53100": ("cannot grow: the server's disk is full", "Free some space on the server, then try again."),
    "53300": ("has no connection left", "Close other programs that use the server, or raise its max_connections."),
    "25006": ("is read-only", "Connect to a primary server, or make the database writable."),
    "42501": ("may not be used like this", "Grant the user CREATE on the schema and all rights on the tables."),
    "3D000": ("does not exist", "Create the database, then try again."),
    "55P03": ("is locked by another program", "Close what else uses the database, then try again."),
    "28": ("refused the user or the password", "Check the user and password in PLAYGROUND_DATABASE_URL."),
    "57": ("is shutting down or starting", "Try again in a moment."),
    "08": ("cannot be reached", "Check that the server runs, and its address in PLAYGROUND_DATABASE_URL."),
}
"""SQLSTATEs and their classes, https://www.postgresql.org/docs/current/errcodes-appendix.html."""


def place(url: URL) -> str:
    """What to call a database before people: a path, or server and name without the password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    return f"{url.database} on {url.host or 'this machine'}"


def locked(url: URL) -> StoreError:
    """What to say where another program holds the database."""
    what, hint = _SQLITE[sqlite3.SQLITE_BUSY]
    return StoreError(f"The database {place(url)} {what}.", hint)


def _said(orig: object) -> tuple[str, str]:
    if isinstance(orig, sqlite3.Error):
        code = getattr(orig, "sqlite_errorcode", None)
        known = _SQLITE.get(code & 0xFF) if code is not None else None
    else:
        state = getattr(orig, "sqlstate", None)
        if state is None and type(orig).__name__ == "OperationalError":
            state = "28" if any(word in str(orig) for word in ("password", "authentication", "pg_hba")) else "08"
            state = "3D000" if "does not exist" in str(orig) else state
        known = _POSTGRESQL.get(state or "") or _POSTGRESQL.get((state or "")[:2])
    return known or (f"failed ({type(orig).__name__})", "Try again; the log has the details.")


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Errors of the database inside the block leave it as StoreError."""
    try:
        yield
    except IntegrityError as error:
        # Rows are written under fresh random ids, so what fails is a reference to a row that is gone.
        raise MissingError("such conversation, turn or reply") from error
    except (DBAPIError, sqlite3.Error) as error:
        what, hint = _said(error.orig if isinstance(error, DBAPIError) else error)
        raise StoreError(f"The database {place(url)} {what}.", hint) from error
    except PoolTimeoutError as error:
        raise StoreError(f"The database {place(url)} is too busy.", "Try again in a moment.") from error
    except OSError as error:
        raise StoreError(
            f"The database {place(url)} cannot be used: {error.strerror}.",
            "Check its folder, or set PLAYGROUND_DATA_DIR to one that is writable.",
        ) from error
