"""Changes of things that are here, which wait beside the database for the last transaction of an import."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice
from typing import IO, Any, Literal

from sqlalchemy import Connection, Table, func, select, tuple_, update

from playground.store.database.database import first, insert_into
from playground.store.database.entry_tables import entries
from playground.store.database.experiment_tables import (
    dataset_versions,
    experiment_answers,
    experiment_judgements,
    experiment_retaken,
    experiments,
)
from playground.store.database.schema import batches, preferences, replies, turns
from playground.store.entries import CHANGED, remove_turn_words, remove_words_without_turns
from playground.store.experiment_records import ITSELF
from playground.store.history import MOST_TAGS
from playground.store.preferences import locked_value
from playground.store.transfer.tables import MARKS, TRANSFERRED, TableRow, Transferred

Change = Literal["insert", "update", "mark"]


class PendingChanges:
    """Changes in the order in which they came, in a file."""

    def __init__(self, file: IO[bytes]) -> None:
        """The file is empty, and belongs to the changes from now on."""
        self._file = file

    def close(self) -> None:
        """Forget them all."""
        self._file.close()

    def add(self, change: Change, known: Transferred, row: TableRow) -> None:
        """Have a change wait: a row to insert, the values to update one with, the marks to put on an entry."""
        pickle.dump((change, known.table.name, row), self._file)

    def carry_out(self, connection: Connection) -> None:
        """Make all changes, in a transaction."""
        self._file.seek(0)
        for (change, name), alike in groupby(self._all(), key=lambda each: each[:2]):
            while some := [row for _, _, row in islice(alike, _AT_ONCE)]:
                _CARRIED_OUT[change](connection, TRANSFERRED[name], some)

    def _all(self) -> Iterator[tuple[Change, str, TableRow]]:
        while True:
            try:
                yield pickle.load(self._file)
            except EOFError:
                return


_AT_ONCE = 200


def _insert(connection: Connection, known: Transferred, rows: Sequence[TableRow]) -> None:
    if known.table is preferences:
        for row in rows:
            _prefer(connection, row)
        return
    if known.table is dataset_versions:
        for row in rows:
            _number_anew(connection, row)
    elif known.table is experiment_retaken:
        for table in (experiment_answers, experiment_judgements):
            rows = _unlike(connection, rows, table, "at", "ended_at")
    elif known.table in (experiment_answers, experiment_judgements):
        rows = _unlike(connection, rows, experiment_retaken, "ended_at", "at")
    if rows:
        insert = insert_into(known.table, connection.dialect.name).on_conflict_do_nothing()
        connection.execute(insert, rows)


def _number_anew(connection: Connection, row: TableRow) -> None:
    """Give a version of a dataset the next number, where another one that was made here has its number."""
    versions = dataset_versions.c
    known = versions.dataset_id == row["dataset_id"]
    if connection.scalar(select(versions.id).where(known, versions.number == row["number"])) is not None:
        row["number"] = (connection.scalar(select(func.max(versions.number)).where(known)) or 0) + 1


def _unlike(
    connection: Connection, rows: Sequence[TableRow], table: Table, moment: str, moment_there: str
) -> list[TableRow]:
    """Rows without those whose answer is in `table`: either it is there, or it was thrown away and is asked again."""
    names = ("experiment_id", "cell")
    there = [table.c[name] for name in (*names, moment_there)]
    judge = table.c.judge if "judge" in table.c else None
    query = select(*there, *([] if judge is None else [judge]))
    query = query.where(tuple_(*there[:2]).in_([(row["experiment_id"], row["cell"]) for row in rows]))
    if table is experiment_retaken:
        query = query.where(experiment_retaken.c.why == "again")
    found = {(*row[:3], ITSELF if judge is None else row[3]) for row in connection.execute(query)}
    return [row for row in rows if (*(row[name] for name in (*names, moment)), row.get("judge", ITSELF)) not in found]


def _prefer(connection: Connection, row: TableRow) -> None:
    """Keep a preference that there is none of; of two lists of named things, what only the other one has is added."""
    this = (preferences.c.owner == row["owner"], preferences.c.name == row["name"])
    here = locked_value(connection, row["owner"], row["name"])
    if here is None:
        connection.execute(update(preferences).where(*this).values(value=row["value"]))
    elif _names(here) is not None and _names(row["value"]) is not None:
        more = [each for each in row["value"] if each["name"] not in (_names(here) or ())]
        more = more[: max(MOST_NAMED - len(here), 0)]
        connection.execute(update(preferences).where(*this).values(value=[*here, *more]))


MOST_NAMED = 100
"""Things in a list that has something added; no list that is kept here may be longer."""


def _names(value: Any) -> set[str] | None:
    """The names in a list of objects that have one; None for any other value."""
    if isinstance(value, list) and all(isinstance(each, dict) and isinstance(each.get("name"), str) for each in value):
        return {each["name"] for each in value}
    return None


def mark(connection: Connection, known: Transferred, rows: Sequence[TableRow]) -> None:
    """Put marks on entries beside those that they have; what they are called and their notes stay."""
    for row in rows:
        _mark(connection, row)


def _mark(connection: Connection, row: TableRow) -> None:
    this = entries.c.id == row["id"]
    here = first(connection, select(*(entries.c[name] for name in MARKS)).where(this))
    if here is None:
        return
    values = {name: here[name] or row[name] for name in ("pinned", "archived", "name", "note")}
    values["tags"] = list(dict.fromkeys([*here["tags"], *row["tags"]]))[:MOST_TAGS]
    if any(here[name] != value for name, value in values.items()):
        connection.execute(update(entries).where(this).values(**values, outdated=CHANGED))


def _update(connection: Connection, known: Transferred, rows: Sequence[TableRow]) -> None:
    for row in rows:
        _bring_up_to_date(connection, known, row)


def _bring_up_to_date(connection: Connection, known: Transferred, row: TableRow) -> None:
    this = [known.table.c[name] == row[name] for name in known.key]
    if known.table in (turns, replies):
        remove_turn_words(connection, [row["id"]])
    elif known.table in (batches, experiments):
        remove_words_without_turns(connection, row["id"])
    values = {name: value for name, value in row.items() if name not in ("id", *known.key, "owner", "process")}
    connection.execute(update(known.table).where(*this).values(values))


_CARRIED_OUT: dict[Change, Callable[[Connection, Transferred, Sequence[TableRow]], None]] = {
    "insert": _insert,
    "update": _update,
    "mark": mark,
}
