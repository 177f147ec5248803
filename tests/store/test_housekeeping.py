"""Housekeeping: what was deleted a month ago goes soon after the start, without anybody waiting for it."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from playground.owner import DEFAULT_OWNER
from playground.store import StoreError, Stores, open_stores
from playground.store.database.database import now
from playground.store.database.schema import conversations
from playground.store.upkeep import housekeeping
from playground.store.upkeep.housekeeping import Housekeeping
from tests.databases import new_database

SOON_S = 20.0


@pytest.fixture
def stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    monkeypatch.setattr(housekeeping, "FIRST_AFTER_S", 0)
    with open_stores(new_database(tmp_path)) as opened:
        yield opened


class Watched:
    """Stores that say when they were purged."""

    def __init__(self, stores: Stores, failures: list[Exception]) -> None:
        self.purged = threading.Event()
        self._stores = stores
        self._failures = failures

    def mark_interrupted(self) -> None:
        self._stores.mark_interrupted()

    def free_lost_cells(self) -> int:
        return self._stores.free_lost_cells()

    def remove_unfinished_imports(self) -> None:
        self._stores.remove_unfinished_imports()

    def index_some(self) -> float:
        return self._stores.index_some()

    def count_some_usage(self) -> float:
        return self._stores.count_some_usage()

    def purge(self, before: object) -> int:
        if self._failures:
            raise self._failures.pop()
        removed = self._stores.purge(before)  # type: ignore[arg-type]
        self.purged.set()
        return removed


def keep(stores: Stores, *failures: Exception) -> None:
    """Have housekeeping done once."""
    watched = Watched(stores, list(failures))
    keeping = Housekeeping(watched).start()  # type: ignore[arg-type]
    assert watched.purged.wait(SOON_S)
    keeping.stop()


def test_an_entry_that_cannot_be_read_keeps_nothing_from_being_removed(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> float:
        raise TypeError

    monkeypatch.setattr(stores, "index_some", broken)
    keep(stores)


def test_what_else_is_to_be_done_is_done_soon(stores: Stores) -> None:
    done = threading.Event()
    keeping = Housekeeping(stores, also=done.set).start()
    assert done.wait(SOON_S)
    keeping.stop()


@pytest.mark.parametrize(("days", "kept"), [(29, True), (31, False)])
def test_what_was_deleted_a_month_ago_is_removed(stores: Stores, days: int, kept: bool) -> None:
    store = stores.of(DEFAULT_OWNER)
    chat = store.create_conversation()
    with stores.engine.begin() as connection:
        connection.execute(conversations.update().values(deleted_at=now() - timedelta(days=days)))
    keep(stores)
    with stores.engine.begin() as connection:
        assert bool(connection.execute(conversations.select()).all()) == kept
    assert store.conversation(chat.id) is None


def test_a_database_that_is_locked_is_tried_again(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(housekeeping, "AGAIN_AFTER_S", 0)
    keep(stores, StoreError("The database is locked by another program.", "Wait."))
    assert "is locked by another program" in caplog.text


def test_a_failure_of_our_own_does_not_end_it(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(housekeeping, "EVERY_S", 0)
    keep(stores, ZeroDivisionError())
    assert "ZeroDivisionError" in caplog.text
