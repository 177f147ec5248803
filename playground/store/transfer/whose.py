"""Whose the rows of a table are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from playground.store.transfer.tables import TRANSFERRED, Transferred


def owner_column(known: Transferred) -> Any:
    """Whose a row is, as an expression over its table."""
    if known.owned:
        return known.table.c.owner
    assert known.parent is not None
    name, table = known.parent
    above = TRANSFERRED[table.name]
    return select(owner_column(above)).where(table.c[above.identified] == known.table.c[name]).scalar_subquery()


def owners(connection: Connection, known: Transferred, ids: Sequence[str]) -> dict[str, str]:
    """Whose rows of a table are, by id, whoever's they are."""
    key = known.table.c[known.identified]
    query = select(key, owner_column(known)).where(key.in_(ids))
    return {row[0]: row[1] for row in connection.execute(query)}
