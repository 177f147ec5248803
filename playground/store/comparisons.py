"""Comparisons: what belongs together, as JSON; their panes are conversations of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, exists, func, literal, or_, select, update

from playground.store.charges import Spent
from playground.store.conversations import title_of
from playground.store.database import rows
from playground.store.database.columns import SafeText
from playground.store.database.database import Database, first, now
from playground.store.database.errors import MissingError
from playground.store.database.schema import comparisons, conversations, replies, turns
from playground.store.held import Held
from playground.store.ids import new_id
from playground.store.records import SavedComparison
from playground.text.cleaning import line


class Comparisons(Database):
    """The comparisons of a store."""

    def create_comparison(self, body: Mapping[str, Any]) -> SavedComparison:
        """A new comparison. Its id is its address, and cannot be guessed."""
        at = now()
        made = SavedComparison(new_id(), "", dict(body), at, at)
        with self._write() as connection:
            connection.execute(
                comparisons.insert().values(
                    id=made.id, title="", renamed=False, body=made.body, created_at=at, updated_at=at
                )
            )
        return made

    def comparison(self, comparison_id: str) -> SavedComparison | None:
        """The comparison of that id; None where there is none or it was deleted. Any string may be asked for."""
        query = select(comparisons).where(comparisons.c.id == comparison_id, comparisons.c.deleted_at.is_(None))
        with self._read() as connection:
            row = first(connection, query)
        return None if row is None else _record(row)

    def save_comparison(self, comparison_id: str, body: Mapping[str, Any], *, said: str | None = None) -> None:
        """Keep what a comparison is now; `said` is a prompt that is sent, the first of them titles it.

        Raises MissingError, also for one that was deleted.
        """
        values: dict[str, Any] = {"body": dict(body)}
        if said is not None:
            values["updated_at"] = now()
        known = (comparisons.c.id == comparison_id, comparisons.c.deleted_at.is_(None))
        with self._write() as connection:
            if connection.execute(update(comparisons).where(*known).values(values)).rowcount == 0:
                raise MissingError("comparison", comparison_id)
            if said is not None:
                untitled = (comparisons.c.title == "", comparisons.c.renamed.is_(False))
                title = title_of(said) or "Untitled"
                connection.execute(update(comparisons).where(*known, *untitled).values(title=title))

    def comparisons(
        self, search: str | None = None, *, limit: int = 50, offset: int = 0
    ) -> tuple[SavedComparison, ...]:
        """Comparisons in which something was said, the last used first, each with what it cost.

        `search` finds words in titles, prompts and answers, whatever their case.
        """
        query = select(comparisons).where(comparisons.c.deleted_at.is_(None), comparisons.c.title != "")
        if search is not None and search.strip():
            query = query.where(self._mentions_words(search.strip().lower()))
        query = query.order_by(comparisons.c.updated_at.desc(), comparisons.c.id).limit(limit).offset(offset)
        with self._read() as connection:
            found = connection.execute(query).mappings().all()
            spent = _spent(connection, [row["id"] for row in found], self._held)
        return tuple(_record(row, spent[row["id"]]) for row in found)

    def comparison_spent(self, comparison_id: str) -> Spent:
        """What a comparison used and cost: every reply of every pane, removed ones too: they were paid for."""
        with self._read() as connection:
            return _spent(connection, [comparison_id], self._held)[comparison_id]

    def rename_comparison(self, comparison_id: str, title: str) -> None:
        """Give a title that stays; one without words goes back to that of the first prompt. Raises MissingError."""
        title = line(title)
        with self._write() as connection:
            shown = title or _first_title(connection, comparison_id)
            _change(connection, comparison_id, title=shown, renamed=bool(title))

    def delete_comparison(self, comparison_id: str) -> None:
        """Throw a comparison and its panes away, until `purge` for good. Raises MissingError."""
        self._mark(comparison_id, deleted_at=now())

    def restore_comparison(self, comparison_id: str) -> None:
        """Bring a deleted comparison back as it was. Raises MissingError once it was purged."""
        self._mark(comparison_id, deleted_at=None)

    def _mark(self, comparison_id: str, **values: Any) -> None:
        panes = conversations.c.comparison_id == comparison_id
        with self._write() as connection:
            _change(connection, comparison_id, **values)
            connection.execute(update(conversations).where(panes).values(values))

    def _mentions_words(self, words: str) -> Any:
        position = func.instr if self.engine.dialect.name == "sqlite" else func.strpos

        def has(text: Any) -> Any:
            return position(func.lower(text), literal(words, SafeText)) > 0

        pane = conversations.c.comparison_id == comparisons.c.id
        return or_(
            has(comparisons.c.title),
            exists().where(pane, turns.c.conversation_id == conversations.c.id, has(turns.c.text)),
            exists().where(pane, replies.c.conversation_id == conversations.c.id, has(replies.c.text)),
        )


def _change(connection: Connection, comparison_id: str, **values: Any) -> None:
    changed = connection.execute(update(comparisons).where(comparisons.c.id == comparison_id).values(values))
    if changed.rowcount == 0:
        raise MissingError("comparison", comparison_id)


def retitle_comparison(connection: Connection, conversation_id: str) -> None:
    """Title the comparison that has a pane by the words that are left in it, unless somebody named it."""
    pane = select(conversations.c.comparison_id).where(conversations.c.id == conversation_id)
    comparison_id = connection.scalar(pane)
    if comparison_id is not None:
        named = (comparisons.c.id == comparison_id, comparisons.c.renamed.is_(False))
        title = _first_title(connection, comparison_id)
        connection.execute(update(comparisons).where(*named).values(title=title))


def _first_title(connection: Connection, comparison_id: str) -> str:
    said = select(turns.c.text).join(conversations, turns.c.conversation_id == conversations.c.id)
    ours = (conversations.c.comparison_id == comparison_id, turns.c.role == "user")
    texts = connection.scalars(said.where(*ours).order_by(turns.c.seq).limit(1)).all()
    return "".join(title_of(text) or "Untitled" for text in texts)


def _spent(connection: Connection, ids: Sequence[str], held: Held) -> dict[str, Spent]:
    query = select(conversations.c.comparison_id, *rows.CHARGED)
    query = query.join(conversations, replies.c.conversation_id == conversations.c.id)
    bills: dict[str, list[Any]] = {comparison_id: [] for comparison_id in ids}
    for row in connection.execute(query.where(conversations.c.comparison_id.in_(ids))).mappings():
        bills[row["comparison_id"]].append(rows.charge_of_row(held.over(dict(row))))
    return {comparison_id: Spent.of(bill) for comparison_id, bill in bills.items()}


def _record(row: RowMapping, spent: Spent | None = None) -> SavedComparison:
    return SavedComparison(row["id"], row["title"], row["body"], row["created_at"], row["updated_at"], spent or Spent())
