"""Replies that have ended and are not written yet: read from here as they ended, as if they were."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from playground.store.database import rows
from playground.store.database.schema import replies
from playground.store.pieces import read_pieces
from playground.store.records import Ending, StoredReply

MOST_HELD = 200
"""Ends that wait to be written before nothing more is asked for."""


@dataclass(frozen=True, slots=True)
class HeldReply:
    """How a reply ended; `columns` are those of its row."""

    ending: Ending
    columns: Mapping[str, Any]


class Held:
    """The ends that are not written yet, by the id of their owner and that of the reply. Any thread may call."""

    def __init__(self) -> None:
        self._replies: dict[tuple[str, str], HeldReply] = {}

    def put(self, owner: str, reply_id: str, ending: Ending, columns: Mapping[str, Any]) -> None:
        """Read a reply like this from now on."""
        self._replies[owner, reply_id] = HeldReply(ending, columns)

    def drop(self, owner: str, reply_id: str) -> None:
        """Read a reply as it is written."""
        self._replies.pop((owner, reply_id), None)

    def get(self, owner: str, reply_id: str) -> HeldReply | None:
        """What is held of a reply; None for one that is written."""
        return self._replies.get((owner, reply_id))

    @property
    def full(self) -> bool:
        """Whether so much waits to be written that nothing more should be asked for."""
        return len(self._replies) >= MOST_HELD

    def over(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """A row of `replies`, its id and its owner among the columns, as it is to be read."""
        held = self._replies.get((row["owner"], row["id"]))
        return row if held is None else {**row, **held.columns}


def read_replies(connection: Connection, condition: Any, held: Held | None = None) -> tuple[StoredReply, ...]:
    """The replies that fit a condition, the first one first: with what came since they were written, or as `held`."""
    query = select(replies).where(condition).order_by(replies.c.started_at, replies.c.id)
    found: list[Mapping[str, Any]] = [dict(row) for row in connection.execute(query).mappings()]
    if held is not None:
        found = [held.over(row) for row in found]
    pieces = read_pieces(connection, [row["id"] for row in found if row["state"] == "live"])
    return tuple(rows.reply(row, pieces.get(row["id"], ())) for row in found)
