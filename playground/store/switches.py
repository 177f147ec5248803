"""What an administrator switched for everybody, and a record of what administrators did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from playground.owner import Owner
from playground.store.database.database import Database, insert_into, now
from playground.store.database.schema import audit, switches

REQUESTS = "requests"
"""The switch that stops all requests to models."""
ENTRIES_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Stopped:
    """All requests are stopped: by whom (the id of an owner), why, and since when."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something that an administrator did. `by` is the id of an owner."""

    at: datetime
    by: str
    what: str
    about: str


class Switches(Database):
    """Switches for all processes, and the record. Raises StoreError."""

    def stopped(self) -> Stopped | None:
        """Who stopped all requests; None where they are allowed."""
        with self.read() as connection:
            row = connection.execute(select(switches).where(switches.c.name == REQUESTS, switches.c.on)).first()
        return None if row is None else Stopped(row.by, row.reason, row.at)

    def stop_requests(self, by: Owner, reason: str) -> None:
        """Have all requests refused from now on, and note who wanted that."""
        self._switch(by, on=True, reason=reason, what="stopped all requests")

    def allow_requests(self, by: Owner) -> None:
        """Allow requests again, and note who wanted that."""
        self._switch(by, on=False, reason="", what="allowed requests again")

    def _switch(self, by: Owner, *, on: bool, reason: str, what: str) -> None:
        values = {"on": on, "by": by.id, "reason": reason, "at": now()}
        with self.write() as connection:
            new = insert_into(switches, connection.dialect.name).values(name=REQUESTS, **values)
            connection.execute(new.on_conflict_do_update(index_elements=["name"], set_=values))
            _note(connection, by, what, reason)

    def note_in_audit(self, by: Owner, what: str, about: str) -> None:
        """Write down what an administrator did, and whom or what it was about."""
        with self.write() as connection:
            _note(connection, by, what, about)

    def audit_entries(self, limit: int = 100) -> Sequence[AuditEntry]:
        """The last entries of the record, the newest first."""
        with self.read() as connection:
            found = connection.execute(select(audit).order_by(audit.c.number.desc()).limit(limit))
            return tuple(AuditEntry(row.at, row.by, row.what, row.about) for row in found)


def _note(connection: Connection, by: Owner, what: str, about: str) -> None:
    connection.execute(audit.insert().values(at=now(), by=by.id, what=what, about=about))
    oldest = select(audit.c.number).order_by(audit.c.number.desc()).offset(ENTRIES_KEPT).limit(1)
    if (number := connection.scalar(oldest)) is not None:
        connection.execute(delete(audit).where(audit.c.number <= number))
