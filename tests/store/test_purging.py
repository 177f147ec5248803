"""Removing for good: the words are gone from every table and every byte of the file, what was paid and copied stays."""

import random
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from playground.answers.extras import Extras
from playground.answers.pace import Pace, Step
from playground.answers.trace import Trace
from playground.messages import Message, ToolCall
from playground.metering import Price, Usage
from playground.owner import DEFAULT_OWNER
from playground.providers.base import BatchItem
from playground.store import (
    Ballot,
    BallotAnswer,
    Failure,
    MissingError,
    Store,
    StoreError,
    Stores,
    open_stores,
    sqlite_url,
)
from playground.store.database.rows import WORDLESS
from playground.store.database.schema import metadata, replies
from playground.store.exchanges import pack_trace
from playground.store.upkeep import purging
from tests.store.chats import listed_chats

DAWN, DUSK = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)
MARK = "xylophone-quartz"
LATER = datetime.now(UTC) + timedelta(days=1)


def told(store: Store, chat: str, parent: str | None, mark: str = MARK) -> tuple[str, str]:
    """A question and an answer that hold the mark wherever words can be; answers with their ids."""
    question = store.add_turn(chat, parent, Message("user", f"{mark} question"))
    reply_id = store.start_reply(
        chat,
        question.id,
        model="m",
        response_format={"title": mark},
        setup={"system_prompt": mark},
    )
    for number in range(5):
        store.save_partial(reply_id, f"{mark} {number} " * (number + 1), mark, [ToolCall("c", "f", mark)])
    store.finish_reply(
        reply_id,
        state="failed",
        text=f"{mark} answer " * 500,
        reasoning=mark,
        tool_calls=[ToolCall("c", "f", mark)],
        usage=Usage(3, 5),
        cost=Decimal("0.5"),
        error=Failure("server", mark, mark),
        request_id=mark,
        request={"messages": [mark]},
        trace=trace_of(mark),
        pace=Pace((Step(100, 7, 0),)),
        notes=[mark],
        extras=Extras(),
    )
    return question.id, reply_id


@cache
def trace_of(mark: str) -> Trace:
    """A trace that holds a word, and noise so that it takes several pages."""
    noise = random.Random(mark)
    words = mark + "".join(chr(noise.randrange(33, 1000)) for _ in range(20_000))
    return Trace("POST", "https://h", {}, 200, {}, "id", ((0.1, words),))


def everything(stores: Stores) -> str:
    """All that is in all tables."""
    with stores.engine.begin() as connection:
        return "".join(
            repr(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table)).all()
        )


def test_a_conversation_goes_with_all_that_hangs_on_it_but_what_it_cost(stores: Stores, store: Store) -> None:
    chat = store.create_conversation(model="m", system_prompt=MARK, parameters={"stop": MARK}, options={"tools": MARK})
    told(store, chat.id, None)
    store.create_preset({"name": "stays"})
    store.delete_preset(store.create_preset({"prompt": MARK}).id)
    store.delete(chat.id)

    assert stores.purge(LATER) == 1

    assert MARK not in everything(stores)
    assert "stays" in everything(stores)
    with stores.engine.begin() as connection:
        for name in ("conversations", "turns", "pieces", "requests", "exchanges", "paces"):
            assert connection.execute(select(metadata.tables[name])).all() == []
        (reply,) = connection.execute(select(metadata.tables["replies"])).mappings()
    assert (reply["conversation_id"], reply["page"], reply["cost"]) == (None, "chat", Decimal("0.5"))


def test_of_turns_that_were_deleted_nothing_stays_but_what_they_cost(stores: Stores, store: Store) -> None:
    chat = store.create_conversation()
    question, answer = told(store, chat.id, None)
    told(store, chat.id, answer)
    store.add_turn(chat.id, None, Message("user", "This stays"))
    store.delete_turn(question)
    assert [found.title for found in listed_chats(store)] == [f"{MARK} question"]

    assert stores.purge(LATER) == 0

    assert MARK not in everything(stores)
    assert store.trace(answer) is store.request(answer) is store.pace(answer) is None
    assert store.spent(chat.id).cost == 1
    assert [found.title for found in listed_chats(store)] == ["This stays"]


def test_a_name_that_somebody_gave_outlives_the_words(stores: Stores, store: Store) -> None:
    chat = store.create_conversation()
    question, _ = told(store, chat.id, None)
    store.rename(chat.id, "Mine")
    store.delete_turn(question)
    stores.purge(LATER)
    found = store.conversation(chat.id)
    assert found is not None
    assert found.title == "Mine"


def test_what_was_copied_elsewhere_stays(stores: Stores, store: Store) -> None:
    chat, copy = store.create_conversation(), store.create_conversation()
    told(store, chat.id, None)
    told(store, copy.id, None)
    store.delete(chat.id)
    stores.purge(LATER)
    assert [turn.message.text for turn in store.path(copy.id)] == [f"{MARK} question", f"{MARK} answer " * 500]


def test_a_pane_that_was_taken_out_loses_its_words_and_keeps_its_cost(stores: Stores, store: Store) -> None:
    made = store.create_comparison({})
    stays, out = (store.create_conversation(comparison_id=made.id) for _ in range(2))
    told(store, stays.id, None, "seashell")
    told(store, out.id, None)
    both, one = ({"panes": [{"conversation_id": pane.id} for pane in panes]} for panes in ((stays, out), (stays,)))
    store.save_comparison(made.id, both, prompt="seashell")
    stores.purge(LATER)
    assert MARK in everything(stores)
    store.save_comparison(made.id, one)
    stores.purge(LATER)
    assert MARK not in everything(stores)
    assert "seashell" in everything(stores)
    assert store.comparison_spent(made.id).cost == 1
    assert [found.title for found in store.comparisons()] == ["seashell question"]


def test_the_title_of_a_comparison_goes_with_its_first_prompt(stores: Stores, store: Store) -> None:
    made = store.create_comparison({})
    pane = store.create_conversation(comparison_id=made.id)
    question, _ = told(store, pane.id, None)
    store.save_comparison(made.id, {"panes": [pane.id]}, prompt=f"{MARK} question")
    store.delete_turn(question)
    stores.purge(LATER)
    assert MARK not in everything(stores)
    assert store.comparison(made.id) is not None


def test_what_ends_after_its_turn_was_purged_leaves_no_words(stores: Stores, store: Store) -> None:
    chat = store.create_conversation()
    question = store.add_turn(chat.id, None, Message("user", "Why?"))
    reply_id = store.start_reply(chat.id, question.id, model="m")
    store.delete_turn(question.id)
    stores.purge(LATER)
    with pytest.raises(MissingError):
        store.save_partial(reply_id, MARK)
    trace = trace_of(MARK)
    store.finish_reply(
        reply_id, state="done", text=MARK, usage=Usage(1, 2), cost=Decimal(2), request=[MARK], trace=trace
    )
    assert MARK not in everything(stores)
    assert store.trace(reply_id) is store.request(reply_id) is None
    assert store.spent(chat.id).cost == 2


def test_a_long_conversation_goes_in_portions_and_cannot_be_brought_back_half_gone(
    stores: Stores, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "PORTION", 3)
    chat, parent = store.create_conversation(), None
    for _ in range(4):
        _, parent = told(store, chat.id, parent)
    store.delete(chat.id)
    steps = 0

    def fail(seconds: float) -> None:
        nonlocal steps
        steps += 1
        if steps == 3:
            raise StoreError("The database is locked.", "Wait.")

    monkeypatch.setattr(time, "sleep", fail)
    with pytest.raises(StoreError):
        stores.purge(LATER)
    assert 0 < len(store.replies(chat.id)) < 4
    with pytest.raises(MissingError):
        store.restore(chat.id)

    assert stores.purge(datetime.now(UTC) - timedelta(days=30)) == 1
    assert MARK not in everything(stores)


def test_a_ballot_goes_with_the_turns_that_it_shows(stores: Stores, store: Store) -> None:
    comparison = store.create_comparison({})
    pane = store.create_conversation(comparison_id=comparison.id)
    question, _ = told(store, pane.id, None)
    store.open_ballot(Ballot(comparison.id, 1, MARK, (BallotAnswer("p", "A", "m", MARK, ""),), ()))
    store.delete_turn(question)
    stores.purge(LATER)
    assert MARK not in everything(stores)


def test_columns_that_come_later_are_taken_for_words() -> None:
    assert set(WORDLESS) == {
        *(
            "text",
            "reasoning",
            "tool_calls",
            "error",
            "request_id",
            "notes",
            "response_format",
            "setup",
            "extras",
            "given",
        )
    }
    assert all(replies.c[name].nullable or value is not None for name, value in WORDLESS.items())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def on_disk(folder: Path) -> bytes:
    """Every byte of the database's files."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("playground.db*")) if file.is_file())


def test_no_byte_of_the_words_is_left_in_the_file_which_shrinks(folder: Path) -> None:
    noise = random.Random(1)
    with open_stores(sqlite_url(folder)) as stores:
        store = stores.of(DEFAULT_OWNER)
        chats = [store.create_conversation() for _ in range(24)]
        parents: dict[str, str] = {}
        for _ in range(90):  # so that pages are split, merged and used again
            number = noise.randrange(len(chats))
            chat_id = chats[number].id
            _, parents[chat_id] = told(store, chat_id, parents.get(chat_id), f"{MARK}-{number % 2}")
        full = (folder / "playground.db").stat().st_size + (folder / "playground.db-wal").stat().st_size
        for chat in chats[1::2]:
            store.delete(chat.id)
        packed = pack_trace(trace_of(f"{MARK}-1"))
        pieces = [packed[start : start + 40] for start in range(100, len(packed) - 100, 1000)]
        assert any(piece in on_disk(folder) for piece in pieces)

        stores.purge(LATER)

        written = on_disk(folder)
        assert not any(piece in written for piece in pieces)
        assert f"{MARK}-1".encode() not in written
        assert f"{MARK}-0".encode() in written
        assert len(written) < full * 0.75
        assert (folder / "playground.db-wal").stat().st_size == 0


def test_a_file_from_before_it_gave_space_back_is_written_anew_once(folder: Path) -> None:
    folder.mkdir()
    with closing(sqlite3.connect(folder / "playground.db", isolation_level=None)) as old:
        old.execute("PRAGMA secure_delete = OFF")
        old.execute("PRAGMA journal_mode = WAL")
        old.execute("CREATE TABLE scratch (words)")
        old.executemany("INSERT INTO scratch VALUES (?)", [(f"{MARK} {number} " * 100,) for number in range(500)])
        old.execute("DELETE FROM scratch")
        old.execute("DROP TABLE scratch")
    assert MARK.encode() in on_disk(folder)
    with open_stores(sqlite_url(folder)) as stores:
        before = (folder / "playground.db").stat().st_size
        stores.purge(LATER)
        assert MARK.encode() not in on_disk(folder)
        assert (folder / "playground.db").stat().st_size < before / 2
        statements: list[str] = []

        @event.listens_for(stores.engine, "checkout")
        def watch(connection: Any, *_: object) -> None:
            connection.set_trace_callback(statements.append)

        stores.purge(LATER)
        assert "VACUUM" not in statements
        assert any("wal_checkpoint" in statement for statement in statements)


def test_others_write_while_much_is_removed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_stores(sqlite_url(folder)) as stores, open_stores(sqlite_url(folder), busy_timeout_s=0.5) as others:
        store, other = stores.of(DEFAULT_OWNER), others.of(DEFAULT_OWNER)
        for _ in range(20):
            chat = store.create_conversation()
            told(store, chat.id, None)
            store.delete(chat.id)
        written: list[str] = []
        monkeypatch.setattr(time, "sleep", lambda seconds: written.append(other.create_conversation().id))
        stores.purge(LATER)
        assert len(written) > 20
        assert MARK not in everything(stores)


def test_a_log_that_is_being_read_is_emptied_by_the_next_purge(folder: Path) -> None:
    with open_stores(sqlite_url(folder), busy_timeout_s=0.1) as stores:
        store = stores.of(DEFAULT_OWNER)
        chat = store.create_conversation()
        told(store, chat.id, None)
        store.delete(chat.id)
        with closing(sqlite3.connect(folder / "playground.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM turns").fetchall()
            stores.purge(LATER)
            assert MARK.encode() in on_disk(folder)
            reader.execute("COMMIT")
        stores.purge(LATER)
        assert MARK.encode() not in on_disk(folder)


def test_of_a_batch_that_was_deleted_what_it_cost_stays(stores: Stores, store: Store) -> None:
    batch = store.add_batch(connection="c", model="m", items=[{"prompt": MARK}])
    price = Price(Decimal(1), Decimal(2), "a page", None)
    item = BatchItem(0, ok=True, text=MARK, external_reference=None, error=None)
    store.finish_batch(batch, [item], usage=Usage(1_000_000, 0), price=price)
    usage = store.usage(DAWN, DUSK)
    assert sum((hour.totals.cost for hour in usage), Decimal(0)) == 1
    store.delete_batch(batch)

    for _ in range(2):
        stores.purge(LATER)
        assert MARK not in everything(stores)
        assert store.usage(DAWN, DUSK) == usage
        assert (store.batch(batch), store.batches(), store.entry(batch)) == (None, (), None)
    with pytest.raises(MissingError):
        store.restore_batch(batch)
