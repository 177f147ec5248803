"""Presets, as JSON: what they hold is not the store's business."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select, update

from playground.store.database.database import first, now
from playground.store.database.errors import MissingError
from playground.store.database.schema import presets
from playground.store.ids import new_id
from playground.store.owned import OwnedRows


@dataclass(frozen=True, slots=True)
class SavedPreset:
    """A preset as it is kept: `body` is JSON."""

    id: str
    body: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime


class Presets(OwnedRows):
    """The presets of a store."""

    def create_preset(self, body: Mapping[str, Any]) -> SavedPreset:
        """Keep a new preset. Its id is its address, and cannot be guessed."""
        at = now()
        made = SavedPreset(new_id(), dict(body), at, at)
        with self._write() as connection:
            new = presets.insert().values(id=made.id, owner=self.owner.id, body=made.body, created_at=at, updated_at=at)
            connection.execute(new)
        return made

    def preset(self, preset_id: str) -> SavedPreset | None:
        """The preset of that id; None where there is none or it was deleted. Any string may be asked for."""
        shown = (presets.c.id == preset_id, presets.c.deleted_at.is_(None), self._is_own(presets))
        query = select(presets).where(*shown)
        with self._read() as connection:
            row = first(connection, query)
        return None if row is None else _record(row)

    def presets(self) -> tuple[SavedPreset, ...]:
        """All that were not deleted, oldest first."""
        shown = (presets.c.deleted_at.is_(None), self._is_own(presets))
        query = select(presets).where(*shown).order_by(presets.c.created_at, presets.c.id)
        with self._read() as connection:
            return tuple(map(_record, connection.execute(query).mappings()))

    def save_preset(self, preset_id: str, body: Mapping[str, Any]) -> None:
        """Change what a preset holds. Raises MissingError, also for one that was deleted."""
        self._change_preset(preset_id, presets.c.deleted_at.is_(None), body=dict(body), updated_at=now())

    def delete_preset(self, preset_id: str) -> None:
        """Throw a preset away, until `purge` for good. Raises MissingError."""
        self._change_preset(preset_id, deleted_at=now())

    def restore_preset(self, preset_id: str) -> None:
        """Bring a deleted preset back as it was. Raises MissingError once it was purged."""
        self._change_preset(preset_id, deleted_at=None)

    def _change_preset(self, preset_id: str, *where: Any, **values: Any) -> None:
        with self._write() as connection:
            known = (presets.c.id == preset_id, self._is_own(presets))
            changed = connection.execute(update(presets).where(*known, *where).values(values))
        if changed.rowcount == 0:
            raise MissingError("preset", preset_id)


def _record(row: RowMapping) -> SavedPreset:
    return SavedPreset(row["id"], row["body"], row["created_at"], row["updated_at"])
