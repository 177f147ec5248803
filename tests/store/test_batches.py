from decimal import Decimal

import pytest

from playground.errors import CapacityError
from playground.metering import Price, Usage
from playground.owner import DEFAULT_OWNER
from playground.providers import BatchItem
from playground.store import Failure, MissingError, Store, Stores

ITEMS = ({"prompt": "a\x00\ud800é", "external_reference": "x"}, {"messages": [], "max_tokens": 5})
FAILURE = Failure("network", "It broke.", "Mend it.")


def test_a_batch_from_beginning_to_end(store: Store) -> None:
    batch_id = store.add_batch(connection="cloudflare", model="@cf/m", items=ITEMS)
    kept = store.batch(batch_id)
    assert kept is not None
    assert (kept.connection, kept.model, kept.status, kept.size) == ("cloudflare", "@cf/m", "queued", 2)
    assert (kept.request_id, kept.failed, kept.error, kept.usage) == (None, None, None, None)
    assert store.batch_items(batch_id) == ITEMS
    assert store.batch_outcomes(batch_id) == ()

    store.change_batch(batch_id, "running", request_id="r-1")
    store.finish_batch(
        batch_id,
        (
            BatchItem(0, True, "yes\x00", "x", None, Usage(1, 2, neurons=0.5)),
            BatchItem(1, False, "", None, CapacityError("full", code="3040")),
        ),
        usage=Usage(3, 4),
        price=Price(Decimal("0.1"), Decimal("0.2"), "here", None),
    )

    done = store.batch(batch_id)
    assert done is not None
    assert (done.status, done.request_id, done.failed, done.usage) == ("done", "r-1", 1, Usage(3, 4))
    assert done.price == Price(Decimal("0.1"), Decimal("0.2"), "here", None)
    assert done.updated_at >= done.created_at
    first, second = store.batch_outcomes(batch_id)
    assert (first.text, first.external_reference, first.usage) == ("yes\x00", "x", Usage(1, 2, neurons=0.5))
    assert second.error is not None
    assert (second.ok, second.error.kind, second.error.code) == (False, "capacity", "3040")


def test_a_failure_is_kept_until_there_is_better_to_say(store: Store) -> None:
    batch_id = store.add_batch(connection="c", model="m", items=ITEMS)
    store.change_batch(batch_id, "failed", error=FAILURE)
    kept = store.batch(batch_id)
    assert kept is not None
    assert kept.error == FAILURE
    store.change_batch(batch_id, "queued", request_id="r")
    store.change_batch(batch_id, "running")
    kept = store.batch(batch_id)
    assert kept is not None
    assert (kept.error, kept.request_id) == (None, "r")


def test_batches_are_listed_newest_first_and_unfinished_ones_oldest_first(stores: Stores, store: Store) -> None:
    ids = [store.add_batch(connection="c", model="m", items=ITEMS) for _ in range(4)]
    store.finish_batch(ids[1], ())
    store.change_batch(ids[2], "abandoned")
    assert [batch.id for batch in store.batches()] == ids[::-1]
    assert [batch.id for batch in store.batches(limit=2)] == [ids[3], ids[2]]
    assert [(owner, batch.id) for owner, batch in stores.unfinished_batches()] == [
        (DEFAULT_OWNER, ids[0]),
        (DEFAULT_OWNER, ids[3]),
    ]


def test_a_deleted_batch_is_gone(store: Store) -> None:
    batch_id = store.add_batch(connection="c", model="m", items=ITEMS)
    store.delete_batch(batch_id)
    store.delete_batch(batch_id)
    assert store.batch(batch_id) is None
    assert store.batch_outcomes(batch_id) == ()
    with pytest.raises(MissingError):
        store.batch_items(batch_id)
    with pytest.raises(MissingError):
        store.change_batch(batch_id, "running")
    with pytest.raises(MissingError):
        store.finish_batch(batch_id, ())
