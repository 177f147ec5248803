"""Everything of an owner as a zip of JSON Lines, written a few rows at a time."""

import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from playground.archive.errors import DataFileError
from playground.archive.records import Manifest, line_of
from playground.archive.schema import text_of_schema
from playground.store import Store
from playground.store.database.errors import system_reason
from playground.store.transfer.tables import TRANSFERRED
from playground.system.places import app_version
from playground.system.private_files import private_file, private_folder

MANIFEST, SCHEMA = "manifest.json", "schema.json"
ArchiveProgress = Callable[[int, int], None]
"""Called with how much is done, and of how much; what it raises ends the work."""
SAID_EVERY = 100
"""Rows between two calls of a ArchiveProgress."""


def write_export(store: Store, file: Path, progress: ArchiveProgress = lambda done, total: None) -> None:
    """Write everything of a store as it is at this moment to a file that is not there yet.

    Keys are in no store, and so in no export. Raises DataFileError, StoreError and what `progress` raises; there is
    no file then.
    """
    if file.exists():
        raise DataFileError(f"There is a file {file} already. Name another one, or move it away.")
    part = file.with_name(f"{file.name}.part")
    with ExitStack() as on_error:
        on_error.callback(part.unlink, missing_ok=True)
        try:
            private_folder(file.parent)
            part.unlink(missing_ok=True)
            with zipfile.ZipFile(private_file(part), "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
                _write(store, archive, progress)
            part.replace(file)
        except OSError as error:
            what, hint = system_reason(error)
            raise DataFileError(f"The export {file} {what}. {hint}") from None
        on_error.pop_all()


def _write(store: Store, archive: zipfile.ZipFile, progress: ArchiveProgress) -> None:
    at, total, done = datetime.now(UTC), sum(store.row_counts().values()), 0
    written: Counter[str] = Counter(dict.fromkeys(TRANSFERRED, 0))
    for name, rows in groupby(store.all_rows(), key=lambda named: named[0]):
        with archive.open(f"{name}.jsonl", "w", force_zip64=True) as lines:
            for _, row in rows:
                lines.write(line_of(row))
                written[name] += 1
                done += 1
                if done % SAID_EVERY == 0:
                    progress(done, max(done, total))
    manifest = Manifest(app_version=app_version(), exported_at=at, rows=dict(written))
    archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    archive.writestr(SCHEMA, text_of_schema())
    progress(done, done)
