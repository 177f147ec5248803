"""Snapshots: pages that were shared, as they were then, whatever becomes of what they were made of."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, delete, func, or_, select, update

from playground.store.database import rows
from playground.store.database.database import Database, first, now
from playground.store.database.errors import MissingError, StoreError
from playground.store.database.schema import snapshots
from playground.store.owned import OwnedRows

SnapshotKind = Literal["chat", "comparison", "usage"]
Readers = Literal["link", "signed in"]
"""Whoever has the address, or of these only who is signed in."""
MOST_SNAPSHOTS = 500
"""Of one owner."""
LARGEST_SNAPSHOT = 20_000_000
"""Characters of a page."""


@dataclass(frozen=True, slots=True)
class NewSnapshot:
    """A snapshot to keep: its `page` is whole, and `digest` is what the page says of its own content."""

    kind: SnapshotKind
    title: str
    page: str
    digest: str
    readers: Readers = "link"
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of a snapshot without its page. `size` is in characters."""

    id: str
    kind: SnapshotKind
    title: str
    readers: Readers
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    visits: int
    size: int
    digest: str

    def is_open(self, at: datetime) -> bool:
        """Whether it can be read at a moment."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class Snapshots(OwnedRows):
    """The snapshots of a store."""

    def create_snapshot(self, new: NewSnapshot) -> Snapshot:
        """Keep a snapshot. Its id is its address. Raises StoreError where it is too large, or there are too many."""
        if len(new.page) > LARGEST_SNAPSHOT:
            raise StoreError(
                f"This is too large for a snapshot: {len(new.page) / 1e6:.0f} million characters.",
                f"At most {LARGEST_SNAPSHOT / 1e6:.0f} million are kept. Pictures take most of it: save it as a file.",
            )
        made = Snapshot(
            id=secrets.token_urlsafe(24),
            kind=new.kind,
            title=new.title,
            readers=new.readers,
            made_at=now(),
            expires_at=new.expires_at,
            revoked_at=None,
            visits=0,
            size=len(new.page),
            digest=new.digest,
        )
        values = {name: getattr(made, name) for name in _TOLD} | {"page": rows.packed_request(new.page)}
        with self._write() as connection:
            count = connection.scalar(select(func.count()).select_from(snapshots).where(self._is_own(snapshots))) or 0
            if count >= MOST_SNAPSHOTS:
                raise StoreError(
                    f"There are {count:,} snapshots already.", "Delete some that nobody needs any more, on Data."
                )
            connection.execute(snapshots.insert().values(owner=self.owner.id, **values))
        return made

    def snapshots(self) -> Sequence[Snapshot]:
        """All of them, the newest first."""
        query = select(*_COLUMNS).where(self._is_own(snapshots))
        with self._read() as connection:
            found = connection.execute(query.order_by(snapshots.c.made_at.desc(), snapshots.c.id.desc())).mappings()
            return tuple(map(_told, found))

    def snapshot_page(self, snapshot_id: str) -> str | None:
        """The page of a snapshot, also of one that is not open any more; None where there is none."""
        query = select(snapshots.c.page).where(snapshots.c.id == snapshot_id, self._is_own(snapshots))
        with self._read() as connection:
            packed = connection.scalar(query)
        return None if packed is None else str(rows.unpacked_request(packed))

    def revoke_snapshot(self, snapshot_id: str) -> None:
        """Let nobody read a snapshot any more, for good. Raises MissingError."""
        this = (snapshots.c.id == snapshot_id, self._is_own(snapshots))
        first_time = func.coalesce(snapshots.c.revoked_at, now())
        with self._write() as connection:
            if connection.execute(update(snapshots).where(*this).values(revoked_at=first_time)).rowcount == 0:
                raise MissingError("snapshot", snapshot_id)

    def delete_snapshot(self, snapshot_id: str) -> None:
        """Remove a snapshot for good. Raises MissingError."""
        this = (snapshots.c.id == snapshot_id, self._is_own(snapshots))
        with self._write() as connection:
            if connection.execute(delete(snapshots).where(*this)).rowcount == 0:
                raise MissingError("snapshot", snapshot_id)


class SharedPages(Database):
    """Snapshots by their addresses, whoever's they are."""

    def open_page(self, snapshot_id: str, readers: Sequence[Readers]) -> str | None:
        """The page of a snapshot that can be read now, by one of these `readers`; None for any other id."""
        at = now()
        query = select(snapshots.c.page).where(
            snapshots.c.id == snapshot_id,
            snapshots.c.readers.in_(readers),
            snapshots.c.revoked_at.is_(None),
            or_(snapshots.c.expires_at.is_(None), snapshots.c.expires_at > at),
        )
        with self.read() as connection:
            row = first(connection, query)
        return None if row is None else str(rows.unpacked_request(row["page"]))

    def count_visit(self, snapshot_id: str) -> None:
        """Note that a snapshot was read once more."""
        with self.write() as connection:
            more = snapshots.c.visits + 1
            connection.execute(update(snapshots).where(snapshots.c.id == snapshot_id).values(visits=more))


_COLUMNS = tuple(column for column in snapshots.c if column.name not in ("owner", "page"))
_TOLD = tuple(column.name for column in _COLUMNS)


def _told(row: RowMapping) -> Snapshot:
    told: dict[str, Any] = {name: row[name] for name in _TOLD}
    return Snapshot(**told)
