"""What can go wrong between us and the database, as data that is safe to show."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

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


class ReadOnlyError(StoreError):
    """Somebody who may only read wanted to change something."""

    def __init__(self) -> None:
        super().__init__("You may read here, and change nothing.", "An administrator can give you the role of a user.")


class MovedError(StoreError):
    """Something else was said meanwhile where a turn was to follow."""

    def __init__(self) -> None:
        super().__init__("Something else was said here meanwhile.", "Look at it, then send yours again.")


_FULL = ("cannot grow: the disk is full", "Free some space, then try again.")
_LOCKED = ("is locked by another program", "Close what else has the database open, then try again.")
_READ_ONLY = ("is read-only", "Make the file and its folder writable, or set PLAYGROUND_DATA_DIR.")
_CLOSED = ("may not be opened", "Make the file and its folder readable and writable.")
_ABSENT = (
    "cannot be opened",
    "Check that its folder exists and is writable, or set PLAYGROUND_DATA_DIR to one that is.",
)
_MOVED = (
    "was moved or deleted while it was in use",
    "Put the file back, or restart the playground to begin with what is there now.",
)

_SQLITE = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _CLOSED,
    sqlite3.SQLITE_AUTH: _CLOSED,
    sqlite3.SQLITE_CANTOPEN: _ABSENT,
    sqlite3.SQLITE_CORRUPT: (
        "is damaged",
        "Keep a copy of the file, then restore a backup or move it away to start with an empty one.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "is not a database",
        "Move the file away to start with an empty one, or set PLAYGROUND_DATABASE_URL to another.",
    ),
    sqlite3.SQLITE_IOERR: (
        "cannot be read or written",
        "Check the disk, the space and the quota that are left on it, and limits on the size of files.",
    ),
    sqlite3.SQLITE_NOMEM: ("has no memory left", "Close other programs, then try again."),
    sqlite3.SQLITE_TOOBIG: ("cannot hold a text this long", "Shorten the message; a gigabyte is the most."),
}
"""Primary result codes, https://www.sqlite.org/rescode.html."""

_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
}

_POSTGRESQL = {
    "53100": ("cannot grow: the server's disk is full", "Free some space on the server, then try again."),
    "53200": ("has no memory left", "See the server's log; it may need more memory or fewer connections."),
    "53300": ("has no connection left", "Close other programs that use the server, or raise its max_connections."),
    "25006": ("is read-only", "Connect to a primary server, or make the database writable."),
    "42501": ("may not be used like this", "Grant the user CREATE on the schema and all rights on the tables."),
    "3D000": ("does not exist", "Create the database, then try again."),
    "55P03": ("is locked by another program", "Close what else uses the database, then try again."),
    "40": ("was changed by another program at the same moment", "Try again."),
    "28": ("refused the user or the password", "Check the user and password in PLAYGROUND_DATABASE_URL."),
    "57": ("is shutting down or starting", "Try again in a moment."),
    "58": ("cannot be read or written", "Check the server's disk and its log."),
    "XX": ("is damaged or in trouble", "See the server's log."),
    "08": ("cannot be reached", "Check that the server runs, and its address in PLAYGROUND_DATABASE_URL."),
}
"""SQLSTATEs and their classes, https://www.postgresql.org/docs/current/errcodes-appendix.html."""

_REFUSALS = {
    "password": "28",
    "authentication": "28",
    "pg_hba": "28",
    "does not exist": "3D000",
    "too many clients": "53300",
    "too many connections": "53300",
    "connection slots are reserved": "53300",
    "starting up": "57",
    "shutting down": "57",
    "recovery mode": "57",
    "not currently accepting": "57",
}
"""What a server says that lets nobody in: the driver has no SQLSTATE for that. The last that is found counts."""

_A_LITTLE = 256 * 1024
"""Bytes on a disk that is as good as full: less than the files beside a database may need at once."""


def database_name(url: URL) -> str:
    """What to call a database before people: a path, or server and name without the password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    return f"{url.database} on {url.host or 'this machine'}"


def locked_message(url: URL) -> StoreError:
    """What to say where another program holds the database."""
    what, hint = _LOCKED
    return StoreError(f"The database {database_name(url)} {what}.", hint)


def moved_message(url: URL) -> StoreError:
    """What to say where the file that is open is not the one at its path any more: what is written there is lost."""
    what, hint = _MOVED
    return StoreError(f"The database {database_name(url)} {what}.", hint)


def reason(orig: object, url: URL) -> tuple[str, str]:
    """What a database did, after its name, and what to do then; `orig` is what its driver or the system raised."""
    if isinstance(orig, sqlite3.Error):
        known = _of_sqlite(getattr(orig, "sqlite_errorcode", None) or 0, url)
    elif isinstance(orig, OSError) and not hasattr(orig, "sqlstate"):
        known = system_reason(orig)
    else:
        state = getattr(orig, "sqlstate", None)
        if state is None and type(orig).__name__ == "OperationalError":
            states = [state for phrase, state in _REFUSALS.items() if phrase in str(orig)]
            state = states[-1] if states else "08"
        known = _POSTGRESQL.get(state or "") or _POSTGRESQL.get((state or "")[:2])
    return known or (f"failed ({type(orig).__name__})", "Try again; the log has the details.")


def system_reason(error: OSError) -> tuple[str, str]:
    """What the system did with a file, after the file's name, and what to do then."""
    advice = "Check its folder, or set PLAYGROUND_DATA_DIR to one that is writable."
    return _SYSTEM.get(error.errno or 0, (f"cannot be used: {error.strerror}", advice))


def _of_sqlite(code: int, url: URL) -> tuple[str, str] | None:
    primary = code & 0xFF
    if primary in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        # SQLite does not say so where a file beside the database could not be made: its log, or its index.
        file = Path((url.database or "").removeprefix("file:"))
        with suppress(OSError):
            if shutil.disk_usage(file.parent).free < _A_LITTLE:
                return _FULL
            if file.is_file() and not os.access(file.parent, os.W_OK):
                return _READ_ONLY
    return _SQLITE.get(primary)


@contextmanager
def store_errors(url: URL) -> Iterator[None]:
    """Errors of the database inside the block leave it as StoreError."""
    try:
        yield
    except IntegrityError as error:
        # Rows are written under fresh random ids, so what fails is a reference to a row that is gone.
        raise MissingError("such conversation, turn or reply") from error
    except (DBAPIError, sqlite3.Error) as error:
        what, hint = reason(error.orig if isinstance(error, DBAPIError) else error, url)
        raise StoreError(f"The database {database_name(url)} {what}.", hint) from error
    except PoolTimeoutError as error:
        raise StoreError(f"The database {database_name(url)} is too busy.", "Try again in a moment.") from error
    except OSError as error:
        what, hint = reason(error, url)
        raise StoreError(f"The database {database_name(url)} {what}.", hint) from error
