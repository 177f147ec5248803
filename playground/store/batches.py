"""Asynchronous batches: what was submitted, what the service calls it, and what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, RowMapping, and_, select, update

from playground import metering
from playground.metering import Price, Usage
from playground.money.budget import Most
from playground.providers.base import BatchItem
from playground.store.conversations import GOING
from playground.store.database import rows
from playground.store.database.database import first, now
from playground.store.database.errors import MissingError
from playground.store.database.schema import batches
from playground.store.entries import remove_words_without_turns
from playground.store.ids import new_id
from playground.store.ledger import Reservation, reserve_in, settle_in
from playground.store.owned import OwnedRows
from playground.store.records import Failure
from playground.store.usage import outdate

BatchState = Literal["queued", "running", "done", "failed", "abandoned"]
"""`abandoned` by a person who no longer waits; the service goes on with it."""

LISTED = tuple(column for column in batches.c if column.name not in ("owner", "items", "results", "deleted_at"))
"""Columns of a batch without its items and outcomes, which are long."""


@dataclass(frozen=True, slots=True)
class SubmittedBatch:
    """An asynchronous batch of `size` requests. `connection` is a name; `request_id` is None until the service took it.

    `failed` is how many requests failed, known once it is done. `usage` is what the service says of all requests
    together, `price` what was known when they were done.
    """

    id: str
    connection: str
    model: str
    request_id: str | None
    status: BatchState
    size: int
    failed: int | None
    usage: Usage | None
    price: Price | None
    error: Failure | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request of a batch; `index` is its place among those submitted."""

    index: int
    ok: bool
    text: str
    external_reference: str | None
    error: Failure | None
    usage: Usage | None


class StoredBatches(OwnedRows):
    """The batches of a store. Raises StoreError."""

    def add_batch(
        self,
        *,
        connection: str,
        model: str,
        items: Sequence[Mapping[str, Any]],
        most: Most | None = None,
        own: bool = False,
    ) -> str:
        """Keep a batch that is about to be submitted, and return its id. `items` are JSON bodies.

        `most` is what it can cost, where a budget may have to know: raises BudgetError where one has not enough left.
        `own` is said of a connection that the owner pays.
        """
        batch_id, at = new_id(), now()
        with self._write() as transaction:
            if most is not None:
                reserve_in(transaction, self.owner, [Reservation(batch_id, connection, most, own)], at)
            transaction.execute(
                batches.insert().values(
                    id=batch_id,
                    owner=self.owner.id,
                    connection=connection,
                    model=model,
                    status="queued",
                    size=len(items),
                    items=rows.packed_request([dict(item) for item in items]),
                    created_at=at,
                    updated_at=at,
                )
            )
        return batch_id

    def batch(self, batch_id: str) -> SubmittedBatch | None:
        """A batch without its items and outcomes; None where there is none, or it was deleted."""
        with self._read() as connection:
            row = first(connection, select(*LISTED).where(self._is_batch(batch_id)))
        return None if row is None else batch_of_row(row)

    def batches(self, *, limit: int = 50) -> tuple[SubmittedBatch, ...]:
        """Batches without their items and outcomes, the one submitted last first."""
        newest_first = (batches.c.created_at.desc(), batches.c.id.desc())
        query = (
            select(*LISTED)
            .where(self._is_own(batches), batches.c.deleted_at.is_(None))
            .order_by(*newest_first)
            .limit(limit)
        )
        with self._read() as connection:
            return tuple(map(batch_of_row, connection.execute(query).mappings()))

    def batch_items(self, batch_id: str) -> tuple[Mapping[str, Any], ...]:
        """The request bodies that were submitted, in order. Raises MissingError."""
        with self._read() as connection:
            query = select(batches.c["items"]).where(self._is_batch(batch_id))
            packed = connection.scalar(query)
        if packed is None:
            raise MissingError("batch", batch_id)
        return tuple(rows.unpacked_request(packed))

    def batch_outcomes(self, batch_id: str) -> tuple[Outcome, ...]:
        """What became of each request, in the order of the requests; empty until the batch is done."""
        with self._read() as connection:
            query = select(batches.c.results).where(self._is_batch(batch_id))
            packed = connection.scalar(query)
        return () if packed is None else tuple(map(outcome_of, rows.unpacked_request(packed)))

    def change_batch(
        self,
        batch_id: str,
        status: BatchState,
        *,
        request_id: str | None = None,
        error: Failure | None = None,
        unbilled: bool = False,
    ) -> None:
        """Note how a batch stands, and the service's name for it once it is known. Raises MissingError.

        One that has failed or is waited for no longer counts as the most that it can cost, unless it is `unbilled`.
        """
        values: dict[str, Any] = {"status": status, "error": None if error is None else asdict(error)}
        if request_id is not None:
            values["request_id"] = request_id
        ended = status in ("failed", "abandoned")
        self._update_batch(batch_id, (Decimal(0), int(not unbilled)) if ended else None, **values)

    def finish_batch(
        self, batch_id: str, items: Sequence[BatchItem], *, usage: Usage | None = None, price: Price | None = None
    ) -> None:
        """Keep the outcomes of a batch with what it used and the price as it is now. Raises MissingError."""
        cost = None if usage is None else metering.cost(usage, price)
        self._update_batch(
            batch_id,
            (cost or Decimal(0), int(cost is None)),
            status="done",
            failed=sum(not item.ok for item in items),
            results=rows.packed_request(list(map(_packed, items))),
            usage=rows.packed_usage(usage),
            price=rows.packed_price(price),
            error=None,
        )

    def delete_batch(self, batch_id: str) -> None:
        """Throw a batch away, until `purge` for good; again has no effect."""
        with self._write() as connection:
            known = self._is_batch(batch_id)
            going = first(connection, select(batches.c.status).where(known).with_for_update())
            connection.execute(update(batches).where(known).values(deleted_at=now()))
            if going is not None and going["status"] in ("queued", "running"):  # the service goes on with it
                settle_in(connection, self.owner, batch_id, Decimal(0), lost=1)

    def restore_batch(self, batch_id: str) -> None:
        """Bring a deleted batch back as it was. Raises MissingError once it was purged."""
        known = (batches.c.id == batch_id, self._is_own(batches), batches.c.deleted_at.is_distinct_from(GOING))
        with self._write() as connection:
            if connection.execute(update(batches).where(*known).values(deleted_at=None)).rowcount == 0:
                raise MissingError("batch", batch_id)

    def _is_batch(self, batch_id: str) -> ColumnElement[bool]:
        """Whether a row is that of a batch of the owner which was not deleted."""
        return and_(batches.c.id == batch_id, self._is_own(batches), batches.c.deleted_at.is_(None))

    def _update_batch(self, batch_id: str, charged: tuple[Decimal, int] | None, **values: Any) -> None:
        """Change a row, and tell the ledger what it cost: USD, and how many times the most it can cost on top."""
        with self._write() as connection:
            known = self._is_batch(batch_id)
            outdate(connection, batches, known)
            if "results" in values and connection.scalar(select(batches.c.id).where(known)) is not None:
                remove_words_without_turns(connection, batch_id)
            changed = connection.execute(update(batches).where(known).values(updated_at=now(), **values))
            if changed.rowcount and charged is not None:
                settle_in(connection, self.owner, batch_id, charged[0], lost=charged[1])
        if changed.rowcount == 0:
            raise MissingError("batch", batch_id)


def batch_of_row(row: RowMapping) -> SubmittedBatch:
    """The record of a row with the columns LISTED."""
    return SubmittedBatch(
        id=row["id"],
        connection=row["connection"],
        model=row["model"],
        request_id=row["request_id"],
        status=row["status"],
        size=row["size"],
        failed=row["failed"],
        usage=rows.usage_of_row(row["usage"]),
        price=rows.price(row["price"]),
        error=None if row["error"] is None else Failure(**row["error"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _packed(item: BatchItem) -> dict[str, Any]:
    return {
        "index": item.index,
        "ok": item.ok,
        "text": item.text,
        "external_reference": item.external_reference,
        "error": None if item.error is None else asdict(Failure.of(item.error)),
        "usage": rows.packed_usage(item.usage),
    }


def outcome_of(packed: Mapping[str, Any]) -> Outcome:
    """The outcome that a batch's results hold as JSON."""
    error = packed["error"]
    return Outcome(
        index=packed["index"],
        ok=packed["ok"],
        text=packed["text"],
        external_reference=packed["external_reference"],
        error=None if error is None else Failure(**error),
        usage=rows.usage_of_row(packed["usage"]),
    )
