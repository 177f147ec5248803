"""What is in stores at a moment, to have it there again: quicker than doing again what made it."""

import copy
import sqlite3
from typing import Any

from sqlalchemy import Connection, select, text

from playground.store import Stores
from playground.store.database.schema import metadata

_WORDS = text("SELECT number, CAST(terms AS text) AS terms FROM document_words")
_INSERT_WORDS = text("INSERT INTO document_words (number, terms) VALUES (:number, CAST(:terms AS tsvector))")

_NEXT_NUMBER = (
    "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), (SELECT coalesce(max({column}), 0) FROM {table}) + 1,"
    " false)"
)


class KeptState:
    """What is in stores now; `put_into` has it in others of the same kind, to the last id and index."""

    def __init__(self, stores: Stores) -> None:
        self._held = copy.deepcopy(stores.held)
        self._file: sqlite3.Connection | None = None
        with stores.engine.connect() as connection:
            if stores.engine.dialect.name == "sqlite":
                self._file = sqlite3.connect(":memory:", check_same_thread=False)
                _driver(connection).backup(self._file)
                return
            self._rows = {
                table: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in metadata.sorted_tables
            }
            self._words = [dict(row) for row in connection.execute(_WORDS).mappings()]

    def put_into(self, stores: Stores) -> None:
        """Leave nothing else there."""
        stores.held = copy.deepcopy(self._held)
        if self._file is not None:
            with stores.engine.connect() as connection:
                self._file.backup(_driver(connection))
            return
        with stores.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # rows that name each other
            connection.exec_driver_sql("DELETE FROM document_words")
            for table in metadata.sorted_tables:
                connection.execute(table.delete())
            for table, rows in self._rows.items():
                if rows:
                    connection.execute(table.insert(), rows)
            if self._words:
                connection.execute(_INSERT_WORDS, self._words)
            for table in metadata.sorted_tables:
                if (numbered := table.autoincrement_column) is not None:
                    connection.exec_driver_sql(_NEXT_NUMBER.format(table=table.name, column=numbered.name))

    def close(self) -> None:
        """Forget it."""
        if self._file is not None:
            self._file.close()


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
