"""What was used, hour by hour: a sum of the rows of replies and batches, made when somebody asks for it.

Whatever changes what a row took notes that its hour is out of date, in the same transaction, so that the sums are
always those of a recount.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, Table, Text, delete, select, type_coerce

from playground import metering
from playground.money.budget import dollars
from playground.money.totals import HourOfUsage, Money, Totals, added_up, bucket_of
from playground.owner import Owner
from playground.store.charges import Charge
from playground.store.database import rows
from playground.store.database.database import Database, insert_into
from playground.store.database.experiment_tables import (
    experiment_answers,
    experiment_judgements,
    experiment_retaken,
    experiments,
)
from playground.store.database.schema import batches, conversations, outdated_hours, replies, usage_hours
from playground.store.owned import OwnedRows
from playground.text.sized_cache import cached_within

HOUR = timedelta(hours=1)
HOURS_AT_ONCE = 20
"""Hours that are counted anew in one transaction."""


class _Key(NamedTuple):
    connection: str
    model: str
    page: str
    preset: str


class StoredUsage(OwnedRows):
    """What an owner's requests used."""

    def usage(self, since: datetime, until: datetime) -> tuple[HourOfUsage, ...]:
        """The hours that begin from `since` on and before `until`, in their order. Raises StoreError."""
        self._count_all()
        within = (usage_hours.c.hour >= since, usage_hours.c.hour < until)
        query = select(*_HOURS).where(self._is_own(usage_hours), *within).order_by(usage_hours.c.hour)
        with self._read() as connection:
            return tuple(map(_hour, connection.execute(query)))

    def _count_all(self) -> None:
        """Count every hour anew that is out of date."""
        while self._count_some():
            pass

    def _count_some(self) -> bool:
        """Count hours anew that are out of date; says whether more of them may be left."""
        query = select(outdated_hours.c.hour).where(self._is_own(outdated_hours))
        query = query.order_by(outdated_hours.c.hour).limit(HOURS_AT_ONCE)
        with self._read() as connection:
            if connection.execute(query.limit(1)).first() is None:
                return False
        with self._database.write() as connection:  # sums of what is there: whoever may read may have them made
            hours = connection.scalars(query.with_for_update()).all()
            for hour in hours:
                self._count(connection, hour)
        return len(hours) == HOURS_AT_ONCE

    def _count(self, connection: Connection, hour: datetime) -> None:
        for table in (usage_hours, outdated_hours):
            connection.execute(delete(table).where(self._is_own(table), table.c.hour == hour))
        counted = [
            {"owner": self.owner.id, "hour": hour, **key._asdict(), "totals": totals.as_json()}
            for key, totals in self._recounted(connection, hour).items()
        ]
        if counted:
            connection.execute(usage_hours.insert(), counted)

    def _recounted(self, connection: Connection, hour: datetime) -> dict[_Key, Totals]:
        """The sums of an hour, from the rows themselves."""
        found: dict[_Key, list[Totals]] = defaultdict(list)
        counted = (self._of_replies, self._of_batches, self._of_experiments)
        for key, totals in (pair for of_kind in counted for pair in of_kind(connection, hour)):
            found[key].append(totals)
        return {key: added_up(totals) for key, totals in found.items()}

    def _of_replies(self, connection: Connection, hour: datetime) -> Iterable[tuple[_Key, Totals]]:
        query = (
            select(
                *rows.CHARGED,
                replies.c.connection,
                replies.c.model,
                replies.c.page,
                replies.c.preset,
                replies.c.first_token_s,
                replies.c.total_s,
                replies.c.waits,
                conversations.c.comparison_id,
            )
            .join(conversations, conversations.c.id == replies.c.conversation_id, isouter=True)
            .where(self._is_own(replies), _within(replies.c.started_at, hour))
            .where(replies.c.state != "live", replies.c.copy_of.is_(None))
        )
        for row in connection.execute(query).mappings():
            if rows.was_never_sent(dict(row)):
                continue
            page = row["page"] or ("chat" if row["comparison_id"] is None else "compare")
            charge = rows.charge_of_row(dict(row))
            values: dict[str, Any] = {} if row["state"] == "done" else {row["state"]: 1}
            whole_s = row["total_s"] if row["state"] == "done" else None
            for name, seconds in (("first_token", row["first_token_s"]), ("total", whole_s)):
                values[name] = {} if seconds is None else {bucket_of(seconds): 1}
            totals = Totals(requests=1, **values).with_usage(charge.usage)
            if charge.cost is not None or charge.unpriced:
                totals = totals.with_cost(charge.cost, _origin(charge))
            yield _Key(row["connection"], row["model"], page, row["preset"] or ""), totals

    def _of_batches(self, connection: Connection, hour: datetime) -> Iterable[tuple[_Key, Totals]]:
        columns = (batches.c[name] for name in ("connection", "model", "size", "failed", "usage", "price"))
        query = select(*columns).where(
            self._is_own(batches), _within(batches.c.created_at, hour), batches.c.status == "done"
        )
        for row in connection.execute(query).mappings():
            usage, price = rows.usage_of_row(row["usage"]), rows.price(row["price"])
            totals = Totals(requests=row["size"], failed=row["failed"] or 0).with_usage(usage)
            if usage is not None:
                charge = Charge("done", usage, price, metering.cost(usage, price))
                totals = totals.with_cost(charge.cost, _origin(charge))
            yield _Key(row["connection"], row["model"], "batch", ""), totals

    def _of_experiments(self, connection: Connection, hour: datetime) -> Iterable[tuple[_Key, Totals]]:
        """Answers of cells and judges, and what was paid for those that were asked again."""
        owned = select(experiments.c.id, experiments.c.candidates).where(self._is_own(experiments))
        for experiment_id, candidates in connection.execute(owned).all():
            for table in (experiment_answers, experiment_judgements):
                known = (table.c.experiment_id == experiment_id, _within(table.c.ended_at, hour))
                answers = table.c
                candidate = answers.candidate if "candidate" in answers else answers.cell % len(candidates)
                for place, answer in connection.execute(select(candidate, answers.answer).where(*known)):
                    if answer.get("state") == "failed" and not (answer.get("seconds") or answer.get("batched")):
                        continue  # it was never sent
                    asked = answer.get("asked", candidates[place])
                    yield _key_of_experiment(asked), _of_answer(answer)
            again = experiment_retaken.c
            paid = (again.experiment_id == experiment_id, again.why == "again", _within(again.at, hour))
            for cell, spent in connection.execute(select(again.cell, again.spent).where(*paid)):
                asked = candidates[cell % len(candidates)]
                totals = Totals(requests=1).with_cost(dollars(spent), "computed")
                yield _key_of_experiment(asked), totals


class UsageOfAll(Database):
    """What all owners' requests used. Whoever calls sees to it that the visitor may know."""

    def count_some_usage(self) -> float:
        """Count some hours anew that are out of date, whoever's; the seconds it took, 0 where there were none."""
        started = time.monotonic()
        with self.read() as connection:
            owner = connection.scalar(select(outdated_hours.c.owner).limit(1))
        if owner is None:
            return 0.0
        StoredUsage(self, Owner(owner))._count_some()
        return time.monotonic() - started

    def usage_of_all(self, since: datetime, until: datetime) -> tuple[HourOfUsage, ...]:
        """The hours of all owners that begin from `since` on and before `until`, in their order. Raises StoreError."""
        while self.count_some_usage():
            pass
        query = select(*_HOURS).where(usage_hours.c.hour >= since, usage_hours.c.hour < until)
        with self.read() as connection:
            found = connection.execute(query.order_by(usage_hours.c.hour, usage_hours.c.owner))
            return tuple(map(_hour, found))


_HOURS = (
    *(column for column in usage_hours.c if column.name != "totals"),
    type_coerce(usage_hours.c.totals, Text).label("totals"),
)


def _hour(row: Any) -> HourOfUsage:
    return HourOfUsage(row.hour, row.connection, row.model, row.page, _totals(row.totals), row.preset, row.owner)


@cached_within(16_000_000)
def _totals(text: str) -> Totals:
    """Most hours are over, and their sums are read again and again: JSON of numbers, without anything to unescape."""
    return Totals.from_json(orjson.loads(text))


def outdate(connection: Connection, table: Table, *conditions: ColumnElement[bool]) -> None:
    """Note that what these rows of `replies` or `batches` took has changed, or is about to go: their hours are counted
    anew before anybody reads them.
    """
    moment = replies.c.started_at if table is replies else batches.c.created_at
    found = connection.execute(select(table.c.owner, moment).where(*conditions))
    note_outdated(connection, {(owner, at.replace(minute=0, second=0, microsecond=0)) for owner, at in found})


def note_outdated(connection: Connection, hours: Collection[tuple[str, datetime]]) -> None:
    """Note that hours of owners, by their ids, are to be counted anew; before the caller changes anything else in them.

    Waits for a process that is counting one of them, for that has not seen what the caller changes.
    """
    if not hours:
        return
    new = insert_into(outdated_hours, connection.dialect.name)
    same = new.on_conflict_do_update(index_elements=["owner", "hour"], set_={"hour": new.excluded.hour})
    connection.execute(same, [{"owner": owner, "hour": hour} for owner, hour in sorted(hours)])


def _key_of_experiment(asked: Mapping[str, Any]) -> _Key:
    return _Key(asked.get("connection", ""), asked.get("model", ""), "experiments", "")


def _of_answer(answer: Mapping[str, Any]) -> Totals:
    """What an answer of an experiment took, from its JSON."""
    state, usage, price = answer.get("state", "done"), answer.get("usage"), answer.get("price")
    cost = None if answer.get("cost") is None else Decimal(answer["cost"])
    known = None if price is None else {"cached_input": None, "as_of": None, "free": False} | dict(price)
    charge = Charge(state, rows.usage_of_row(usage), rows.price(known), cost)
    seconds = {"first_token": answer.get("first_token_s"), "total": answer.get("seconds") if state == "done" else None}
    counted: dict[str, Any] = {} if state == "done" else {state: 1}
    counted |= {name: {} if one is None else {bucket_of(one): 1} for name, one in seconds.items()}
    totals = Totals(requests=1, **counted).with_usage(charge.usage)
    return totals.with_cost(charge.cost, _origin(charge)) if charge.cost is not None or charge.unpriced else totals


def _within(moment: ColumnElement[datetime], hour: datetime) -> ColumnElement[bool]:
    return (moment >= hour) & (moment < hour + HOUR)


def _origin(charge: Charge) -> Money:
    if charge.billed:
        return "billed"
    return "estimated" if charge.estimated else "computed"
