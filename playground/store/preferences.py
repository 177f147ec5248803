"""What a person decided that belongs to no conversation: a JSON value under a name."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from playground.store.database.database import insert_into
from playground.store.database.schema import preferences
from playground.store.owned import OwnedRows


class StoredPreferences(OwnedRows):
    """The preferences of a store. Raises StoreError."""

    def preference(self, name: str) -> Any:
        """The value kept under a name; None where there is none."""
        with self._read() as connection:
            return connection.scalar(select(preferences.c.value).where(*self._called(name)))

    def preferences_called(self, prefix: str) -> dict[str, Any]:
        """The values kept under names that begin so, by name."""
        query = select(preferences.c.name, preferences.c.value).where(
            preferences.c.name.startswith(prefix, autoescape=True), self._is_own(preferences)
        )
        with self._read() as connection:
            return {row.name: row.value for row in connection.execute(query)}

    def prefer(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name in place of the one before; None takes it away."""
        with self._write() as connection:
            if value is None:
                connection.execute(delete(preferences).where(*self._called(name)))
            else:
                new = insert_into(preferences, connection.dialect.name).values(
                    owner=self.owner.id, name=name, value=value
                )
                connection.execute(
                    new.on_conflict_do_update(index_elements=["owner", "name"], set_={"value": new.excluded.value})
                )

    def revise(self, name: str, change: Callable[[Any], Any]) -> None:
        """Keep what `change` makes of the value under a name; other threads and processes wait meanwhile.

        As `preference` and `prefer`, it has None where there is no value.
        """
        with self._write() as connection:
            before = locked_value(connection, self.owner.id, name)
            after = change(before)
            kept = delete(preferences) if after is None else update(preferences).values(value=after)
            connection.execute(kept.where(*self._called(name)))

    def _called(self, name: str) -> tuple[ColumnElement[bool], ...]:
        return preferences.c.name == name, self._is_own(preferences)


def locked_value(connection: Connection, owner: str, name: str) -> Any:
    """The value under a name, None where there is none, in a row that is ours until the transaction ends.

    A row is made where there is none, or nothing could be locked: it is to be changed or deleted.
    """
    row = preferences.c.owner == owner, preferences.c.name == name
    new = insert_into(preferences, connection.dialect.name).values(owner=owner, name=name, value=False)
    made = connection.scalar(new.on_conflict_do_nothing().returning(preferences.c.name)) is not None
    value = connection.scalar(select(preferences.c.value).where(*row).with_for_update())
    return None if made else value
