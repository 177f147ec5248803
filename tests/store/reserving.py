"""Reserving and settling in a transaction of its own, for tests of the ledger alone."""

from collections.abc import Sequence
from decimal import Decimal

from playground.store import Reservation, Store
from playground.store.database.database import now
from playground.store.ledger import reserve_in, settle_in


def reserve_for(store: Store, reservations: Sequence[Reservation]) -> None:
    """Hold what requests of a store's owner may cost, all or none. Raises BudgetError."""
    with store._write() as connection:
        reserve_in(connection, store.owner, reservations, now())


def settle_for(store: Store, id_: str, spent: Decimal) -> None:
    """Put down what a request cost; 0 where it cost nothing."""
    with store._write() as connection:
        settle_in(connection, store.owner, id_, spent)
