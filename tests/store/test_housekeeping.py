"""Housekeeping: what was deleted a month ago goes soon after the start, without anybody waiting for it."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from playground.store import Store, StoreError, open_store, sqlite_url
from playground.store.database.database import now
from playground.store.database.schema import conversations
from playground.store.upkeep import housekeeping
from playground.store.upkeep.housekeeping import Housekeeping

SOON_S = 20.0


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(housekeeping, "FIRST_AFTER_S", 0)
    with open_store(sqlite_url(tmp_path)) as opened:
        yield opened


class Watched:
    """A store that says when it was purged."""

    def __init__(self, store: Store, failures: list[Exception]) -> None:
        self.purged = threading.Event()
        self._store = store
        self._failures = failures

    def mark_interrupted(self) -> None:
        self._store.mark_interrupted()

    def purge(self, before: object) -> int:
        if self._failures:
            raise self._failures.pop()
        removed = self._store.purge(before)  # type: ignore[arg-type]
        self.purged.set()
        return removed


def keep(store: Store, *failures: Exception) -> None:
    """Have housekeeping done once."""
    watched = Watched(store, list(failures))
    keeping = Housekeeping(watched).start()  # type: ignore[arg-type]
    assert watched.purged.wait(SOON_S)
    keeping.stop()


@pytest.mark.parametrize(("days", "kept"), [(29, True), (31, False)])
def test_what_was_deleted_a_month_ago_is_removed(store: Store, days: int, kept: bool) -> None:
    chat = store.create_conversation()
    with store.engine.begin() as connection:
        connection.execute(conversations.update().values(deleted_at=now() - timedelta(days=days)))
    keep(store)
    with store.engine.begin() as connection:
        assert bool(connection.execute(conversations.select()).all()) == kept
    assert store.conversation(chat.id) is None


def test_a_database_that_is_locked_is_tried_again(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(housekeeping, "AGAIN_AFTER_S", 0)
    keep(store, StoreError("The database is locked by another program.", "Wait."))
    assert "is locked by another program" in caplog.text


def test_a_failure_of_our_own_does_not_end_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(housekeeping, "EVERY_S", 0)
    keep(store, ZeroDivisionError())
    assert "ZeroDivisionError" in caplog.text
