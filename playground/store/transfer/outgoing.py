"""All rows of an owner as they are at one moment, a few in memory at a time."""

import json
import zlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, exists, func, or_, select

from playground.store.conversations import GOING
from playground.store.database.database import Database
from playground.store.database.entry_tables import entries
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

        A reply that is coming is one that was interrupted here. Raises StoreError.
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
        if table is conversations:
            query = query.where(conversations.c.deleted_at.is_distinct_from(GOING))
        if table is entries:
            words = [entries.c[name] != "" for name in ("name", "note")]
            query = query.where(or_(entries.c.pinned, entries.c.archived, *words, entries.c.tags != []))
        order = (table.c.seq,) if "seq" in table.c else tuple(table.c[name] for name in known.key)
        return query.order_by(*order)

    def _belongs(self, known: Transferred) -> Any:
        """Whether a row is the owner's, or hangs on one that is."""
        if known.owned:
            return self._is_own(known.table)
        assert known.parent is not None
        name, parent = known.parent
        above = TRANSFERRED[parent.name]
        going = [conversations.c.deleted_at.is_distinct_from(GOING)] if parent is conversations else []
        return exists().where(parent.c[above.identified] == known.table.c[name], self._belongs(above), *going)

    def _outgoing(self, connection: Connection, known: Transferred, row: TableRow) -> TableRow:
        for name in known.packed:
            if row[name] is not None:
                row[name] = json.loads(zlib.decompress(row[name]))
        if known.table is replies:
            row = _ended(connection, self._database, row)
        if known.table is votes and row["voter"] == self.owner.id:
            row["voter"] = SELF
        return {name: row[name] for name in known.columns}


def _ended(connection: Connection, database: Database, row: TableRow) -> TableRow:
    """A reply as it ended, or as one that was interrupted where it has not."""
    row = dict(database.held.over(row))
    if row["state"] == "live":
        (coming,) = read_replies(connection, replies.c.id == row["id"])
        row |= {"text": coming.text, "reasoning": coming.reasoning}
        row |= {"state": "interrupted", "finished_at": row["saved_at"]}
    return row
