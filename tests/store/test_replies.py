"""Replies: started, saved as they come, finished, and marked where the process that received them died."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from playground.errors import RateLimitedError
from playground.messages import Message, ToolCall
from playground.metering import Price, Timings, Usage, cost
from playground.owner import DEFAULT_OWNER
from playground.store import Failure, MissingError, Store, StoredReply, Stores, open_stores
from playground.store.database.schema import pieces, replies
from tests.browser.waiting import until
from tests.store.chats import kept_chats

ROOT = Path(__file__).parents[2]
CALL = ToolCall("call_1", "add", '{"a": 2, "b": "\\u0000"}')


def start(store: Store) -> str:
    chat = store.create_conversation()
    question = store.add_turn(chat.id, None, Message("user", "Why?"))
    return store.start_reply(chat.id, question.id, model="m", connection="mine")


def read(store: Store, reply_id: str) -> StoredReply:
    found = store.reply(reply_id)
    assert found is not None
    return found


def rows_of(stores: Stores, reply_id: str) -> int:
    with stores.engine.begin() as connection:
        return connection.scalar(select(func.count()).where(pieces.c.reply_id == reply_id)) or 0


def test_a_reply_is_a_turn_and_the_head_from_its_start(store: Store) -> None:
    reply = read(store, start(store))
    assert reply.conversation_id is not None
    question, answer = store.path(reply.conversation_id)
    assert (answer.id, answer.parent_id, answer.reply) == (reply.id, question.id, reply)
    assert (reply.state, reply.text, reply.model, reply.connection) == ("live", "", "m", "mine")
    assert reply.finished_at is None
    assert store.request(reply.id) is None


def test_a_finished_reply_comes_back_with_every_digit(store: Store) -> None:
    reply_id = start(store)
    usage = Usage(1_000_003, 7, 11, neurons=0.1 + 0.2, estimated=True)
    price = Price(Decimal("0.2930"), Decimal("2.253"), "https://prices", date(2026, 8, 28), Decimal("1E-9"))
    failure = Failure.of(RateLimitedError("Slow \x00 down", retry_after_s=1.5, code="3040", request_id="r"))
    began, ended = (datetime(2026, 11, 20, 1, 2, 3, micros, UTC) for micros in (4, 5))
    store.finish_reply(
        reply_id,
        state="failed",
        text="The sea\ud800",
        reasoning="Hm",
        tool_calls=[CALL],
        finish_reason="length",
        truncated=True,
        usage=usage,
        price=price,
        cost=cost(usage, price),
        timings=Timings(0.21, 1.5),
        error=failure,
        request_id="request-1",
        request={"messages": [{"role": "user", "content": "\x00💬\ud800"}], "max_tokens": 256},
        notes=["JSON mode does not stream."],
        cached=True,
        finished_at=ended,
    )
    reply = read(store, reply_id)
    assert reply == StoredReply(
        id=reply_id,
        conversation_id=reply.conversation_id,
        model="m",
        connection="mine",
        state="failed",
        text="The sea\ud800",
        reasoning="Hm",
        tool_calls=(CALL,),
        finish_reason="length",
        truncated=True,
        usage=usage,
        price=price,
        cost=Decimal("0.30000000000000004") * (Decimal("0.011") / 1000),
        timings=Timings(0.21, 1.5),
        error=failure,
        request_id="request-1",
        notes=("JSON mode does not stream.",),
        response_format=None,
        cached=True,
        started_at=reply.started_at,
        finished_at=ended,
    )
    assert reply.error is not None
    assert reply.error.retryable
    assert str(reply.price and reply.price.input) == "0.2930"
    assert store.request(reply_id) == {
        "messages": [{"role": "user", "content": "\x00💬\ud800"}],
        "max_tokens": 256,
    }
    assert store.path(reply.conversation_id or "")[1].message == Message(
        "assistant", "The sea\ud800", (CALL,), reasoning="Hm"
    )
    alone = store.start_reply(model="m", started_at=began)
    assert read(store, alone).started_at == began


def test_absurd_numbers_of_a_server_are_kept_and_not_fatal(store: Store) -> None:
    reply_id = start(store)
    usage = Usage(10**30, 2**63, -1, neurons=1e300)
    store.finish_reply(reply_id, state="done", text="", usage=usage, cost=Decimal("1E+300"))
    assert read(store, reply_id).usage == usage
    assert read(store, reply_id).cost == Decimal("1E+300")


def test_a_reply_needs_no_conversation(store: Store) -> None:
    reply_id = store.start_reply(model="m")
    store.save_partial(reply_id, "half")
    assert read(store, reply_id).text == "half"
    store.finish_reply(reply_id, state="done", text="whole")
    assert (read(store, reply_id).text, read(store, reply_id).conversation_id) == ("whole", None)
    assert kept_chats(store) == {}


def test_partials_are_seen_at_once_and_each_writes_only_what_is_new(stores: Stores, store: Store) -> None:
    reply_id = start(store)
    text = ""
    for number in range(20):
        text += f"{number} "
        store.save_partial(reply_id, text, text.upper(), [CALL] if number > 9 else [])
        reply = read(store, reply_id)
        assert (reply.text, reply.reasoning, reply.state) == (text, text.upper(), "live")
        assert reply.tool_calls == ((CALL,) if number > 9 else ())
    with stores.engine.begin() as connection:
        written = connection.scalars(select(pieces.c.text).order_by(pieces.c.number)).all()
    assert written == [f"{number} " for number in range(20)]
    store.save_partial(reply_id, text, text.upper(), [CALL])
    assert rows_of(stores, reply_id) == 20
    store.finish_reply(reply_id, state="done", text=text)
    assert rows_of(stores, reply_id) == 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots=st.lists(st.tuples(st.text(st.characters(exclude_categories=()), max_size=8), st.text(max_size=8))))
def test_what_was_saved_last_is_what_is_read(store: Store, snapshots: list[tuple[str, str]]) -> None:
    reply_id = store.start_reply(model="m")
    for text, reasoning in snapshots:
        store.save_partial(reply_id, text, reasoning)
        reply = read(store, reply_id)
        assert (reply.text, reply.reasoning) == (text, reasoning)


def test_a_partial_that_comes_after_the_end_changes_nothing(stores: Stores, store: Store) -> None:
    reply_id = start(store)
    store.finish_reply(reply_id, state="stopped", text="whole")
    store.save_partial(reply_id, "who")
    assert (read(store, reply_id).text, read(store, reply_id).state) == ("whole", "stopped")
    assert rows_of(stores, reply_id) == 0


def test_a_reply_that_is_gone_is_said_to_be_missing(store: Store) -> None:
    with pytest.raises(MissingError):
        store.save_partial("none", "x")
    with pytest.raises(MissingError):
        store.finish_reply("none", state="done", text="x")
    assert store.reply("none") is None
    assert store.request("none") is None


def test_finishing_again_replaces_the_outcome(store: Store) -> None:
    reply_id = start(store)
    store.finish_reply(reply_id, state="failed", text="", error=Failure("server", "Down", "Wait"), request={"a": 1})
    store.finish_reply(reply_id, state="done", text="whole", request={"b": 1})
    reply = read(store, reply_id)
    assert (reply.state, reply.text, reply.error) == ("done", "whole", None)
    assert store.request(reply_id) == {"b": 1}


def test_many_threads_save_at_once(store: Store) -> None:
    replies = [start(store) for _ in range(16)]

    def grow(reply_id: str) -> None:
        for length in range(1, 21):
            store.save_partial(reply_id, reply_id * length)
        store.finish_reply(reply_id, state="done", text=reply_id * 20, usage=Usage(1, 2))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(grow, replies))
    assert [read(store, reply_id).text for reply_id in replies] == [reply_id * 20 for reply_id in replies]
    assert len(kept_chats(store)) == 16


@contextlib.contextmanager
def writer(url: str, replies: int = 1) -> Iterator[subprocess.Popen[str]]:
    """A process that receives answers until it is told to stop, or killed."""
    command = [sys.executable, str(Path(__file__).with_name("writer.py")), url, str(replies)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def heard(process: subprocess.Popen[str], word: str) -> str:
    """What a process says after `word`, skipping all else that it says before."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(word):
            return line.removeprefix(word).strip()
    raise AssertionError(f"the process ended without saying {word!r}")


def test_a_killed_process_loses_nothing_it_had_saved(url: str) -> None:
    with writer(url, replies=3) as process:
        replies = [heard(process, "reply") for _ in range(3)]
        heard(process, "saved 20")
        process.kill()
        assert process.stdout is not None
        remaining = process.stdout.read()  # with what was read ahead, which communicate() passes over
    saved = max(int(line.split()[1]) for line in ["saved 20", *remaining.splitlines()] if line.startswith("saved "))
    least = "".join(f"{number} " for number in range(1, saved + 1))
    most = f"{least}{saved + 1} "

    def states() -> set[str]:
        stores.mark_interrupted()  # PostgreSQL hears a moment later that the process is gone
        return {read(store, reply_id).state for reply_id in replies}

    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        until(states, {"interrupted"}.__eq__)
        for reply_id in replies:
            reply = read(store, reply_id)
            assert reply.text in (least, most)
            assert reply.reasoning == reply.text
            assert reply.finished_at is not None
            assert rows_of(stores, reply_id) == 0
        assert store.spent(read(store, replies[0]).conversation_id or "").unpriced == 3
        assert stores.mark_interrupted() == ()


def test_what_another_process_is_receiving_is_left_alone(url: str) -> None:
    with writer(url) as process:
        reply_id = heard(process, "reply")
        heard(process, "saved 3")
        with open_stores(url) as stores:
            store = stores.of(DEFAULT_OWNER)
            own = start(store)
            assert stores.mark_interrupted() == ()
            assert read(store, reply_id).state == "live"
            assert read(store, reply_id).text.startswith("1 2 3 ")
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
            heard(process, "finished")
            assert read(store, reply_id).state == "done"
            assert read(store, own).state == "live"


def test_a_store_that_was_closed_leaves_its_replies_interrupted(url: str) -> None:
    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        reply_id = start(store)
        store.save_partial(reply_id, "half", tool_calls=[CALL])
    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        reply = read(store, reply_id)
        assert (reply.state, reply.text, reply.tool_calls) == ("interrupted", "half", (CALL,))


def test_a_reply_taken_for_dead_is_live_again_with_its_next_words(url: str) -> None:
    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        reply_id = start(store)
        store.save_partial(reply_id, "one ")
        stores.claims.release()  # as when the server lost the connection that vouches for this process
        with open_stores(url) as others:
            other = others.of(DEFAULT_OWNER)
            assert read(other, reply_id).state == "interrupted"
        store.save_partial(reply_id, "one two ")
        store.save_partial(reply_id, "one two three")
        reply = read(store, reply_id)
        assert (reply.state, reply.text, reply.finished_at) == ("live", "one two three", None)
        store.finish_reply(reply_id, state="done", text="one two three.")
        assert read(store, reply_id).text == "one two three."


def test_the_format_that_was_asked_for_is_kept_with_the_reply(store: Store) -> None:
    schema = {"type": "json_schema", "json_schema": {"type": "object"}}
    reply_id = store.start_reply(model="m", response_format=schema)
    assert read(store, reply_id).response_format == schema


def test_calls_of_custom_tools_and_what_came_beside_calls_are_kept(stores: Stores, store: Store) -> None:
    signed = ToolCall("a", "f", "{}", provider_details={"extra_content": {"google": {"thought_signature": "c2ln"}}})
    calls = (CALL, signed, ToolCall("b", "run_sql", "select 1", "custom"))
    reply_id = start(store)
    store.finish_reply(reply_id, state="done", text="", tool_calls=calls)
    assert read(store, reply_id).tool_calls == calls
    with stores.engine.begin() as connection:
        kept = connection.scalar(select(replies.c.tool_calls).where(replies.c.id == reply_id))
    assert [set(call) for call in kept or ()] == [
        {"id", "name", "arguments"},
        {"id", "name", "arguments", "given"},
        {"id", "name", "arguments", "kind"},
    ]
