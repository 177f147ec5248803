"""Asynchronous batches: what was submitted, what the service calls it, and what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping, delete, select, update

from playground.metering import Price, Usage
from playground.providers.base import BatchItem
from playground.store.database import rows
from playground.store.database.database import Database, first, now
from playground.store.database.errors import MissingError
from playground.store.database.schema import batches
from playground.store.ids import new_id
from playground.store.records import BatchState, Failure, Outcome, SubmittedBatch

_LISTED = tuple(column for column in batches.c if column.name not in ("items", "results"))


class StoredBatches(Database):
    """The batches of a store. Raises StoreError."""

    def add_batch(self, *, connection: str, model: str, items: Sequence[Mapping[str, Any]]) -> str:
        """Keep a batch that is about to be submitted, and answer with its id. `items` are JSON bodies."""
        batch_id, at = new_id(), now()
        with self._write() as transaction:
            transaction.execute(
                batches.insert().values(
                    id=batch_id,
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
            row = first(connection, select(*_LISTED).where(batches.c.id == batch_id))
        return None if row is None else _record(row)

    def batches(self, *, limit: int = 50) -> tuple[SubmittedBatch, ...]:
        """Batches without their items and outcomes, the one submitted last first."""
        query = select(*_LISTED).order_by(batches.c.created_at.desc(), batches.c.id).limit(limit)
        with self._read() as connection:
            return tuple(map(_record, connection.execute(query).mappings()))

    def unfinished_batches(self) -> tuple[SubmittedBatch, ...]:
        """Batches that are waited for, oldest first."""
        query = select(*_LISTED).where(batches.c.status.in_(("queued", "running"))).order_by(batches.c.created_at)
        with self._read() as connection:
            return tuple(map(_record, connection.execute(query).mappings()))

    def batch_items(self, batch_id: str) -> tuple[Mapping[str, Any], ...]:
        """The request bodies that were submitted, in order. Raises MissingError."""
        with self._read() as connection:
            packed = connection.scalar(select(batches.c["items"]).where(batches.c.id == batch_id))
        if packed is None:
            raise MissingError("batch", batch_id)
        return tuple(rows.unpacked_request(packed))

    def batch_outcomes(self, batch_id: str) -> tuple[Outcome, ...]:
        """What became of each request, in the order of the requests; empty until the batch is done."""
        with self._read() as connection:
            packed = connection.scalar(select(batches.c.results).where(batches.c.id == batch_id))
        return () if packed is None else tuple(map(_outcome, rows.unpacked_request(packed)))

    def change_batch(
        self, batch_id: str, status: BatchState, *, request_id: str | None = None, error: Failure | None = None
    ) -> None:
        """Note how a batch stands, and the service's name for it once it is known. Raises MissingError."""
        values: dict[str, Any] = {"status": status, "error": None if error is None else asdict(error)}
        if request_id is not None:
            values["request_id"] = request_id
        self._update_batch(batch_id, **values)

    def finish_batch(
        self, batch_id: str, items: Sequence[BatchItem], *, usage: Usage | None = None, price: Price | None = None
    ) -> None:
        """Keep the outcomes of a batch with what it used and the price as it is now. Raises MissingError."""
        self._update_batch(
            batch_id,
            status="done",
            failed=sum(not item.ok for item in items),
            results=rows.packed_request(list(map(_packed, items))),
            usage=rows.packed_usage(usage),
            price=rows.packed_price(price),
            error=None,
        )

    def delete_batch(self, batch_id: str) -> None:
        """Remove a batch for good; again has no effect."""
        with self._write() as connection:
            connection.execute(delete(batches).where(batches.c.id == batch_id))

    def _update_batch(self, batch_id: str, **values: Any) -> None:
        with self._write() as connection:
            changed = connection.execute(
                update(batches).where(batches.c.id == batch_id).values(updated_at=now(), **values)
            )
        if changed.rowcount == 0:
            raise MissingError("batch", batch_id)


def _record(row: RowMapping) -> SubmittedBatch:
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


def _outcome(packed: Mapping[str, Any]) -> Outcome:
    error = packed["error"]
    return Outcome(
        index=packed["index"],
        ok=packed["ok"],
        text=packed["text"],
        external_reference=packed["external_reference"],
        error=None if error is None else Failure(**error),
        usage=rows.usage_of_row(packed["usage"]),
    )
