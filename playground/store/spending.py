"""What conversations used and cost."""

from sqlalchemy import select

from playground.store.charges import Spent
from playground.store.database import rows
from playground.store.database.schema import replies
from playground.store.owned import OwnedRows


class Spending(OwnedRows):
    """What was spent of a store."""

    def spent(self, conversation_id: str) -> Spent:
        """What a conversation used and cost: every reply on every branch, deleted ones too: they were paid for."""
        query = select(replies.c.conversation_id, *rows.CHARGED)
        query = query.where(replies.c.conversation_id == conversation_id, self._is_own(replies))
        with self._read() as connection:
            found = connection.execute(query).mappings().all()
        return Spent.of(rows.charge_of_row(self._database.held.over(dict(row))) for row in found)
