"""All rows of an owner as they are at one moment, a few in memory at a time."""

import json
import zlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, exists, func, or_, select

from playground.store.conversations import GOING
from playground.store.database.columns import Sequence
from playground.store.database.database import Database
from playground.store.database.entry_tables import entries
from playground.store.database.experiment_tables import experiments
from playground.store.database.schema import conversations, replies, votes
from playground.store.held import read_replies
from playground.store.owned import OwnedRows
from playground.store.transfer.tables import SELF, TRANSFERRED, TableRow, Transferred
from playground.store.votes import IS_SEALED

AT_ONCE = 8
"""Rows that are fetched together; one may hold pictures of some megabytes."""


class Outgoing(OwnedRows):
    """What leaves a store."""

    def row_counts(self) -> dict[str, int]:
        """How many rows of each table there are to take along."""
        with self._read() as connection:
            return {
                name: connection.scalar(select(func.count()).select_from(self._rows(known).order_by(None).subquery()))
                or 0
                for name, known in TRANSFERRED.items()
            }

    def all_rows(self) -> Iterator[tuple[str, TableRow]]:
        """Every row that is taken along, with the name of its table; what one hangs on comes before it.

        A reply that is coming was interrupted here, and an experiment that runs is paused. Raises StoreError.
        """
        with self._read() as connection:
            for name, known in TRANSFERRED.items():
                found = connection.execution_options(yield_per=AT_ONCE).execute(self._rows(known))
                for row in found.mappings():
                    yield name, self._outgoing(connection, known, dict(row))

    def _rows(self, known: Transferred) -> Select[Any]:
        table = known.table
        columns = [table.c[name] for name in known.columns]
        if table is replies:
            columns.append(table.c.owner)
        query = select(*columns).where(self._belongs(known))
        if table is votes:
            query = query.where(~IS_SEALED)
        query = query.where(*_stays(table))
        if table is entries:
            words = [entries.c[name] != "" for name in ("name", "note")]
            query = query.where(or_(entries.c.pinned, entries.c.archived, *words, entries.c.tags != []))
        counted = [column for column in table.primary_key if column.type is Sequence]
        return query.order_by(*(counted or (table.c[name] for name in known.key)))

    def _belongs(self, known: Transferred) -> Any:
        """Whether a row is the owner's, or hangs on one that is."""
        if known.owned:
            return self._is_own(known.table)
        assert known.parent is not None
        name, parent = known.parent
        above = TRANSFERRED[parent.name]
        return exists().where(parent.c[above.identified] == known.table.c[name], self._belongs(above), *_stays(parent))

    def _outgoing(self, connection: Connection, known: Transferred, row: TableRow) -> TableRow:
        for name in known.packed:
            if row[name] is not None:
                row[name] = json.loads(zlib.decompress(row[name]))
        if known.table is replies:
            row = _ended(connection, self._database, row)
        if known.table is experiments and row["status"] == "running":
            row["status"] = "paused"
        if known.person and row[known.person] == self.owner.id:
            row[known.person] = SELF
        return {name: row[name] for name in known.columns}


def _stays(table: Table) -> list[ColumnElement[bool]]:
    """That a row is not being removed for good just now; what is left of an experiment then says what it cost."""
    if table is conversations:
        return [conversations.c.deleted_at.is_distinct_from(GOING)]
    if table is experiments:
        return [or_(experiments.c.deleted_at.is_distinct_from(GOING), experiments.c.digest == "")]
    return []


def _ended(connection: Connection, database: Database, row: TableRow) -> TableRow:
    """A reply as it ended, or as one that was interrupted where it has not."""
    row = dict(database.held.over(row))
    if row["state"] == "live":
        (coming,) = read_replies(connection, replies.c.id == row["id"])
        row |= {"text": coming.text, "reasoning": coming.reasoning}
        row |= {"state": "interrupted", "finished_at": row["saved_at"]}
    return row
