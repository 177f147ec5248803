"""What went over the wire for a reply: written once, when it has ended, and read when somebody looks."""

import json
import zlib

from sqlalchemy import delete, select

from playground.store.database import Database
from playground.store.schema import exchanges
from playground.trace import Trace


class Exchanges(Database):
    """The traces of a store."""

    def keep_trace(self, reply_id: str, trace: Trace) -> None:
        """Keep what was sent and received for a reply, in place of what is kept of it. Raises MissingError."""
        packed = zlib.compress(json.dumps(trace.as_json(), separators=(",", ":")).encode(), level=1)
        with self._write() as connection:
            connection.execute(delete(exchanges).where(exchanges.c.reply_id == reply_id))
            connection.execute(exchanges.insert().values(reply_id=reply_id, trace=packed))

    def trace(self, reply_id: str) -> Trace | None:
        """What was sent and received for a reply, its body apart (`request`); None where none is kept."""
        with self._read() as connection:
            packed = connection.scalar(select(exchanges.c.trace).where(exchanges.c.reply_id == reply_id))
        return None if packed is None else Trace.from_json(json.loads(zlib.decompress(packed)))
