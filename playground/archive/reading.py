"""An export taken in: checked line by line, within bounds, and all of it or nothing."""

import io
import json
import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from playground.archive.errors import DataFileError
from playground.archive.records import Manifest, row_of
from playground.archive.writing import MANIFEST, SCHEMA, ArchiveProgress
from playground.connections.own_connection import PREFERENCE, read_imported
from playground.store import BusyError, Store, Taken, UnfitError
from playground.store.database.database import now
from playground.store.database.schema import VERSION, preferences, snapshots
from playground.store.transfer.incoming import Portion
from playground.store.transfer.tables import TRANSFERRED, TableRow, Transferred
from playground.text.cleaning import line as one_line
from playground.text.json_value import harmless

LONGEST_RECORD = 64_000_000
"""Bytes: an answer with all pictures that it may have is shorter."""
LONGEST_MANIFEST = 1_000_000
LARGEST_AT_ALL = 1_000_000_000
"""Bytes, unpacked, that any file may have. A larger one may have MOST_UNPACKED for each of its own."""
MOST_UNPACKED = 200
MOST_FILES = 100
LONGEST_NUMBER = 40
ROWS_AT_ONCE = 200
BYTES_AT_ONCE = 4_000_000
_DAMAGED = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def read_export(store: Store, file: Path | IO[bytes], progress: ArchiveProgress = lambda done, total: None) -> Taken:
    """Add what an export holds to a store: all of it, or nothing where anything is wrong with it.

    Raises DataFileError, which names the file in it and the line; StoreError, and what `progress` raises.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            names = _names(archive, _size(archive))
            manifest = _manifest(archive, names)
            reading = _Reading(archive, manifest, sum(names.values()), progress)
            return store.take_in(reading.portions)
    except UnfitError as error:
        raise DataFileError(f"{error.table}.jsonl, line {error.line:,}: {error.message}. {_NOTHING}") from None
    except BusyError as error:
        raise DataFileError(str(error)) from None
    except _DAMAGED as error:
        raise DataFileError(
            f"This zip is damaged: {one_line(str(error)) or type(error).__name__}. {_NOTHING}"
        ) from None
    except OSError as error:
        named = file if isinstance(file, Path) else "The file"
        raise DataFileError(f"{named} cannot be read: {error.strerror or error}.") from None


CONNECTIONS_ARE_OFF = (
    "Connections that were not here before are switched off: look at their addresses under Connections, "
    "then switch them on."
)
_NOTHING = "Nothing was imported."


def _size(archive: zipfile.ZipFile) -> int:
    """The bytes of a zip as it is."""
    assert archive.fp is not None
    return archive.fp.seek(0, io.SEEK_END)


def _names(archive: zipfile.ZipFile, size: int) -> dict[str, int]:
    """The sizes of the files in it, unpacked, by their names. Raises DataFileError where it is no export of ours."""
    infos = archive.infolist()
    expected = {MANIFEST, SCHEMA, *(f"{name}.jsonl" for name in TRANSFERRED)}
    if MANIFEST not in {info.filename for info in infos}:
        raise DataFileError(f"There is no {MANIFEST} in it: this is no export of everything. {_NOTHING}")
    if len(infos) > MOST_FILES:
        raise DataFileError(f"There are {len(infos):,} files in it: this is no export of everything. {_NOTHING}")
    names = {info.filename: info.file_size for info in infos}
    if len(names) < len(infos):
        raise DataFileError(f"There are two files of one name in it. {_NOTHING}")
    largest = max(LARGEST_AT_ALL, MOST_UNPACKED * size)
    if sum(names.values()) > largest:
        raise DataFileError(f"It is larger than {largest / 1e9:,.1f} GB unpacked, which no export is. {_NOTHING}")
    names.pop(SCHEMA, None)
    later = _version(archive) > VERSION
    if not later and (others := sorted(names.keys() - expected)):
        raise DataFileError(f"{one_line(others[0], 100)!r} is no part of an export. {_NOTHING}")
    return names


def _version(archive: zipfile.ZipFile) -> str:
    """The version that a manifest names, so that a later one is named as such whatever else is in it."""
    with suppress(ValueError, AttributeError):
        version = str(_value(_start(archive, MANIFEST)).get("schema_version", ""))
        return version if version.isascii() and version.isdecimal() else ""
    return ""


def _start(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        return file.read(LONGEST_MANIFEST)


def _manifest(archive: zipfile.ZipFile, names: dict[str, int]) -> Manifest:
    if names.pop(MANIFEST) > LONGEST_MANIFEST:
        raise DataFileError(f"{MANIFEST} is too long. {_NOTHING}")
    if (version := _version(archive)) > VERSION:
        raise DataFileError(
            f"This export has schema {one_line(version, 40)!r}, and this playground knows those up to {VERSION}: "
            f"update it, then import again. {_NOTHING}"
        )
    try:
        return Manifest.model_validate(_value(_start(archive, MANIFEST)))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))[:100]
        raise DataFileError(f"{MANIFEST}: {where}: {first['msg']}. {_NOTHING}") from None
    except ValueError as error:
        raise DataFileError(f"{MANIFEST}: {error}. {_NOTHING}") from None


class _Reading:
    """The rows of an export, twice over, and how far it is."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest, size: int, progress: ArchiveProgress) -> None:
        self._archive = archive
        self._manifest = manifest
        self._total = 2 * size
        self._done = 0
        self._progress = progress

    def portions(self) -> Iterator[Portion]:
        """All rows, in the order of the tables."""
        there = set(self._archive.namelist())
        for name, known in TRANSFERRED.items():
            if f"{name}.jsonl" in there:
                yield from self._portions_of(known)
            elif self._manifest.rows.get(name):
                raise DataFileError(f"There is no {name}.jsonl in it, which {MANIFEST} names. {_NOTHING}")

    def _portions_of(self, known: Transferred) -> Iterator[Portion]:
        name = known.table.name
        rows: list[tuple[int, TableRow]] = []
        size = number = 0
        with self._archive.open(f"{name}.jsonl") as packed, io.BufferedReader(packed, 1 << 18) as lines:  # type: ignore[type-var]
            for number, line in enumerate(_lines(lines, name), 1):
                rows.append((number, _row(known, number, line)))
                size += len(line)
                if len(rows) == ROWS_AT_ONCE or size > BYTES_AT_ONCE:
                    yield name, rows
                    self._done += size
                    self._progress(self._done, self._total)
                    rows, size = [], 0
        if rows:
            yield name, rows
            self._done += size
            self._progress(self._done, self._total)
        if number != self._manifest.rows.get(name, 0):
            expected = self._manifest.rows.get(name, 0)
            raise DataFileError(f"{name}.jsonl has {number:,} lines, and {MANIFEST} says {expected:,}. {_NOTHING}")


def _lines(lines: IO[bytes], name: str) -> Iterator[bytes]:
    number = 0
    while line := lines.readline(LONGEST_RECORD + 1):
        number += 1
        if len(line) > LONGEST_RECORD:
            longest = f"{LONGEST_RECORD // 1_000_000} MB"
            raise DataFileError(f"{name}.jsonl, line {number:,}: it is longer than {longest}. {_NOTHING}")
        yield line


def _row(known: Transferred, number: int, line: bytes) -> TableRow:
    try:
        row = row_of(known, _value(line))
        if known.table is preferences and row["name"] == PREFERENCE:
            row["value"] = read_imported(row["value"])
        if known.table is snapshots:  # nobody here has seen what is in it
            row["revoked_at"] = row["revoked_at"] or now()
        return row
    except ValueError as error:
        shown = one_line(str(error), 300)
        raise DataFileError(f"{known.table.name}.jsonl, line {number:,}: {shown}. {_NOTHING}") from None


def _value(line: bytes) -> Any:
    """The JSON of a line, its texts made harmless. Raises ValueError with the reason."""
    try:
        return harmless(json.loads(line.decode("utf-8"), parse_constant=_number, parse_float=_number, parse_int=_whole))
    except UnicodeDecodeError:
        raise ValueError("this is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"this is no JSON: {error.msg} at character {error.pos + 1:,}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:LONGEST_NUMBER]} is too large, or no number")
    return value


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"a number of {len(text):,} digits is too large")
    return int(text)


def taken_in_words(taken: Taken) -> list[str]:
    """What was taken in, a sentence for each kind of thing."""
    kinds = [
        ("chat", taken.chats),
        *((word, taken.tables[name]) for name, word in _WORDS.items() if name in taken.tables),
    ]
    sentences = [_sentence(word, tally.came, tally.new, tally.changed) for word, tally in kinds if tally.came]
    return [*sentences, *([CONNECTIONS_ARE_OFF] if taken.of("preferences").came else [])]


_WORDS = {
    "comparisons": "comparison",
    "turns": "message",
    "replies": "answer",
    "batches": "batch",
    "presets": "preset",
    "preferences": "setting",
    "snapshots": "snapshot",
    "datasets": "dataset",
    "experiments": "experiment",
    "experiment_answers": "cell",
}


def _sentence(word: str, came: int, new: int, changed: int) -> str:
    parts = [f"{new:,} new"] if new else []
    parts += [f"{changed:,} brought up to date"] if changed else []
    if here := came - new - changed:
        parts.append(f"{here:,} {'was' if here == 1 else 'were'} here already")
    plural = "" if came == 1 else "es" if word.endswith("h") else "s"
    return f"{came:,} {word}{plural}: {', '.join(parts)}."
