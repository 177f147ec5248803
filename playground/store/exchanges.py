"""What went over the wire for a reply: written once, when it has ended, and read when somebody looks."""

import json
import zlib

from sqlalchemy import Connection, delete, select

from playground.answers.trace import Trace
from playground.store.database.schema import exchanges, replies
from playground.store.owned import OwnedRows


class Exchanges(OwnedRows):
    """The traces of a store."""

    def trace(self, reply_id: str) -> Trace | None:
        """What was sent and received for a reply, its body apart (`request`); None where none is kept."""
        held = self._database.held.get(self.owner.id, reply_id)
        if held is not None and held.ending.get("trace") is not None:
            return held.ending["trace"]
        query = select(exchanges.c.trace).join(replies, replies.c.id == exchanges.c.reply_id)
        with self._read() as connection:
            packed = connection.scalar(query.where(exchanges.c.reply_id == reply_id, self._is_own(replies)))
        return None if packed is None else unpack_trace(packed)


def pack_trace(trace: Trace) -> bytes:
    """A trace for its row."""
    return zlib.compress(json.dumps(trace.as_json(), separators=(",", ":")).encode(), level=1)


def unpack_trace(packed: bytes) -> Trace:
    """The trace that `pack_trace` packed."""
    return Trace.from_json(json.loads(zlib.decompress(packed)))


def keep_trace(connection: Connection, reply_id: str, packed: bytes) -> None:
    """Keep what was sent and received for a reply, in place of what is kept of it."""
    connection.execute(delete(exchanges).where(exchanges.c.reply_id == reply_id))
    connection.execute(exchanges.insert().values(reply_id=reply_id, trace=packed))
