"""How much room the database takes, by kind."""

from contextlib import closing
from typing import Any

from sqlalchemy import ColumnElement, func, select, text

from playground.store.database.database import Database, sqlite_path
from playground.store.database.errors import store_errors
from playground.store.database.experiment_tables import (
    experiment_answers,
    experiment_exchanges,
    experiment_judgements,
    version_rows,
)
from playground.store.database.schema import batches, exchanges, paces, replies, requests, snapshots, turns
from playground.store.deleting import length_of

COLUMNS_BY_KIND: dict[str, tuple[ColumnElement[Any], ...]] = {
    "messages and answers": (turns.c.text, turns.c.reasoning, replies.c.text, replies.c.reasoning, replies.c.setup),
    "pictures and sources": (turns.c.parts, replies.c.extras),
    "what was sent and received": (requests.c.body, exchanges.c.trace, paces.c.steps),
    "snapshots": (snapshots.c.page,),
    "batches": (batches.c["items"], batches.c.results),
    "experiments": (
        version_rows.c.body,
        experiment_answers.c.answer,
        experiment_answers.c.checks,
        experiment_judgements.c.answer,
        experiment_exchanges.c.trace,
    ),
}
FREE = "free, to be used again"
INDEXES = "indexes, sums and the rest of the database"
WHOLE = "the database"
LARGEST_COUNTED = 1_000_000_000
"""Bytes of a database of which the parts are told: each is read for it."""


class Sizes(Database):
    """What measures a store."""

    def sizes(self) -> dict[str, int]:
        """Bytes of the database by kind, an SQLite file with its write-ahead log; a large one is told as a whole.

        Raises StoreError.
        """
        if self.engine.dialect.name == "sqlite":
            total, free = self._file_size()
        else:
            with self.read() as connection:
                total, free = int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0), 0
        if total > LARGEST_COUNTED:
            return {WHOLE: total}
        with self.read() as connection:
            found = {
                kind: sum(
                    int(connection.scalar(select(func.sum(length_of(connection, column)))) or 0) for column in columns
                )
                for kind, columns in COLUMNS_BY_KIND.items()
            }
        found[FREE] = free
        found[INDEXES] = max(total - sum(found.values()), 0)
        return found

    def _file_size(self) -> tuple[int, int]:
        """Bytes of the file and its log, and of those the ones that nothing uses."""
        path = sqlite_path(self.engine.url)
        with (
            store_errors(self.engine.url),
            self.engine.connect() as connection,
            closing(connection.connection.cursor()) as cursor,
        ):
            (free,) = cursor.execute("PRAGMA freelist_count").fetchone()
            (size,) = cursor.execute("PRAGMA page_size").fetchone()
            files = [path, path.with_name(f"{path.name}-wal")]
            return sum(file.stat().st_size for file in files if file.exists()), free * size
