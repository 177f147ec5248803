"""Brings the history up to date in the background: entries from before there were entries, the newest first."""

import time

from sqlalchemy import select

from playground.store.database.database import Database
from playground.store.database.entry_tables import IS_OUTDATED, entries
from playground.store.entries import CHANGED, OLD, refresh_entry, words_read_ahead
from playground.store.transfer.tables import STAGING

LONGEST_STEP_S = 0.02
"""How long a transaction goes on with another entry: whoever writes meanwhile waits for that."""


class Indexing(Database):
    """What reads entries in a store."""

    def index_some(self) -> float:
        """Bring some outdated entries of all owners up to date in one short transaction.

        Returns how many seconds that took, 0 where none is left. Raises StoreError.
        """
        changed = (
            select(entries.c.number)
            .where(IS_OUTDATED, entries.c.outdated == CHANGED)
            .order_by(entries.c.owner, entries.c.number)
        )
        old = select(entries.c.number).where(IS_OUTDATED, entries.c.outdated == OLD)
        old = old.order_by(entries.c.owner.desc(), entries.c.number.desc())
        arrived = ~entries.c.owner.startswith(STAGING)
        with self.read() as connection:
            found = [
                number for query in (changed, old) for number in connection.scalars(query.where(arrived).limit(20))
            ]
            if not found:
                return 0
            together, known = words_read_ahead(connection, found)
        started = time.monotonic()
        with self.write() as connection:
            for number in together:
                refresh_entry(connection, number, known)
                if time.monotonic() - started > LONGEST_STEP_S:
                    break
        return time.monotonic() - started
