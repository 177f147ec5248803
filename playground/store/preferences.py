"""What a person decided that belongs to no conversation: a JSON value under a name."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import sqlite

from playground.store.database.database import Database
from playground.store.database.schema import preferences


class StoredPreferences(Database):
    """The preferences of a store. Raises StoreError."""

    def preference(self, name: str) -> Any:
        """The value kept under a name; None where there is none."""
        with self._read() as connection:
            return connection.scalar(select(preferences.c.value).where(preferences.c.name == name))

    def prefer(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name in place of the one before; None takes it away."""
        insert: Any = sqlite.insert
        if self.engine.dialect.name == "postgresql":
            from sqlalchemy.dialects import postgresql  # takes a tenth of a second to load

            insert = postgresql.insert
        with self._write() as connection:
            if value is None:
                connection.execute(delete(preferences).where(preferences.c.name == name))
            else:
                new = insert(preferences).values(name=name, value=value)
                connection.execute(
                    new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value})
                )
