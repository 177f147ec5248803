"""Rows from elsewhere, all of them or none: what is new comes in unseen, and is given to its owner at one stroke.

What belongs to things that are not here yet is written in short transactions with an owner whom nobody is, so that
answers are saved meanwhile. What changes things that are here waits, beside the database, for one last transaction,
which gives the rest to its owner. A process that dies in between leaves rows that nobody sees, and that
`remove_strays` removes.
"""

import json
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, delete, select, tuple_, update

from playground.owner import Owner
from playground.store.conversations import GOING
from playground.store.database.database import Database
from playground.store.database.entry_tables import entries
from playground.store.database.errors import ReadOnlyError
from playground.store.database.experiment_tables import dataset_versions, datasets, experiments
from playground.store.database.schema import batches, conversations, preferences, replies, turns
from playground.store.owned import OwnedRows
from playground.store.transfer.experiment_grids import ExperimentGrids
from playground.store.transfer.pending_changes import Change, PendingChanges, mark
from playground.store.transfer.renamed_ids import RenamedIds
from playground.store.transfer.staging import MARK, STAGING_PAUSE_S, real_owner, remove_staged, remove_strays
from playground.store.transfer.tables import STAGING, TRANSFERRED, TableRow, Taken, Transferred
from playground.store.transfer.unfit import UnfitError
from playground.store.transfer.whose import owner_column, owners
from playground.store.usage import note_outdated

Portion = tuple[str, Sequence[tuple[int, TableRow]]]
"""Rows of one table, by its name, each with the number of its line."""


class BusyError(Exception):
    """Something of the same owner is being taken in already."""


class Incoming(OwnedRows):
    """What comes into a store."""

    def take_in(self, source: Callable[[], Iterable[Portion]]) -> Taken:
        """Add rows of another database, or of an earlier time of this one, to the owner's: all of them, or none.

        `source` is called twice, and gives the same portions each time, tables in the order of TRANSFERRED. Ids stay,
        but those that somebody else has here: they become others, the same ones each time. A row that is here already
        stays, unless the other one is newer, or this one was deleted or lost its words. Raises UnfitError, BusyError,
        StoreError, and what `source` raises; nothing has changed then.
        """
        if self._read_only:
            raise ReadOnlyError
        with _Arrival(self._database, self.owner) as arrival:
            for name, rows in source():
                arrival.ids.note(TRANSFERRED[name], rows)
            for name, rows in source():
                arrival.put(TRANSFERRED[name], rows)
                time.sleep(STAGING_PAUSE_S)
            arrival.finish()
        return arrival.taken


class _Arrival:
    """One import: what ids are called here, what waits for the end, and what was counted."""

    def __init__(self, database: Database, owner: Owner) -> None:
        self.taken = Taken()
        self.staging = f"{STAGING}{database.process} {owner.id}"
        self.ids = RenamedIds(database, owner.id)
        self._database = database
        self._owner = owner.id
        self._hours: set[datetime] = set()
        self._grids = ExperimentGrids()
        self._awaited: dict[str, str] = {}
        self._later: set[str] = set()
        self._revived: set[str] = set()
        self._running: set[str] = set()
        self._pending: PendingChanges

    def __enter__(self) -> Self:
        """Say that something comes in. Raises BusyError where something does already."""
        self._database.claim()
        remove_strays(self._database)
        with self._database.write() as connection:
            others = preferences.c.owner.like(f"{STAGING}%"), preferences.c.name == MARK
            for owner in connection.scalars(select(preferences.c.owner).where(*others)):
                if real_owner(owner) == self._owner:
                    raise BusyError("Something is being imported already. Wait until it is done.")
            connection.execute(preferences.insert().values(owner=self.staging, name=MARK, value=True))
        self._pending = PendingChanges(tempfile.TemporaryFile())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pending.close()
        if kind is not None:
            remove_staged(self._database, self.staging)

    def put(self, known: Transferred, numbered: Sequence[tuple[int, TableRow]]) -> None:
        """Take in rows of a table, of which none is seen before `finish`. Raises UnfitError."""
        name = known.table.name
        rows = [(line, self.ids.applied(known, dict(row))) for line, row in numbered]
        if known.table is entries:
            self._put_marks(known, rows)
            return
        keys = [_key(known, row) for _, row in rows]
        if len(set(keys)) < len(keys):
            raise UnfitError(name, rows[-1][0], "one of the rows before it has the same id")
        with self._database.write() as connection:
            here, staged = self._here(connection, known, keys)
            parents = self._parents(connection, known, [row for _, row in rows])
            above = self._turns_above(connection, [row for _, row in rows]) if known.table is turns else {}
            by_id = {row["id"]: row for row in here.values() if "id" in row}
            whose = [self._require_parent(known, row, parents, line) for line, row in rows]
            self._grids.require_fit(connection, known, rows, by_id)
            new = []
            for (line, row), key, above_is in zip(rows, keys, whose, strict=True):
                if key in staged:
                    raise UnfitError(name, line, "there is another row with the same id")
                unseen = above_is == self.staging
                later = known.parent is not None and row[known.parent[0]] in self._later
                if known.table is turns:
                    _require_above(row, above, line)
                if key in here:
                    if known.table is preferences:
                        self._wait("insert", known, self._row(known, row, self._owner))
                    self._keep_newer(known, here[key], row, line)
                    continue
                self._count(known, row, new=True)
                self._require_at_rest(known, row, line)
                if unseen or (known.owned and known.identified == "id" and not later):
                    new.append(self._row(known, row, self.staging))
                else:
                    self._wait("insert", known, self._row(known, row, self._owner))
            if new:
                connection.execute(known.table.insert(), new)

    def _put_marks(self, known: Transferred, rows: Sequence[tuple[int, TableRow]]) -> None:
        """Mark entries of the history, which are there with what they are of."""
        with self._database.write() as connection:
            whose = owners(connection, known, [row["id"] for _, row in rows])
            for line, row in rows:
                if whose.get(row["id"]) not in (self._owner, self.staging) and row["id"] not in self._later:
                    raise UnfitError("entries", line, f"id {row['id']!r}: there is nothing that it is of")
                new = whose[row["id"]] == self.staging
                if new:
                    mark(connection, known, [row])
                else:
                    self._wait("mark", known, row)
                self._count(known, row, new=new)

    def _count(self, known: Transferred, row: TableRow, *, new: bool = False, changed: bool = False) -> None:
        counted = [self.taken.of(known.table.name)]
        if known.table is conversations and row["comparison_id"] is None:
            counted.append(self.taken.chats)
        for tally in counted:
            tally.came += 1
            tally.new += new
            tally.changed += changed
        if (new or changed) and (moment := _USED_AT.get(known.table.name)):
            self._hours.add(row[moment].replace(minute=0, second=0, microsecond=0))

    def _require_at_rest(self, known: Transferred, row: TableRow, line: int) -> None:
        """Raise UnfitError where something of an experiment would change that runs here."""
        if row.get("id" if known.table is experiments else "experiment_id") in self._running:
            raise UnfitError(known.table.name, line, "its experiment runs here just now: pause it, then import again")

    def _keep_newer(self, known: Transferred, here: TableRow, row: TableRow, line: int) -> None:
        if known.table is experiments and here["status"] == "running":
            self._running.add(row["id"])
        if here.get("deleted_at") == GOING and known.table not in _LEFT_BEHIND:
            raise UnfitError(known.table.name, line, "it is being removed for good here just now: try again soon")
        newer = known.changed is not None and here["state"] != "live" and row[known.changed] > here[known.changed]
        lost = known.table is replies and _lost(here, row)
        lost |= known.table in _LEFT_BEHIND and here["deleted_at"] == GOING != row["deleted_at"]
        lost |= known.table is datasets and not here["title"] and bool(row["title"])
        if known.table is experiments and lost:
            self._revived.add(row["id"])
        lost |= "experiment_id" in row and row["experiment_id"] in self._revived
        deleted = "deleted_at" in row and here["deleted_at"] is not None and row["deleted_at"] is None
        if newer or lost or deleted:
            self._require_at_rest(known, row, line)
        if newer or lost:
            self._wait("update", known, self._row(known, row, self._owner))
        elif deleted:
            self._wait("update", known, {**{name: row[name] for name in known.key}, "deleted_at": None})
        self._count(known, row, changed=newer or lost or deleted)

    def _here(
        self, connection: Connection, known: Transferred, keys: Sequence[tuple[Any, ...]]
    ) -> tuple[dict[tuple[Any, ...], TableRow], set[tuple[Any, ...]]]:
        """The owner's rows with these keys, as far as they matter, and the keys of those that came before."""
        table = known.table
        columns = [column for column in table.c if column.name in {*known.key, known.changed, *_MATTERS}]
        owner = owner_column(known)
        query = select(*columns, owner.label("whose")).where(
            tuple_(*(table.c[name] for name in known.key)).in_(keys), owner.in_((self._owner, self.staging))
        )
        here, staged = {}, set()
        for row in connection.execute(query).mappings():
            key = _key(known, row)
            if row["whose"] == self.staging:
                staged.add(key)
            else:
                here[key] = {"state": None, **row}
        return here, staged

    def _parents(self, connection: Connection, known: Transferred, rows: Sequence[TableRow]) -> dict[str, str]:
        """Whose the rows are that rows hang on, by id; only the owner's and those on their way in."""
        if known.parent is None:
            return {}
        name, table = known.parent
        ids = {row[name] for row in rows if row[name] is not None}
        whose = owners(connection, TRANSFERRED[table.name], list(ids))
        known_here = {id_: owner for id_, owner in whose.items() if owner in (self._owner, self.staging)}
        return known_here | dict.fromkeys(ids & self._later, self._owner)

    @staticmethod
    def _require_parent(known: Transferred, row: TableRow, parents: dict[str, str], line: int) -> str | None:
        """Whose the row is that a row hangs on. Raises UnfitError where there is none that it may hang on."""
        if known.parent is None or row[known.parent[0]] is None:
            return None
        name, table = known.parent
        if row[name] not in parents:
            what = f"{name} {row[name]!r}: there is no such row in {table.name}.jsonl"
            raise UnfitError(known.table.name, line, f"{what}, nor here")
        return parents[row[name]]

    def _turns_above(self, connection: Connection, rows: Sequence[TableRow]) -> dict[str, str]:
        """The conversations of the turns that turns follow, by their ids."""
        ids = {row["parent_id"] for row in rows if row["parent_id"] is not None}
        query = select(turns.c.id, turns.c.conversation_id).where(turns.c.id.in_(ids))
        found = {row.id: row.conversation_id for row in connection.execute(query)}
        return {**found, **{id_: self._awaited[id_] for id_ in ids if id_ in self._awaited}}

    def _row(self, known: Transferred, row: TableRow, owner: str) -> TableRow:
        """A row as the database has it."""
        packed = {
            name: _packed(row[name])
            for name in known.packed
            if row[name] is not None or not known.table.c[name].nullable
        }
        own = {"owner": owner} if known.owned else {}
        process = {"process": self._database.process} if "process" in known.table.c else {}
        return {**row, **packed, **own, **process}

    def _wait(self, change: Change, known: Transferred, row: TableRow) -> None:
        if known.table is turns:
            self._awaited[row["id"]] = row["conversation_id"]
        elif known.table in (dataset_versions, experiments) and change == "insert":
            self._later.add(row["id"])
        self._pending.add(change, known, row)

    def finish(self) -> None:
        """Give everything to its owner."""
        with self._database.write() as connection:
            note_outdated(connection, {(self._owner, hour) for hour in self._hours})
            self._pending.carry_out(connection)
            connection.execute(delete(preferences).where(preferences.c.owner == self.staging))
            for known in TRANSFERRED.values():
                if known.owned:
                    staged = known.table.c.owner == self.staging
                    connection.execute(update(known.table).where(staged).values(owner=self._owner))


_USED_AT = {
    "replies": "started_at",
    "batches": "created_at",
    "experiment_answers": "ended_at",
    "experiment_judgements": "ended_at",
    "experiment_retaken": "at",
}
_LEFT_BEHIND = (batches, datasets, experiments)
"""What stays without its words when it is removed for good, and may come back."""
_MATTERS = ("deleted_at", "state", "text", "reasoning", "page", "title", "status", "size", "digest", "cells")
"""Columns of a row that is here which say whether one that comes is another."""


def _require_above(row: TableRow, above: dict[str, str], line: int) -> None:
    """Raise UnfitError where a turn follows none of its conversation that came before it."""
    parent_id = row["parent_id"]
    if parent_id is not None and above.get(parent_id) != row["conversation_id"]:
        raise UnfitError("turns", line, f"parent_id {parent_id!r}: no turn of its chat before it has this id")
    above[row["id"]] = row["conversation_id"]


def _lost(here: TableRow, row: TableRow) -> bool:
    """Whether a reply was taken out of its conversation here, or its words were."""
    detached = here["page"] is not None and row["conversation_id"] is not None
    return detached or (bool(row["text"]) and not (here["text"] or here["reasoning"]))


def _key(known: Transferred, row: Any) -> tuple[Any, ...]:
    return tuple(row[name] for name in known.key)


def _packed(value: Any) -> bytes:
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode(), level=1)
