"""Replies that are still coming: what the database holds of them, so that only what is new is written."""

import threading
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from playground.messages import ToolCall
from playground.store.database.schema import pieces, replies
from playground.store.held import read_replies
from playground.store.pieces import add_piece, fold


@dataclass(frozen=True, slots=True)
class Saved:
    """What the database holds of a live reply; `number` is that of the next piece."""

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    number: int = 0


@dataclass(slots=True)
class Draft:
    """A live reply that is saved from here; `saved` is None where the database must be asked."""

    saved: Saved | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


def append_to_saved(connection: Connection, reply_id: str, saved: Saved, current: Saved) -> int:
    """Save what is current, by one more piece where the text only grew; returns the next piece's number."""
    if not (current.text.startswith(saved.text) and current.reasoning.startswith(saved.reasoning)):
        fold(connection, reply_id, text=current.text, reasoning=current.reasoning)
        return saved.number
    text, reasoning = current.text[len(saved.text) :], current.reasoning[len(saved.reasoning) :]
    if not (text or reasoning):
        return saved.number
    add_piece(connection, reply_id, saved.number, text, reasoning)
    return saved.number + 1


def read_saved(connection: Connection, reply_id: str) -> Saved:
    """What the database holds of a live reply, whoever's it is."""
    found = read_replies(connection, replies.c.id == reply_id)[0]
    number = connection.scalar(select(func.max(pieces.c.number)).where(pieces.c.reply_id == reply_id))
    return Saved(found.text, found.reasoning, found.tool_calls, 0 if number is None else number + 1)
