"""Datasets: named rows. Each change makes a new version of all of them, and a version never changes."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select, update

from playground.store.conversations import GOING
from playground.store.database.database import first, now
from playground.store.database.errors import MissingError
from playground.store.database.experiment_tables import dataset_versions, datasets, version_rows
from playground.store.ids import new_id
from playground.store.owned import OwnedRows

_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row as it is kept: its id, which is the same in each version, and the rest of it as JSON."""

    id: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of a dataset: its number from 1, the SHA-256 of its rows, and how many they are."""

    id: str
    dataset_id: str
    title: str
    number: int
    digest: str
    size: int
    created_at: datetime


class StoredDatasets(OwnedRows):
    """The datasets of a store. Raises StoreError."""

    def create_dataset(self, title: str, rows: Sequence[StoredRow]) -> StoredVersion:
        """Keep a new dataset, whose first version has these rows."""
        at = now()
        dataset_id = new_id()
        with self._write() as connection:
            new = datasets.insert().values(id=dataset_id, owner=self.owner.id, title=title)
            connection.execute(new.values(created_at=at, updated_at=at))
            return _add_version(connection, dataset_id, title, 1, rows, at)

    def add_version(self, dataset_id: str, rows: Sequence[StoredRow]) -> StoredVersion:
        """The next version of a dataset, with these rows; its last one where they are the same. Raises MissingError."""
        at = now()
        with self._write() as connection:
            known = (datasets.c.id == dataset_id, self._is_own(datasets), datasets.c.deleted_at.is_(None))
            title = connection.scalar(select(datasets.c.title).where(*known).with_for_update())
            if title is None:
                raise MissingError("dataset", dataset_id)
            newest = self._versions().where(datasets.c.id == dataset_id).order_by(dataset_versions.c.number.desc())
            last = _version(connection.execute(newest.limit(1)).mappings().one())
            if last.digest == rows_digest(rows):
                return last
            connection.execute(update(datasets).where(*known).values(updated_at=at))
            return _add_version(connection, dataset_id, title, last.number + 1, rows, at)

    def datasets(self, *, limit: int = 100) -> tuple[StoredVersion, ...]:
        """The last version of each dataset that was not deleted, the one changed last first."""
        others = dataset_versions.alias()
        newest = select(func.max(others.c.number)).where(others.c.dataset_id == datasets.c.id).scalar_subquery()
        query = (
            self._versions()
            .where(datasets.c.deleted_at.is_(None), dataset_versions.c.number == newest)
            .order_by(datasets.c.updated_at.desc(), datasets.c.id.desc())
        )
        with self._read() as connection:
            return tuple(map(_version, connection.execute(query.limit(limit)).mappings()))

    def dataset_versions(self, dataset_id: str) -> tuple[StoredVersion, ...]:
        """All versions of a dataset, the newest first; none where there is no such dataset."""
        query = self._versions().where(datasets.c.id == dataset_id).order_by(dataset_versions.c.number.desc())
        with self._read() as connection:
            return tuple(map(_version, connection.execute(query).mappings()))

    def dataset_version(self, version_id: str) -> StoredVersion | None:
        """A version by its id, also of a deleted dataset: experiments refer to it."""
        with self._read() as connection:
            row = first(connection, self._versions().where(dataset_versions.c.id == version_id))
        return None if row is None else _version(row)

    def version_of(self, title: str, digest: str) -> StoredVersion | None:
        """The last version with exactly such rows, of a dataset of that title that was not deleted."""
        query = self._versions().where(
            datasets.c.deleted_at.is_(None), datasets.c.title == title, dataset_versions.c.digest == digest
        )
        with self._read() as connection:
            row = first(connection, query.order_by(dataset_versions.c.created_at.desc()).limit(1))
        return None if row is None else _version(row)

    def dataset_rows(self, version_id: str, *, start: int = 0, limit: int | None = None) -> tuple[StoredRow, ...]:
        """Rows of a version in their order, from number `start` on."""
        own = select(dataset_versions.c.id).join(datasets).where(self._is_own(datasets))
        query = (
            select(version_rows.c.row_id, version_rows.c.body)
            .where(version_rows.c.version_id == version_id, version_rows.c.number >= start)
            .where(version_rows.c.version_id.in_(own.where(dataset_versions.c.id == version_id)))
            .order_by(version_rows.c.number)
        )
        with self._read() as connection:
            return tuple(StoredRow(row.row_id, row.body) for row in connection.execute(query.limit(limit)))

    def rename_dataset(self, dataset_id: str, title: str) -> None:
        """Call a dataset something else. Raises MissingError."""
        self._change_dataset(dataset_id, datasets.c.deleted_at.is_(None), title=title, updated_at=now())

    def delete_dataset(self, dataset_id: str) -> None:
        """Throw a dataset away, until `purge` for good; its versions stay as long as experiments are about them."""
        self._change_dataset(dataset_id, datasets.c.deleted_at.is_(None), deleted_at=now())

    def restore_dataset(self, dataset_id: str) -> None:
        """Bring a deleted dataset back. Raises MissingError once it was purged."""
        self._change_dataset(dataset_id, datasets.c.deleted_at.is_distinct_from(GOING), deleted_at=None)

    def _change_dataset(self, dataset_id: str, *where: Any, **values: Any) -> None:
        known = (datasets.c.id == dataset_id, self._is_own(datasets), *where)
        with self._write() as connection:
            if connection.execute(update(datasets).where(*known).values(**values)).rowcount == 0:
                raise MissingError("dataset", dataset_id)

    def _versions(self) -> Select[Any]:
        return select(dataset_versions, datasets.c.title).join(datasets).where(self._is_own(datasets))


def rows_digest(rows: Iterable[StoredRow]) -> str:
    """The SHA-256 of all that rows say, in their order: that of `digest` of playground/experiments/rows.py."""
    sums = hashlib.sha256()
    for row in rows:
        sums.update(json.dumps(row.body, ensure_ascii=False, sort_keys=True).encode() + b"\n")
    return sums.hexdigest()


def _add_version(
    connection: Connection, dataset_id: str, title: str, number: int, rows: Sequence[StoredRow], at: datetime
) -> StoredVersion:
    made = StoredVersion(new_id(), dataset_id, title, number, rows_digest(rows), len(rows), at)
    new = dataset_versions.insert().values(id=made.id, dataset_id=dataset_id, number=number, digest=made.digest)
    connection.execute(new.values(size=made.size, created_at=at))
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        values = [
            {"version_id": made.id, "number": start + place, "row_id": row.id, "body": dict(row.body)}
            for place, row in enumerate(some)
        ]
        connection.execute(version_rows.insert(), values)
    return made


def _version(row: RowMapping) -> StoredVersion:
    return StoredVersion(
        row["id"], row["dataset_id"], row["title"], row["number"], row["digest"], row["size"], row["created_at"]
    )
