"""Conversations: made, named, thrown away and brought back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, select, update

from playground.owner import Owner
from playground.store.database import rows
from playground.store.database.database import first, now
from playground.store.database.errors import MissingError
from playground.store.database.schema import comparisons, conversations, turns
from playground.store.ids import new_id
from playground.store.owned import OwnedRows
from playground.store.records import Conversation
from playground.text.cleaning import line

TITLE_LENGTH = 60
GOING = datetime(1970, 1, 1, tzinfo=UTC)
"""When something was deleted that is being removed for good: it cannot be brought back any more."""


def title_of(text: str) -> str:
    """The title that a first message gives: its first line that says something, at most TITLE_LENGTH characters."""
    return next(filter(None, (line(words, TITLE_LENGTH) for words in text.lstrip()[:1000].splitlines())), "")


def touch(
    connection: Connection, owner: Owner, heads: Mapping[str, str], texts: Mapping[str, str]
) -> dict[str, str | None]:
    """Note that something was said in an owner's conversations, and what their heads are now, by id.

    Returns the heads of before. A text titles a conversation that has no title yet. Raises MissingError.
    """
    own = conversations.c.owner == owner.id
    shown = (conversations.c.id.in_(list(heads)), conversations.c.deleted_at.is_(None), own)
    query = select(conversations.c.id, conversations.c.head, conversations.c.title).where(*shown)
    known = {row.id: row for row in connection.execute(query.with_for_update())}
    if missing := heads.keys() - known.keys():
        raise MissingError("conversation", missing.pop())
    at = now()
    rows = [
        {"this": id_, "head": head, "title": known[id_].title or title_of(texts.get(id_, "")), "updated_at": at}
        for id_, head in heads.items()
    ]
    connection.execute(update(conversations).where(conversations.c.id == bindparam("this")), rows)
    return {id_: row.head for id_, row in known.items()}


class Conversations(OwnedRows):
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
        """A new conversation without turns. Its id is its address, and cannot be guessed.

        With a comparison it is one of its panes; raises MissingError where that is not there.
        """
        at = now()
        made = Conversation(
            new_id(), "", model, system_prompt, dict(parameters or {}), dict(options or {}), None, at, at
        )
        with self._write() as connection:
            if comparison_id is not None:
                self._require_comparison(connection, comparison_id)
            connection.execute(
                conversations.insert().values(
                    id=made.id,
                    owner=self.owner.id,
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
                    self._is_conversation(conversation_id), conversations.c.deleted_at.is_(None)
                ),
            )
        return None if row is None else rows.conversation(row)

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a title that stays; one without words goes back to that of the first message. Raises MissingError."""
        title = line(title)
        with self._write() as connection:
            shown = title or _first_title(connection, conversation_id)
            self._change_conversation(connection, conversation_id, title=shown, renamed=bool(title))

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
            self._change_conversation(
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
            self._change_conversation(connection, conversation_id, deleted_at=now())

    def restore(self, conversation_id: str) -> None:
        """Bring a deleted conversation back as it was. Raises MissingError once it was purged."""
        with self._write() as connection:
            self._change_conversation(connection, conversation_id, going=False, deleted_at=None)

    def _is_conversation(self, conversation_id: str) -> ColumnElement[bool]:
        return and_(conversations.c.id == conversation_id, self._is_own(conversations))

    def _require_comparison(self, connection: Connection, comparison_id: str) -> None:
        query = select(comparisons.c.id).where(comparisons.c.id == comparison_id, self._is_own(comparisons))
        if connection.scalar(query) is None:
            raise MissingError("comparison", comparison_id)

    def _change_conversation(
        self, connection: Connection, conversation_id: str, *, going: bool = True, **values: Any
    ) -> None:
        """Change a row; with `going` also one that is being removed. Raises MissingError."""
        known = self._is_conversation(conversation_id)
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
    query = select(turns.c.text).where(turns.c.conversation_id == conversation_id, turns.c.role == "user")
    titles = (title_of(text) for text in connection.scalars(query.order_by(turns.c.seq).limit(10)))
    return next(filter(None, titles), "")
