"""Snapshots: read by their addresses, by those who may, for as long as they are open."""

from datetime import timedelta

import pytest

from playground.owner import DEFAULT_OWNER, Owner
from playground.store import MissingError, NewSnapshot, Snapshot, StoreError, Stores
from playground.store import snapshots as module
from playground.store.database.database import now

PAGE = "<!doctype html>\n" + "Wörter \u0627 " * 100


def made(stores: Stores, **more: object) -> Snapshot:
    new = NewSnapshot("chat", "The sea", PAGE, "0" * 64, **more)  # type: ignore[arg-type]
    return stores.of(DEFAULT_OWNER).create_snapshot(new)


def test_a_snapshot_is_read_as_it_was_written(stores: Stores) -> None:
    snapshot = made(stores)
    assert len(snapshot.id) == 32  # 192 bits
    assert stores.open_page(snapshot.id, ["link"]) == PAGE
    assert stores.of(DEFAULT_OWNER).snapshot_page(snapshot.id) == PAGE
    assert stores.of(DEFAULT_OWNER).snapshots() == (snapshot,)


def test_one_for_who_signs_in_is_read_by_them_alone(stores: Stores) -> None:
    snapshot = made(stores, readers="signed in")
    assert stores.open_page(snapshot.id, ["link"]) is None
    assert stores.open_page(snapshot.id, []) is None
    assert stores.open_page(snapshot.id, ["link", "signed in"]) == PAGE


def test_one_that_has_expired_is_read_by_nobody(stores: Stores) -> None:
    soon, past = now() + timedelta(hours=1), now() - timedelta(seconds=1)
    assert stores.open_page(made(stores, expires_at=soon).id, ["link"]) == PAGE
    gone = made(stores, expires_at=past)
    assert stores.open_page(gone.id, ["link"]) is None
    assert not gone.is_open(now())


def test_one_that_was_revoked_is_read_by_its_owner_alone(stores: Stores) -> None:
    snapshot, store = made(stores), stores.of(DEFAULT_OWNER)
    store.revoke_snapshot(snapshot.id)
    assert stores.open_page(snapshot.id, ["link"]) is None
    (told,) = store.snapshots()
    assert told.revoked_at is not None
    store.revoke_snapshot(snapshot.id)
    assert store.snapshots() == (told,)
    assert store.snapshot_page(snapshot.id) == PAGE


def test_one_that_was_deleted_is_gone(stores: Stores) -> None:
    snapshot, store = made(stores), stores.of(DEFAULT_OWNER)
    store.delete_snapshot(snapshot.id)
    assert store.snapshots() == ()
    assert stores.open_page(snapshot.id, ["link"]) is None
    with pytest.raises(MissingError):
        store.delete_snapshot(snapshot.id)
    with pytest.raises(MissingError):
        store.revoke_snapshot(snapshot.id)


def test_visits_are_counted(stores: Stores) -> None:
    snapshot = made(stores)
    for _ in range(3):
        stores.count_visit(snapshot.id)
    stores.count_visit("nothing")
    (told,) = stores.of(DEFAULT_OWNER).snapshots()
    assert told.visits == 3


def test_it_still_reads_when_what_it_was_made_of_is_gone(stores: Stores) -> None:
    store = stores.of(DEFAULT_OWNER)
    chat = store.create_conversation(model="m")
    snapshot = made(stores)
    store.delete(chat.id)
    stores.purge(now() + timedelta(days=1))
    assert stores.open_page(snapshot.id, ["link"]) == PAGE


def test_there_is_a_bound_to_their_size_and_number(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_SNAPSHOT", len(PAGE) - 1)
    with pytest.raises(StoreError, match="too large"):
        made(stores)
    monkeypatch.undo()
    monkeypatch.setattr(module, "MOST_SNAPSHOTS", 1)
    made(stores)
    with pytest.raises(StoreError, match="already"):
        made(stores)
    stores.of(Owner("another")).create_snapshot(NewSnapshot("chat", "", PAGE, ""))
