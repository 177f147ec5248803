"""The ledger: what requests may cost at most is held before they are sent, and what they cost is put down after them.

A row for each request, with what is held for it until it has ended and what it cost from then on; beside it, in the
same transaction, the sums of a day for each owner and connection, so that a limit is looked at without reading a month
of rows. Amounts are whole billionths of a dollar.

`reserve_in` and `settle_in` are part of the transaction of whoever keeps a request, so that what is kept is paid for.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, tuple_, update

from playground.money.budget import (
    EVERY_OWNER,
    LARGEST_LIMIT,
    Budget,
    BudgetUse,
    Most,
    Scope,
    Span,
    day_in_utc,
    dollars,
    first_day,
    nanos,
    over_reply,
    over_span,
    own_subject,
    without_bound,
)
from playground.owner import DEFAULT_OWNER, Owner
from playground.store.database.database import first, in_portions, insert_into, now
from playground.store.database.schema import budgets, ledger, ledger_days
from playground.store.owned import OwnedRows


@dataclass(frozen=True, slots=True)
class Reservation:
    """What is to be held for a request, or several together: an id, the name of the connection, the most it costs.

    `own` is one that the owner pays and not the installation: it does not count for the budget of everything, nor for
    that of a connection of the same name that is there for everybody.
    """

    id: str
    connection: str
    most: Most
    own: bool = False


class Ledger(OwnedRows):
    """An owner's part of the ledger. Raises StoreError."""

    def require_budget(self, reservations: Sequence[Reservation]) -> None:
        """Raises BudgetError where a budget has not enough left for these together; nothing is held."""
        with self._read() as connection:
            _refuse_over(connection, self.owner, reservations, now())

    def budget_uses(self, connection_name: str, at: datetime, *, own: bool = False) -> tuple[BudgetUse, ...]:
        """How much is used of each limit on a day or month that holds for the owner on a connection.

        `own` is one that the owner pays.
        """
        with self._read() as connection:
            known = read_budgets(connection, _applying(self.owner, {(connection_name, own)}))
            uses = [
                budget_use(connection, self.owner, budget, span, at)
                for budget in _of_owner(known, self.owner)
                for span in _SPANS
                if budget.limit(span) is not None and not (own and budget.scope == "all")
            ]
        return tuple(uses)


_SPANS: tuple[Span, ...] = ("day", "month")
_SUMS = ("held", "spent", "unsure")
_LARGEST = nanos(LARGEST_LIMIT)
"""More than that is not written down for a request: no budget allows it, and sums must stay below 2⁶³."""


def reserve_in(connection: Connection, owner: Owner, reservations: Sequence[Reservation], at: datetime) -> None:
    """Hold what requests may cost, all or none, in the caller's transaction. Raises BudgetError.

    Whoever else reserves by one of the same budgets waits until that transaction ends.
    """
    if not reservations:
        return
    _refuse_over(connection, owner, reservations, at, lock=True)
    names = sorted({reservation.connection for reservation in reservations})
    day = day_in_utc(at)
    held: dict[str, int] = defaultdict(int)
    own_held: dict[str, int] = defaultdict(int)
    rows = []
    for reservation in reservations:
        bound = None if reservation.most.amount is None else min(nanos(reservation.most.amount), _LARGEST)
        held[reservation.connection] += bound or 0
        own_held[reservation.connection] += (bound or 0) * reservation.own
        rows.append(
            {"id": reservation.id, "owner": owner.id, "connection": reservation.connection, "day": day, "bound": bound}
            | {"spent": None, "unsure": 0, "own": reservation.own}
        )
    connection.execute(ledger.insert(), rows)
    for name in names:  # in this order everywhere, or two transactions would wait for each other
        _add(connection, (day, owner.id, name), {"held": held[name]}, own={"held": own_held[name]})


def settle_in(connection: Connection, owner: Owner, id_: str, spent: Decimal, *, lost: int = 0) -> None:
    """Put down what requests cost, in the caller's transaction, of which this should be the last lock.

    Each of `lost` requests, of which nobody knows what became, counts as the most that it can cost on top.
    An id that is not in the ledger has no effect; again replaces what was put down.
    """
    query = select(ledger).where(ledger.c.id == id_, ledger.c.owner == owner.id).with_for_update()
    row = first(connection, query)
    if row is None:
        return
    bound = row["bound"] or 0
    total = min(nanos(spent) + lost * bound, _LARGEST)
    unsure = min(lost * bound, _LARGEST)
    changed = update(ledger).where(ledger.c.id == id_, ledger.c.owner == owner.id)
    connection.execute(changed.values(spent=total, unsure=unsure))
    day = (row["day"], row["owner"], row["connection"])
    held, more = (-bound, total) if row["spent"] is None else (0, total - row["spent"])
    more_unsure = unsure - row["unsure"]
    if row["spent"] is None or more or more_unsure:
        sums = {"held": held, "spent": more, "unsure": more_unsure}
        _add(connection, day, sums, own=sums if row["own"] else {})


@dataclass(frozen=True, slots=True)
class Settlement:
    """What requests cost that were held under an id: USD, and how many lost ones count as their most on top."""

    id: str
    spent: Decimal = Decimal(0)
    lost: int = 0


def settle_all_in(connection: Connection, owner: Owner, settlements: Sequence[Settlement]) -> None:
    """Put down what many requests of an owner cost, each as `settle_in` does, with one change of each day's sums."""
    told = {settlement.id: settlement for settlement in settlements}
    sums: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    own_sums: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    changes = []
    for some in in_portions(list(told)):
        query = select(ledger).where(ledger.c.id.in_(some), ledger.c.owner == owner.id).order_by(ledger.c.id)
        for row in connection.execute(query.with_for_update()).mappings():
            settlement, bound = told[row["id"]], row["bound"] or 0
            unsure = min(settlement.lost * bound, _LARGEST)
            total = min(nanos(settlement.spent) + settlement.lost * bound, _LARGEST)
            held, before = (-bound, 0) if row["spent"] is None else (0, row["spent"])
            changes.append({"settled": row["id"], "spent": total, "unsure": unsure})
            key = row["day"], row["owner"], row["connection"]
            for column, more in zip(_SUMS, (held, total - before, unsure - row["unsure"]), strict=True):
                sums[key][column] += more
                own_sums[key][column] += more * row["own"]
    if changes:
        connection.execute(update(ledger).where(ledger.c.id == bindparam("settled")), changes)
    for key in sorted(sums):
        _add(connection, key, sums[key], own=own_sums[key])


def settle_lost(connection: Connection, ids: Sequence[str]) -> None:
    """Put down what dead processes asked for at the most that it can have cost, whoever asked."""
    for some in in_portions(ids):
        query = select(ledger.c.id, ledger.c.owner).where(ledger.c.id.in_(some))
        in_order = query.order_by(ledger.c.day, ledger.c.owner, ledger.c.connection)  # that of all who lock sums
        for row in connection.execute(in_order).all():
            settle_in(connection, Owner(row.owner), row.id, Decimal(0), lost=1)


def read_budgets(connection: Connection, *conditions: ColumnElement[bool], lock: bool = False) -> list[Budget]:
    """The budgets that fit, in an order that is the same for everybody who locks them."""
    query = select(budgets).where(*conditions).order_by(budgets.c.scope, budgets.c.subject)
    found = connection.execute(query.with_for_update() if lock else query).mappings()
    return [_budget(dict(row)) for row in found]


def budget_use(connection: Connection, owner: Owner, budget: Budget, span: Span, at: datetime) -> BudgetUse:
    """How much of the limit on a span is used; the budget of each owner is that of this one."""
    day, days = day_in_utc(at), ledger_days.c
    conditions = [days.day >= first_day(span, day), days.day <= day]
    names = ("spent", "held", "unsure")
    columns: list[ColumnElement[Any]] = [days[name] - days[f"own_{name}"] for name in names]
    if budget.scope == "connection":
        conditions.append(days.connection == budget.subject)
    elif budget.scope == "own_connection":
        columns = [days[f"own_{name}"] for name in names]
        name, owner_id = budget.own
        conditions += [days.connection == name, days.owner == owner_id]
    elif budget.scope == "owner":
        columns = [days[name] for name in names]
        conditions.append(days.owner == (owner.id if budget.subject == EVERY_OWNER else budget.subject))
    sums = [func.coalesce(func.sum(column), 0) for column in columns]
    amounts = (dollars(int(nanos)) for nanos in connection.execute(select(*sums).where(*conditions)).one())
    return BudgetUse(budget, span, budget.limit(span) or Decimal(0), *amounts)


def changed_by(owner: Owner, budget: Budget) -> str:
    """Who can change a budget of an owner, as a sentence."""
    theirs = owner == DEFAULT_OWNER or budget.scope == "own_connection"
    who = "You can change" if theirs else "An admin can change"
    return f"{who} the budget on the Usage page, under Budgets."


def _refuse_over(
    connection: Connection, owner: Owner, reservations: Sequence[Reservation], at: datetime, *, lock: bool = False
) -> None:
    """Raises BudgetError where one of the budgets that apply does not allow these together."""
    asked = {(reservation.connection, reservation.own) for reservation in reservations}
    for budget in _of_owner(read_budgets(connection, _applying(owner, asked), lock=lock), owner):
        _refuse(connection, owner, budget, [one for one in reservations if _counts(budget, owner, one)], at)


def _refuse(
    connection: Connection, owner: Owner, budget: Budget, reservations: Sequence[Reservation], at: datetime
) -> None:
    """Raises BudgetError where a budget does not allow these."""
    total = Decimal(0)
    for reservation in reservations:
        amount = reservation.most.amount
        if amount is None:
            if budget.limits and not budget.unpriced_allowed:
                raise without_bound(budget, reservation.most, changed_by(owner, budget))
            continue
        if budget.reply is not None and amount > budget.reply:
            raise over_reply(budget, budget.reply, amount, changed_by(owner, budget))
        total += dollars(nanos(amount))
    for span in _SPANS:
        if total and budget.limit(span) is not None:
            use = budget_use(connection, owner, budget, span, at)
            if use.spent + use.held + total > use.limit:
                raise over_span(use, total, at, changed_by(owner, budget))


def _counts(budget: Budget, owner: Owner, reservation: Reservation) -> bool:
    """Whether a budget is about a request of an owner."""
    if budget.scope == "all":
        return not reservation.own
    if budget.scope == "owner":
        return True
    return (budget.scope, budget.subject) == _of_connection(owner, reservation.connection, reservation.own)


def _of_connection(owner: Owner, name: str, own: bool) -> tuple[Scope, str]:
    """The scope and the subject of the budget of a connection that an owner asks."""
    return ("own_connection", own_subject(name, owner.id)) if own else ("connection", name)


def _of_owner(known: Sequence[Budget], owner: Owner) -> list[Budget]:
    """Without the budget of each owner where the owner has one of their own."""
    own = any(budget.scope == "owner" and budget.subject == owner.id for budget in known)
    return [budget for budget in known if not (own and budget.scope == "owner" and budget.subject == EVERY_OWNER)]


def _applying(owner: Owner, asked: Collection[tuple[str, bool]]) -> ColumnElement[bool]:
    """Budgets that are about requests of an owner, by names of connections and whether those are the owner's own."""
    of_connections = [_of_connection(owner, name, own) for name, own in asked]
    return or_(
        budgets.c.scope == "all",
        and_(budgets.c.scope == "owner", budgets.c.subject.in_((owner.id, EVERY_OWNER))),
        tuple_(budgets.c.scope, budgets.c.subject).in_(of_connections),
    )


def _add(
    connection: Connection, key: tuple[str, str, str], total: Mapping[str, int], *, own: Mapping[str, int]
) -> None:
    """Add to the sums of a day: what is held, spent and unsure in `total`, the part that the owner pays in `own`."""
    day, owner, name = key
    more = {column: total.get(column, 0) for column in _SUMS}
    more |= {f"own_{column}": own.get(column, 0) for column in _SUMS}
    new = insert_into(ledger_days, connection.dialect.name).values(day=day, owner=owner, connection=name, **more)
    sums: Mapping[str, Any] = {column: ledger_days.c[column] + new.excluded[column] for column in more}
    connection.execute(new.on_conflict_do_update(index_elements=["day", "owner", "connection"], set_=sums))


def _budget(row: Mapping[str, Any]) -> Budget:
    limits = {span: None if row[span] is None else dollars(row[span]) for span in ("reply", "day", "month")}
    return Budget(row["scope"], row["subject"], **limits, unpriced_allowed=row["unpriced_allowed"])
