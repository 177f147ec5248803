"""Lists of conversations, with what each of them holds and cost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from playground.store.charges import Charge, Spent
from playground.store.database import rows
from playground.store.database.schema import conversations, replies, turns
from playground.store.owned import OwnedRows
from playground.store.tree import read_trees


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


class Summaries(OwnedRows):
    """The lists of a store."""

    def conversations(self, *, limit: int = 50, offset: int = 0) -> tuple[Summary, ...]:
        """Conversations that were not deleted, the one last spoken in first, also those without a word.

        What people look through is the history.
        """
        query = select(conversations).where(
            self._is_own(conversations), conversations.c.deleted_at.is_(None), conversations.c.comparison_id.is_(None)
        )
        query = query.order_by(conversations.c.updated_at.desc(), conversations.c.id.desc()).limit(limit).offset(offset)
        with self._read() as connection:
            found = connection.execute(query).all()
            ids = [row.id for row in found]
            trees = read_trees(connection, ids)
            spent = self._spent_by_conversation(connection, ids)
            by_id = select(turns.c.id, turns.c.role).where(turns.c.conversation_id.in_(ids))
            roles = {row.id: row.role for row in connection.execute(by_id)}
        counts = {row.id: Counter(roles[turn] for turn in trees[row.id].under()) for row in found}
        return tuple(
            Summary(
                id=row.id,
                title=row.title,
                model=row.model,
                created_at=row.created_at,
                updated_at=row.updated_at,
                questions=counts[row.id]["user"],
                answers=counts[row.id]["assistant"],
                spent=spent[row.id],
            )
            for row in found
        )

    def spent(self, conversation_id: str) -> Spent:
        """What a conversation used and cost: every reply on every branch, deleted ones too: they were paid for."""
        with self._read() as connection:
            return self._spent_by_conversation(connection, [conversation_id])[conversation_id]

    def _spent_by_conversation(self, connection: Connection, ids: Sequence[str]) -> dict[str, Spent]:
        query = select(replies.c.conversation_id, *rows.CHARGED)
        query = query.where(replies.c.conversation_id.in_(ids), self._is_own(replies))
        charges: dict[str, list[Charge]] = {conversation_id: [] for conversation_id in ids}
        for row in connection.execute(query).mappings():
            charges[row["conversation_id"]].append(rows.charge_of_row(self._database.held.over(dict(row))))
        return {conversation_id: Spent.of(found) for conversation_id, found in charges.items()}
