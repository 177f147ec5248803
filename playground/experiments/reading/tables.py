"""Rows of a dataset from CSV, tables that were pasted, JSON Lines, JSON and Parquet."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from playground.experiments.part import LONGEST_PROSE
from playground.experiments.reading.folder import decoded
from playground.experiments.rows import EXPECTED, MOST_COLUMNS, MOST_DATASET_ROWS, DataRow
from playground.importing.imported import UnreadableError
from playground.text.cleaning import clean, line
from playground.text.json_value import harmless, read_json

LARGEST_UNPACKED = 300_000_000
"""Bytes of a Parquet file."""
_AT_ONCE = 100_000_000
_SHOWN_PROBLEMS = 5
_NOT_UTF_8 = (
    "It is no UTF-8, and was read as Windows-1252, as Excel writes CSV: see whether letters like ä and é are right."
)
_NAMES_OF_EXPECTED = ("expected", "ideal", "expected_output", "expectedoutput", "reference", "answer_key")


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Rows, and a sentence for each thing that was changed or left out."""

    rows: tuple[DataRow, ...]
    notes: tuple[str, ...] = ()


def read_rows(data: bytes | str, name: str = "") -> ReadRows:
    """The rows of a file by its name, or of a text by its looks. Raises UnreadableError.

    A column `expected` (or `ideal`, `reference`) is what is expected; `tags` and `split` are a row's own; all others
    are variables.
    """
    if isinstance(data, bytes) and name.casefold().endswith((".csv", ".tsv")):
        try:
            decoded(data, name)
        except UnreadableError:
            if b"\0" in data:
                raise
            with suppress(UnicodeDecodeError):
                found = rows_from(records_in(data.decode("cp1252"), name))
                return ReadRows(found.rows, (_NOT_UTF_8, *found.notes))
    return rows_from(records_in(data, name))


def rows_from(records: Iterable[Mapping[str, Any]]) -> ReadRows:
    """Rows of records. Raises UnreadableError where there are none, or too many."""
    rows: list[DataRow] = []
    problems: list[str] = []
    for number, record in enumerate(records, 1):
        if number > MOST_DATASET_ROWS:
            raise UnreadableError(f"It has more than {MOST_DATASET_ROWS:,} rows.")
        try:
            rows.append(row_from(record))
        except ValueError as error:
            problems.append(f"Row {number} left out: {error}.")
    if not rows:
        raise UnreadableError(problems[0] if problems else "There is no row in it.")
    more = len(problems) - _SHOWN_PROBLEMS
    return ReadRows(tuple(rows), (*problems[:_SHOWN_PROBLEMS], *((f"And {more:,} more rows.",) if more > 0 else ())))


def row_from(record: Mapping[str, Any]) -> DataRow:
    """The row of a record. Raises ValueError with a clause about what is wrong."""
    named: dict[str, Any] = {}
    if len(record) > MOST_COLUMNS:
        raise ValueError(f"more than {MOST_COLUMNS} columns")
    wanted = next((name for name in record if _known_name(name) in _NAMES_OF_EXPECTED), None)
    for name, value in record.items():
        own = EXPECTED if name == wanted else str(name).strip()
        if own == "checks":
            continue
        named[own] = [*map(_plain, value)] if own == "tags" and isinstance(value, list) else _plain(value)
    for empty in ("tags", "split"):
        if named.get(empty, "") in ("", None):
            named.pop(empty, None)
    try:
        return DataRow.model_validate(named)
    except ValidationError as error:
        raise ValueError(line(str(error.errors()[0]["msg"]).removeprefix("Value error, "), 200)) from None


def _known_name(name: object) -> str:
    return "_".join(str(name).casefold().split())


def records_in(data: bytes | str, name: str = "") -> Iterator[Mapping[str, Any]]:
    """The records of a file by its name, or of a text by its looks. Raises UnreadableError."""
    kind = name.rpartition(".")[2].casefold() if "." in name else ""
    if isinstance(data, bytes) and (kind == "parquet" or data[:4] == b"PAR1"):
        return _parquet(data)
    text = clean(decoded(data, name or "It") if isinstance(data, bytes) else data).lstrip("\ufeff")
    beginning = text.lstrip()[:1]
    if kind in ("jsonl", "ndjson") or (kind not in ("csv", "tsv", "json") and beginning == "{"):
        return _json_lines(text)
    if kind == "json" or (not kind and beginning == "["):
        return _json(text)
    if text.lstrip().startswith("|"):
        return _markdown(text)
    return _separated(text, "\t" if kind == "tsv" else None)


def _separated(text: str, separator: str | None) -> Iterator[Mapping[str, Any]]:
    """CSV as RFC 4180 has it; separated by what the first line has most of: tabs, semicolons or commas."""
    if not text.strip():
        raise UnreadableError("There is nothing in it.")
    first = text.lstrip("\r\n").splitlines()[0]
    if separator is None:
        separator = max("\t;,", key=first.count)
        # A single column out of a spreadsheet: commas are words'.
        separator = separator if separator in first else "\t"
    try:
        reader = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=separator)
        header = _without_end([cell.strip() for cell in next(reader)], 1)
        if len(header) > MOST_COLUMNS:
            raise UnreadableError(f"It has more than {MOST_COLUMNS} columns.")
        if len(set(header)) < len(header):
            twice = next(cell for cell in header if header.count(cell) > 1)
            raise UnreadableError(f"Two columns are called {line(twice, 60)!r}." if twice else "A column has no name.")
        for cells in reader:
            if any(cell.strip() for cell in cells):
                cells = _without_end(cells, len(header))
                if len(cells) > len(header):
                    raise UnreadableError(f"Line {reader.line_num} has more cells than the first line has names.")
                yield dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True))
    except csv.Error as error:
        raise UnreadableError(f"It is no CSV: {error}.") from None


def _without_end(cells: list[str], least: int) -> list[str]:
    """Cells without the empty ones at their end, which spreadsheets write for columns that nothing is in."""
    end = len(cells)
    while end > least and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _markdown(text: str) -> Iterator[Mapping[str, Any]]:
    """A table in Markdown, or as it was copied from one."""
    lines = [one.strip() for one in text.splitlines() if one.strip().startswith("|")]
    header, *rows = ([cell.strip() for cell in one.strip("|").split("|")] for one in lines)
    for cells in rows:
        if not all(set(cell) <= set(":- ") for cell in cells):
            yield dict(zip(header, cells, strict=False))


def _json_lines(text: str) -> Iterator[Mapping[str, Any]]:
    for number, written in enumerate(text.split("\n"), 1):
        if written.strip():
            try:
                value = read_json(written)
            except ValueError as error:
                raise UnreadableError(f"Line {number} is no JSON: {error}.") from None
            if not isinstance(value, dict):
                raise UnreadableError(f"Line {number} is no object.")
            yield value


def _json(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        value = read_json(text)
    except ValueError as error:
        raise UnreadableError(f"It is no JSON: {error}.") from None
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise UnreadableError("It is no list of objects.")
    yield from value


def _parquet(data: bytes) -> Iterator[Mapping[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(data))
        if file.metadata.num_rows > MOST_DATASET_ROWS:
            raise UnreadableError(f"It has more than {MOST_DATASET_ROWS:,} rows.")
        if file.metadata.num_columns > MOST_COLUMNS:
            raise UnreadableError(f"It has more than {MOST_COLUMNS} columns.")
        groups = [file.metadata.row_group(number).total_byte_size for number in range(file.metadata.num_row_groups)]
        unpacked = 0
        # A value that stands in it once may be that of every row.
        for batch in file.iter_batches(max(1, min(1_000, _AT_ONCE // max(1, *groups, 1)))):
            unpacked += batch.nbytes
            if unpacked > LARGEST_UNPACKED:
                raise UnreadableError(f"It is larger than {LARGEST_UNPACKED:,} bytes once it is unpacked.")
            yield from (harmless(_shortened(record)) for record in batch.to_pylist())
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(f"It is no Parquet file: {line(str(error), 200)}.") from None


def _shortened(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without texts that are far too long: what is left of them is still refused, and sooner."""
    most = LONGEST_PROSE + 1
    return {name: value[:most] if isinstance(value, str | bytes) else value for name, value in record.items()}


def _plain(value: Any) -> Any:
    """A value that JSON has."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return clean(value.decode("utf-8", "replace"))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return clean(value) if isinstance(value, str) else value
