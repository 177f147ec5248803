"""Conversations: made, listed, searched, named, thrown away and brought back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, literal, or_, select, update

from playground.store.charges import Spent
from playground.store.database import rows
from playground.store.database.columns import SafeText
from playground.store.database.database import Database, first, now
from playground.store.database.errors import MissingError
from playground.store.database.schema import conversations, replies, turns
from playground.store.held import Held
from playground.store.ids import new_id
from playground.store.records import Conversation
from playground.store.tree import read_trees
from playground.text.cleaning import line

TITLE_LENGTH = 60
GOING = datetime(1970, 1, 1, tzinfo=UTC)
"""When something was deleted that is being removed for good: it cannot be brought back any more."""


def title_of(text: str) -> str:
    """The title that a first message gives: its first line that says something, at most TITLE_LENGTH characters."""
    return next(filter(None, (line(said, TITLE_LENGTH) for said in text.lstrip()[:1000].splitlines())), "")


def touch(connection: Connection, heads: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str | None]:
    """Note that something was said in conversations, and what their heads are now, by id; answers with those of before.

    What was `said` first titles a conversation that has no title yet. Raises MissingError.
    """
    shown = (conversations.c.id.in_(list(heads)), conversations.c.deleted_at.is_(None))
    query = select(conversations.c.id, conversations.c.head, conversations.c.title).where(*shown)
    known = {row.id: row for row in connection.execute(query.with_for_update())}
    if missing := heads.keys() - known.keys():
        raise MissingError("conversation", missing.pop())
    at = now()
    rows = [
        {"this": id_, "head": head, "title": known[id_].title or title_of(said.get(id_, "")), "updated_at": at}
        for id_, head in heads.items()
    ]
    connection.execute(update(conversations).where(conversations.c.id == bindparam("this")), rows)
    return {id_: row.head for id_, row in known.items()}


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation as a list shows it, with the questions and answers that can be reached on any branch."""

    id: str
    title: str
    model: str
    created_at: datetime
    updated_at: datetime
    questions: int
    answers: int
    spent: Spent


class Conversations(Database):
    """The conversations of a store."""

    def create_conversation(
        self,
        *,
        model: str = "",
        system_prompt: str = "",
        parameters: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
        comparison_id: str | None = None,
    ) -> Conversation:
        """A new conversation without turns. Its id is its address, and cannot be guessed."""
        at = now()
        made = Conversation(
            new_id(), "", model, system_prompt, dict(parameters or {}), dict(options or {}), None, at, at
        )
        with self._write() as connection:
            connection.execute(
                conversations.insert().values(
                    id=made.id,
                    title="",
                    renamed=False,
                    model=model,
                    system_prompt=system_prompt,
                    parameters=made.parameters,
                    options=made.options,
                    comparison_id=comparison_id,
                    created_at=at,
                    updated_at=at,
                )
            )
        return made

    def conversation(self, conversation_id: str) -> Conversation | None:
        """The conversation of that id; None where there is none or it was deleted. Any string may be asked for."""
        with self._read() as connection:
            row = first(
                connection,
                select(conversations).where(
                    conversations.c.id == conversation_id, conversations.c.deleted_at.is_(None)
                ),
            )
        return None if row is None else rows.conversation(row)

    def conversations(
        self, search: str | None = None, *, limit: int = 50, offset: int = 0, spoken: bool = False
    ) -> tuple[Summary, ...]:
        """Conversations that were not deleted, the one last spoken in first; with `spoken` those with a turn alone.

        `search` finds words in titles, messages and answers of every branch, whatever their case.
        """
        query = select(conversations).where(
            conversations.c.deleted_at.is_(None), conversations.c.comparison_id.is_(None)
        )
        if spoken:
            query = query.where(exists().where(turns.c.conversation_id == conversations.c.id))
        if search is not None and search.strip():
            query = query.where(self._mentions(search.strip().lower()))
        query = query.order_by(conversations.c.updated_at.desc(), conversations.c.id).limit(limit).offset(offset)
        with self._read() as connection:
            found = connection.execute(query).all()
            ids = [row.id for row in found]
            trees = read_trees(connection, ids)
            spent = _spent(connection, ids, self._held)
            by_id = select(turns.c.id, turns.c.role).where(turns.c.conversation_id.in_(ids))
            roles = {row.id: row.role for row in connection.execute(by_id)}
        said = {row.id: Counter(roles[turn] for turn in trees[row.id].under()) for row in found}
        return tuple(
            Summary(
                row.id,
                row.title,
                row.model,
                row.created_at,
                row.updated_at,
                said[row.id]["user"],
                said[row.id]["assistant"],
                spent[row.id],
            )
            for row in found
        )

    def spent(self, conversation_id: str) -> Spent:
        """What a conversation used and cost: every reply on every branch, deleted ones too: they were paid for."""
        with self._read() as connection:
            return _spent(connection, [conversation_id], self._held)[conversation_id]

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a title that stays; one without words goes back to that of the first message. Raises MissingError."""
        title = line(title)
        with self._write() as connection:
            shown = title or _first_title(connection, conversation_id)
            _change(connection, conversation_id, title=shown, renamed=bool(title))

    def set_settings(
        self,
        conversation_id: str,
        *,
        model: str,
        system_prompt: str,
        parameters: Mapping[str, Any],
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """What the next message is sent with. Raises MissingError."""
        with self._write() as connection:
            _change(
                connection,
                conversation_id,
                model=model,
                system_prompt=system_prompt,
                parameters=dict(parameters),
                options=dict(options or {}),
            )

    def delete(self, conversation_id: str) -> None:
        """Throw a conversation away, until `purge` for good. Raises MissingError."""
        with self._write() as connection:
            _change(connection, conversation_id, deleted_at=now())

    def restore(self, conversation_id: str) -> None:
        """Bring a deleted conversation back as it was. Raises MissingError once it was purged."""
        with self._write() as connection:
            _change(connection, conversation_id, going=False, deleted_at=None)

    def _mentions(self, words: str) -> ColumnElement[bool]:
        def has(text: ColumnElement[str]) -> ColumnElement[bool]:
            position = func.instr if self.engine.dialect.name == "sqlite" else func.strpos
            return position(func.lower(text), literal(words, SafeText)) > 0

        return or_(
            has(conversations.c.title),
            exists().where(turns.c.conversation_id == conversations.c.id, has(turns.c.text)),
            exists().where(replies.c.conversation_id == conversations.c.id, has(replies.c.text)),
        )


def _change(connection: Connection, conversation_id: str, *, going: bool = True, **values: Any) -> None:
    """Change a row; with `going` also one that is being removed. Raises MissingError."""
    known = conversations.c.id == conversation_id
    if not going:
        known &= conversations.c.deleted_at.is_distinct_from(GOING)
    changed = connection.execute(update(conversations).where(known).values(values))
    if changed.rowcount == 0:
        raise MissingError("conversation", conversation_id)


def retitle(connection: Connection, conversation_id: str) -> None:
    """Title a conversation by the words that are left in it, unless somebody named it."""
    named = (conversations.c.id == conversation_id, conversations.c.renamed.is_(False))
    title = _first_title(connection, conversation_id)
    connection.execute(update(conversations).where(*named).values(title=title))


def _first_title(connection: Connection, conversation_id: str) -> str:
    said = select(turns.c.text).where(turns.c.conversation_id == conversation_id, turns.c.role == "user")
    titles = (title_of(text) for text in connection.scalars(said.order_by(turns.c.seq).limit(10)))
    return next(filter(None, titles), "")


def _spent(connection: Connection, ids: Sequence[str], held: Held) -> dict[str, Spent]:
    query = select(replies.c.conversation_id, *rows.CHARGED)
    bills: dict[str, list[Any]] = {conversation_id: [] for conversation_id in ids}
    for row in connection.execute(query.where(replies.c.conversation_id.in_(ids))).mappings():
        bills[row["conversation_id"]].append(rows.charge_of_row(held.over(dict(row))))
    return {conversation_id: Spent.of(bill) for conversation_id, bill in bills.items()}
