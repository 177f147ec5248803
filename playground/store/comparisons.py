"""Comparisons: what belongs together, as JSON; their panes are conversations of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, select, update

from playground.store.charges import Charge, Spent
from playground.store.conversations import title_of
from playground.store.database import rows
from playground.store.database.database import first, now
from playground.store.database.errors import MissingError
from playground.store.database.schema import comparisons, conversations, replies, turns
from playground.store.ids import new_id
from playground.store.votes import Vote, Votes
from playground.text.cleaning import line


@dataclass(frozen=True, slots=True)
class SavedComparison:
    """A comparison as it is kept: `body` is JSON, `title` empty until the first words are said.

    `spent` is what all its panes took, `votes` are those on it; both are filled in by lists.
    """

    id: str
    title: str
    body: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    spent: Spent = field(default_factory=Spent)
    votes: tuple[Vote, ...] = ()


class Comparisons(Votes):
    """The comparisons of a store."""

    def create_comparison(self, body: Mapping[str, Any]) -> SavedComparison:
        """A new comparison. Its id is its address, and cannot be guessed."""
        at = now()
        made = SavedComparison(new_id(), "", dict(body), at, at)
        with self._write() as connection:
            connection.execute(
                comparisons.insert().values(
                    id=made.id,
                    owner=self.owner.id,
                    title="",
                    renamed=False,
                    body=made.body,
                    created_at=at,
                    updated_at=at,
                )
            )
        return made

    def comparison(self, comparison_id: str) -> SavedComparison | None:
        """The comparison of that id; None where there is none or it was deleted. Any string may be asked for."""
        query = select(comparisons).where(self._is_comparison(comparison_id), comparisons.c.deleted_at.is_(None))
        with self._read() as connection:
            row = first(connection, query)
        return None if row is None else _record(row)

    def save_comparison(self, comparison_id: str, body: Mapping[str, Any], *, prompt: str | None = None) -> None:
        """Store what a comparison is now; `prompt` is one that is sent, the first of them titles it.

        Raises MissingError, also for one that was deleted.
        """
        values: dict[str, Any] = {"body": dict(body)}
        if prompt is not None:
            values["updated_at"] = now()
        known = (self._is_comparison(comparison_id), comparisons.c.deleted_at.is_(None))
        with self._write() as connection:
            if connection.execute(update(comparisons).where(*known).values(values)).rowcount == 0:
                raise MissingError("comparison", comparison_id)
            if prompt is not None:
                untitled = (comparisons.c.title == "", comparisons.c.renamed.is_(False))
                title = title_of(prompt) or "Untitled"
                connection.execute(update(comparisons).where(*known, *untitled).values(title=title))

    def comparisons(self, *, limit: int = 50, offset: int = 0) -> tuple[SavedComparison, ...]:
        """Comparisons in which something was said, the last used first, each with what it cost."""
        shown = (comparisons.c.deleted_at.is_(None), comparisons.c.title != "", self._is_own(comparisons))
        query = select(comparisons).where(*shown)
        query = query.order_by(comparisons.c.updated_at.desc(), comparisons.c.id.desc()).limit(limit).offset(offset)
        with self._read() as connection:
            found = connection.execute(query).mappings().all()
            spent = self._spent_by_comparison(connection, [row["id"] for row in found])
        cast = self.votes_on(spent)
        return tuple(_record(row, spent[row["id"]], cast[row["id"]]) for row in found)

    def comparison_spent(self, comparison_id: str) -> Spent:
        """What a comparison used and cost: every reply of every pane, removed ones too: they were paid for."""
        with self._read() as connection:
            return self._spent_by_comparison(connection, [comparison_id])[comparison_id]

    def rename_comparison(self, comparison_id: str, title: str) -> None:
        """Give a title that stays; one without words goes back to that of the first prompt. Raises MissingError."""
        title = line(title)
        with self._write() as connection:
            shown = title or _first_title(connection, comparison_id)
            self._change_comparison(connection, comparison_id, title=shown, renamed=bool(title))

    def delete_comparison(self, comparison_id: str) -> None:
        """Throw a comparison and its panes away, until `purge` for good. Raises MissingError."""
        self._mark(comparison_id, deleted_at=now())

    def restore_comparison(self, comparison_id: str) -> None:
        """Bring a deleted comparison back as it was. Raises MissingError once it was purged."""
        self._mark(comparison_id, deleted_at=None)

    def _mark(self, comparison_id: str, **values: Any) -> None:
        panes = (conversations.c.comparison_id == comparison_id, self._is_own(conversations))
        with self._write() as connection:
            self._change_comparison(connection, comparison_id, **values)
            connection.execute(update(conversations).where(*panes).values(values))

    def _is_comparison(self, comparison_id: str) -> ColumnElement[bool]:
        return and_(comparisons.c.id == comparison_id, self._is_own(comparisons))

    def _change_comparison(self, connection: Connection, comparison_id: str, **values: Any) -> None:
        changed = connection.execute(update(comparisons).where(self._is_comparison(comparison_id)).values(values))
        if changed.rowcount == 0:
            raise MissingError("comparison", comparison_id)

    def _spent_by_comparison(self, connection: Connection, ids: Sequence[str]) -> dict[str, Spent]:
        query = select(conversations.c.comparison_id, *rows.CHARGED)
        query = query.join(conversations, replies.c.conversation_id == conversations.c.id)
        query = query.where(conversations.c.comparison_id.in_(ids), self._is_own(replies))
        charges: dict[str, list[Charge]] = {comparison_id: [] for comparison_id in ids}
        for row in connection.execute(query).mappings():
            charges[row["comparison_id"]].append(rows.charge_of_row(self._database.held.over(dict(row))))
        return {comparison_id: Spent.of(found) for comparison_id, found in charges.items()}


def comparison_bodies(connection: Connection, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What comparisons are, by their ids."""
    query = select(comparisons.c.id, comparisons.c.body).where(comparisons.c.id.in_(ids))
    return {row.id: row.body for row in connection.execute(query)}


def retitle_comparison(connection: Connection, conversation_id: str) -> None:
    """Title the comparison that has a pane by the words that are left in it, unless somebody named it."""
    pane = select(conversations.c.comparison_id).where(conversations.c.id == conversation_id)
    comparison_id = connection.scalar(pane)
    if comparison_id is not None:
        named = (comparisons.c.id == comparison_id, comparisons.c.renamed.is_(False))
        title = _first_title(connection, comparison_id)
        connection.execute(update(comparisons).where(*named).values(title=title))


def _first_title(connection: Connection, comparison_id: str) -> str:
    query = select(turns.c.text).join(conversations, turns.c.conversation_id == conversations.c.id)
    ours = (conversations.c.comparison_id == comparison_id, turns.c.role == "user")
    texts = connection.scalars(query.where(*ours).order_by(turns.c.seq).limit(1)).all()
    return "".join(title_of(text) or "Untitled" for text in texts)


def _record(row: RowMapping, spent: Spent | None = None, cast: tuple[Vote, ...] = ()) -> SavedComparison:
    named = (row["id"], row["title"], row["body"], row["created_at"], row["updated_at"])
    return SavedComparison(*named, spent or Spent(), cast)
