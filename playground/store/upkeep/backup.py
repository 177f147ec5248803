"""Copies of an SQLite file from before it was changed, beside it: whole or not there at all, for its owner alone."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from playground.system.private_files import private_file

BACKUPS_KEPT = 3
"""Copies that are kept; the oldest go first, and all of them with the words in them after the time of a purge."""


def back_up(file: Path, before: str) -> Path:
    """Copy a database as it was last committed to a file named after what it is copied `before`, which is the answer.

    Others may read and write meanwhile. Raises sqlite3.Error and OSError, and leaves nothing half done then.
    https://www.sqlite.org/backup.html
    """
    copy = file.with_name(f"{file.name}.before-{before}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    part = copy.with_name(f"{copy.name}.part")
    try:
        part.unlink(missing_ok=True)
        private_file(part)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, that can be copied and moved by itself
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(copy)
    except BaseException:
        for left in (part, *part.parent.glob(f"{part.name}-*")):
            left.unlink(missing_ok=True)
        raise
    return copy


def backups(file: Path) -> tuple[Path, ...]:
    """The copies of a database, the newest first."""
    found = [copy for copy in file.parent.glob(f"{file.name}.before-*") if not copy.name.endswith(".part")]
    return tuple(sorted(found, key=lambda copy: (copy.stat().st_mtime_ns, copy.name), reverse=True))


def remove_old(file: Path, *, made_before: datetime | None = None) -> None:
    """Remove all copies but the newest KEPT, and any that was made before a moment."""
    for number, copy in enumerate(backups(file)):
        old = made_before is not None and copy.stat().st_mtime < made_before.timestamp()
        if number >= BACKUPS_KEPT or old:
            copy.unlink(missing_ok=True)
