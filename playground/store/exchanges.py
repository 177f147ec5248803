"""What went over the wire for a reply: written once, when it has ended, and read when somebody looks."""

import json
import zlib

from sqlalchemy import Connection, delete, select

from playground.answers.trace import Trace
from playground.store.database.database import Database
from playground.store.database.schema import exchanges


class Exchanges(Database):
    """The traces of a store."""

    def trace(self, reply_id: str) -> Trace | None:
        """What was sent and received for a reply, its body apart (`request`); None where none is kept."""
        held = self._held.get(reply_id)
        if held is not None and held.ending.get("trace") is not None:
            return held.ending["trace"]
        with self._read() as connection:
            packed = connection.scalar(select(exchanges.c.trace).where(exchanges.c.reply_id == reply_id))
        return None if packed is None else Trace.from_json(json.loads(zlib.decompress(packed)))


def pack_trace(trace: Trace) -> bytes:
    """A trace for its row."""
    return zlib.compress(json.dumps(trace.as_json(), separators=(",", ":")).encode(), level=1)


def keep_trace(connection: Connection, reply_id: str, packed: bytes) -> None:
    """Keep what was sent and received for a reply, in place of what is kept of it."""
    connection.execute(delete(exchanges).where(exchanges.c.reply_id == reply_id))
    connection.execute(exchanges.insert().values(reply_id=reply_id, trace=packed))
