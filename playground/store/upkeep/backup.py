"""Copies of an SQLite file, whole or not there at all, for its owner alone: before an update, and when asked for."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from playground.system.private_files import private_file

BACKUPS_KEPT = 3
"""Copies from before updates that are kept; the oldest go first, and all of them with the words in them after the time
of a purge."""


def copy_database(file: Path, copy: Path) -> None:
    """Copy a database as it was last committed to a file that is not there yet, with nothing beside it.

    Others may read and write meanwhile. Raises sqlite3.Error, FileExistsError and other OSErrors, and leaves nothing
    half done then. https://www.sqlite.org/backup.html
    """
    if copy.exists():
        raise FileExistsError(f"There is a file {copy} already.")
    part = copy.with_name(f"{copy.name}.part")
    try:
        part.unlink(missing_ok=True)
        private_file(part)
        reading = f"{file.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(reading, uri=True)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, that can be copied and moved by itself
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(copy)
    except BaseException:
        for left in (part, *part.parent.glob(f"{part.name}-*")):
            left.unlink(missing_ok=True)
        raise


def damage(file: Path) -> str:
    """What SQLite finds wrong in a database, in its words; empty where all is well. Raises sqlite3.Error.

    https://www.sqlite.org/pragma.html#pragma_integrity_check
    """
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        found = [str(row[0]) for row in opened.execute("PRAGMA integrity_check(3)")]
        strays = opened.execute("PRAGMA foreign_key_check").fetchmany(3)
    wrong = [] if found == ["ok"] else found
    return "; ".join([*wrong, *(f"a row of {row[0]} refers to one of {row[2]} that is not there" for row in strays)])


def back_up(file: Path, before: str) -> Path:
    """Copy a database to a file beside it, named after what it is copied `before`, which is the answer.

    Raises what `copy_database` raises.
    """
    copy = file.with_name(f"{file.name}.before-{before}-{stamp()}")
    copy.unlink(missing_ok=True)
    copy_database(file, copy)
    return copy


def stamp() -> str:
    """The time in UTC, as part of a file's name."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def backups(file: Path) -> tuple[Path, ...]:
    """The copies of a database from before updates, the newest first."""
    found = [copy for copy in file.parent.glob(f"{file.name}.before-*") if not copy.name.endswith(".part")]
    return tuple(sorted(found, key=lambda copy: (copy.stat().st_mtime_ns, copy.name), reverse=True))


def remove_old(file: Path, *, made_before: datetime | None = None) -> None:
    """Remove all copies but the newest KEPT, and any that was made before a moment."""
    for number, copy in enumerate(backups(file)):
        old = made_before is not None and copy.stat().st_mtime < made_before.timestamp()
        if number >= BACKUPS_KEPT or old:
            copy.unlink(missing_ok=True)
