"""The base of the parts of a store: a database, and whose rows are read and changed in it."""

from contextlib import AbstractContextManager

from sqlalchemy import ColumnElement, Connection, Table, exists

from playground.owner import Owner
from playground.store.database.database import Database
from playground.store.database.errors import ReadOnlyError
from playground.store.database.schema import conversations, turns


class OwnedRows:
    """Reads and changes the rows of one owner.

    Each statement has the condition `_is_own`, or uses only ids that a statement with it has found.
    """

    def __init__(self, database: Database, owner: Owner, *, read_only: bool = False) -> None:
        self.owner = owner
        self._database = database
        self._read_only = read_only

    def _read(self) -> AbstractContextManager[Connection]:
        return self._database.read()

    def _write(self) -> AbstractContextManager[Connection]:
        if self._read_only:
            raise ReadOnlyError
        return self._database.write()

    def _is_own(self, table: Table) -> ColumnElement[bool]:
        """Whether a row is the owner's. A turn is where its conversation is."""
        if table is turns:
            return exists().where(conversations.c.id == turns.c.conversation_id, self._is_own(conversations))
        return table.c.owner == self.owner.id
