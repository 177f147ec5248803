"""Comparisons: what belongs together, as JSON; their panes are conversations of their own."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, exists, func, or_, select, update

from playground.store.conversations import title_of
from playground.store.database import Database, first, new_id, now
from playground.store.errors import MissingError
from playground.store.records import SavedComparison
from playground.store.schema import comparisons, conversations, turns


class Comparisons(Database):
    """The comparisons of a store."""

    def create_comparison(self, body: Mapping[str, Any]) -> SavedComparison:
        """A new comparison. Its id is its address, and cannot be guessed."""
        made = SavedComparison(new_id(), "", dict(body), now(), now())
        with self._write() as connection:
            connection.execute(
                comparisons.insert().values(
                    id=made.id,
                    title="",
                    renamed=False,
                    body=made.body,
                    created_at=made.created_at,
                    updated_at=made.updated_at,
                )
            )
        return made

    def comparison(self, comparison_id: str) -> SavedComparison | None:
        """The comparison of that id; None where there is none or it was deleted."""
        query = select(comparisons).where(comparisons.c.id == comparison_id, comparisons.c.deleted_at.is_(None))
        with self._read() as connection:
            row = first(connection, query)
        return None if row is None else _record(row)

    def save_comparison(self, comparison_id: str, body: Mapping[str, Any], *, said: str | None = None) -> None:
        """Keep what a comparison is now; `said` is a prompt that was sent, and titles it. Raises MissingError."""
        values: dict[str, Any] = {"body": dict(body)}
        if said is not None:
            values["updated_at"] = now()
        with self._write() as connection:
            changed = connection.execute(update(comparisons).where(comparisons.c.id == comparison_id).values(values))
            if changed.rowcount == 0:
                raise MissingError("comparison", comparison_id)
            if said is not None:
                connection.execute(
                    update(comparisons)
                    .where(comparisons.c.id == comparison_id, comparisons.c.title == "")
                    .values(title=title_of(said))
                )

    def comparisons(
        self, search: str | None = None, *, limit: int = 50, offset: int = 0
    ) -> tuple[SavedComparison, ...]:
        """Comparisons in which something was said, the last used first; `search` finds words in titles and prompts."""
        query = select(comparisons).where(comparisons.c.deleted_at.is_(None), comparisons.c.title != "")
        if search is not None and search.strip():
            words = search.strip().lower()
            position = func.instr if self.engine.dialect.name == "sqlite" else func.strpos
            said = (
                exists()
                .where(conversations.c.comparison_id == comparisons.c.id, turns.c.conversation_id == conversations.c.id)
                .where(position(func.lower(turns.c.text), words) > 0)
            )
            query = query.where(or_(position(func.lower(comparisons.c.title), words) > 0, said))
        query = query.order_by(comparisons.c.updated_at.desc(), comparisons.c.id).limit(limit).offset(offset)
        with self._read() as connection:
            return tuple(_record(row) for row in connection.execute(query).mappings())

    def rename_comparison(self, comparison_id: str, title: str) -> None:
        """Give a title that stays. Raises MissingError."""
        self._change_comparison(comparison_id, title=" ".join(title.split()) or "Untitled", renamed=True)

    def delete_comparison(self, comparison_id: str) -> None:
        """Throw a comparison away. Raises MissingError."""
        self._change_comparison(comparison_id, deleted_at=now())

    def restore_comparison(self, comparison_id: str) -> None:
        """Bring a deleted comparison back. Raises MissingError."""
        self._change_comparison(comparison_id, deleted_at=None)

    def _change_comparison(self, comparison_id: str, **values: Any) -> None:
        with self._write() as connection:
            changed = connection.execute(update(comparisons).where(comparisons.c.id == comparison_id).values(values))
            if changed.rowcount == 0:
                raise MissingError("comparison", comparison_id)


def _record(row: RowMapping) -> SavedComparison:
    return SavedComparison(row["id"], row["title"], row["body"], row["created_at"], row["updated_at"])
