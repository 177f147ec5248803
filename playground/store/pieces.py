"""What came of an answer that is still coming, a row for each save: no save rewrites what earlier ones wrote."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, update

from playground.store.database.schema import pieces, replies

# Made once: SQLAlchemy takes longer to make a statement than SQLite to carry it out, and this is done for each save.
_NEW_PIECE = pieces.insert()


def read_pieces(connection: Connection, reply_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """The (text, reasoning) of every piece, by reply, in the order in which they came."""
    found: dict[str, list[tuple[str, str]]] = {}
    if reply_ids:
        query = select(pieces).where(pieces.c.reply_id.in_(reply_ids)).order_by(pieces.c.reply_id, pieces.c.number)
        for row in connection.execute(query):
            found.setdefault(row.reply_id, []).append((row.text, row.reasoning))
    return found


def add_piece(connection: Connection, reply_id: str, number: int, text: str, reasoning: str) -> None:
    """Write what came since the last piece."""
    piece = {"reply_id": reply_id, "number": number, "text": text, "reasoning": reasoning}
    connection.execute(_NEW_PIECE, piece)


def fold(connection: Connection, reply_id: str, **values: Any) -> None:
    """Write `values` (text and reasoning among them) to the reply in place of its pieces."""
    connection.execute(delete(pieces).where(pieces.c.reply_id == reply_id))
    connection.execute(update(replies).where(replies.c.id == reply_id).values(values))
