"""When the pieces of answers came: written once, when an answer has ended, and read when somebody plays it again.

It stays when the exchange goes. It goes with the words: without them there is nothing to play, and lengths of pieces
give words away (Weiss et al. 2024, https://arxiv.org/abs/2403.09751).
"""

from sqlalchemy import Connection, delete, select

from playground.answers.pace import Pace
from playground.store.database.schema import paces, replies
from playground.store.owned import OwnedRows


class Paces(OwnedRows):
    """The paces of a store."""

    def pace(self, reply_id: str) -> Pace | None:
        """When the pieces of a reply came; None where that is not kept."""
        held = self._database.held.get(self.owner.id, reply_id)
        if held is not None and held.ending.get("pace") is not None:
            return held.ending["pace"]
        query = select(paces.c.steps).join(replies, replies.c.id == paces.c.reply_id)
        with self._read() as connection:
            packed = connection.scalar(query.where(paces.c.reply_id == reply_id, self._is_own(replies)))
        return None if packed is None else Pace.unpacked(packed)


def keep_pace(connection: Connection, reply_id: str, packed: bytes) -> None:
    """Keep the pace of a reply, in place of the one that is kept of it."""
    connection.execute(delete(paces).where(paces.c.reply_id == reply_id))
    connection.execute(paces.insert().values(reply_id=reply_id, steps=packed))
