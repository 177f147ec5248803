"""What ids of another database are called in this one."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from playground.store.database.database import Database
from playground.store.database.schema import preferences
from playground.store.transfer.tables import SELF, TableRow, Transferred
from playground.store.transfer.unfit import UnfitError
from playground.store.transfer.whose import owners


class RenamedIds:
    """Ids that somebody else has here become others, always the same for an owner."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner
        self._called: dict[str, str] = {}

    def note(self, known: Transferred, rows: Sequence[tuple[int, TableRow]]) -> None:
        """Find out what the ids of rows are called here. Raises UnfitError."""
        if known.identified != "id":
            return
        others = {row["id"]: self._other_id(row["id"]) for _, row in rows}
        with self._database.read() as connection:
            whose_ids = owners(connection, known, [*others, *others.values()])
        for line, row in rows:
            id_, other = row["id"], others[row["id"]]
            whose, others_whose = whose_ids.get(id_), whose_ids.get(other)
            if whose == self._owner or (whose is None and others_whose != self._owner):
                continue
            if others_whose not in (None, self._owner):
                raise UnfitError(known.table.name, line, f"the id {id_!r} is somebody else's here")
            self._called[id_] = other

    def _other_id(self, id_: str) -> str:
        """What an id becomes that somebody else has: always the same for an owner, and nobody can guess it."""
        return urlsafe_b64encode(sha256(f"{self._owner} {id_}".encode("utf-8", "replace")).digest())[:22].decode()

    def applied(self, known: Transferred, row: TableRow) -> TableRow:
        """A row with the ids that its things and people have here."""
        if known.person and row[known.person] == SELF:
            row[known.person] = self._owner
        if not self._called:
            return row
        for name in (known.identified, *known.references, *([known.parent[0]] if known.parent else [])):
            if isinstance(row[name], str):
                row[name] = self._called.get(row[name], row[name])
        for name in known.inside:
            row[name] = self._renamed_inside(row[name])
        if known.table is preferences:  # some are named after what they are about
            kind, space, id_ = row["name"].rpartition(" ")
            row["name"] = f"{kind}{space}{self._called.get(id_, id_)}"
        return row

    def _renamed_inside(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._called.get(value, value)
        if isinstance(value, dict):
            return {name: self._renamed_inside(item) for name, item in value.items()}
        return [self._renamed_inside(item) for item in value] if isinstance(value, list) else value
