"""Rows on their way in: they belong to an owner whom nobody is, until they are given to theirs or removed."""

import time

from sqlalchemy import delete, select, tuple_

from playground.store.database.database import Database
from playground.store.database.schema import preferences, turns
from playground.store.transfer.tables import STAGING, TRANSFERRED
from playground.store.transfer.whose import owner_column

STAGING_PAUSE_S = 0.002
"""What others get between two transactions."""
MARK = "import"
"""The preference of the owner of rows on their way in: that there is such an owner."""
STAGED_AT_ONCE = 200


def real_owner(staging: str) -> str:
    """Who gets the rows of such an owner."""
    return staging.split(" ", 2)[2]


def remove_strays(database: Database) -> None:
    """Remove what processes that ended were taking in. Raises StoreError."""
    with database.read() as connection:
        marks = (preferences.c.owner.like(f"{STAGING}%"), preferences.c.name == MARK)
        found = connection.scalars(select(preferences.c.owner).where(*marks)).all()
        process = {owner: owner.split(" ", 2)[1] for owner in found}
        gone = [
            owner
            for owner in found
            if process[owner] != database.process and database.claims.gone(connection, process[owner])
        ]
    for owner in gone:
        remove_staged(database, owner)


def remove_staged(database: Database, staging: str) -> None:
    """Remove rows that were on their way in, in short transactions, their mark last. Raises StoreError."""
    for known in reversed(list(TRANSFERRED.values())):
        table = known.table
        if table is preferences:
            continue
        newest = table.c.seq.desc() if table is turns else None
        keys = [table.c[name] for name in known.key]
        some = select(*keys).where(owner_column(known) == staging).order_by(newest).limit(STAGED_AT_ONCE)
        while True:
            with database.write() as connection:
                found = [tuple(row) for row in connection.execute(some)]
                if found:
                    connection.execute(delete(table).where(tuple_(*keys).in_(found)))
            time.sleep(STAGING_PAUSE_S)
            if len(found) < STAGED_AT_ONCE:
                break
    with database.write() as connection:
        connection.execute(delete(preferences).where(preferences.c.owner == staging))
