"""Answers that end while the database is away, or while their process is killed: real servers, sockets and signals."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

from playground.answers.live_reply import LiveReply
from playground.answers.recording import StoreRecorder
from playground.messages import ChatRequest, Message
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import Store, StoreError, Stores, held, open_stores
from tests.store.conftest import refusing
from tests.upstream import ACCOUNT, TOKEN, Upstream
from tests.upstream.writing import words

ROOT = Path(__file__).parents[2]
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
SOON_S = 30.0


@pytest.fixture
def opened_stores(url: str) -> Iterator[Stores]:
    """Stores that wait for nobody for long."""
    with open_stores(url, busy_timeout_s=0.1) as stores:
        yield stores


@pytest.fixture
def opened(opened_stores: Stores) -> Store:
    """A store that waits for nobody for long."""
    return opened_stores.of(DEFAULT_OWNER)


def ask(store: Store, upstream: Upstream, text: str) -> LiveReply:
    """An answer on its way into a store."""
    chat = store.create_conversation(model="m")
    question = store.add_turn(chat.id, None, Message("user", text))
    connection = Connection(
        kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN, max_retries=0
    )
    request = ChatRequest(model=LLAMA, messages=(Message("user", text),), conversation_id=chat.id)
    reply_id = store.start_reply(chat.id, question.id, model="m")
    return LiveReply(request, connection, StoreRecorder(store, None), owner=store.owner, id=reply_id).start()


@contextlib.contextmanager
def locked(stores: Stores) -> Iterator[None]:
    """Another program holds the file."""
    with contextlib.closing(sqlite3.connect(str(stores.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


@contextlib.contextmanager
def full(stores: Stores) -> Iterator[None]:
    """No page more."""
    with _told(stores, "PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000"):
        yield


@contextlib.contextmanager
def read_only(stores: Stores) -> Iterator[None]:
    """Nothing may be written."""
    with _told(stores, "PRAGMA query_only = 1", "PRAGMA query_only = 0"):
        yield


@contextlib.contextmanager
def _told(stores: Stores, away: str, back: str) -> Iterator[None]:
    statement = away

    @event.listens_for(stores.engine, "checkout")
    def taken(connection: DBAPIConnection, *_: object) -> None:
        connection.cursor().execute(statement)

    yield
    statement = back


def saved(stores: Stores, reply: LiveReply) -> str:
    """What somebody reads who opens the database now."""
    with open_stores(stores.engine.url.render_as_string(hide_password=False)) as others:
        other = others.of(DEFAULT_OWNER)
        found = other.reply(reply.id)
        assert found is not None
        return found.text


@pytest.mark.parametrize(
    ("engine", "away", "why"),
    [
        ("sqlite", locked, "is locked by another program. Close"),
        ("sqlite", full, "the disk is full. Free"),
        ("sqlite", read_only, "is read-only. Make"),
        ("postgresql", None, "cannot be reached|is not accepting"),
    ],
    indirect=["engine"],
)
def test_an_answer_that_ends_while_the_database_is_away(
    opened_stores: Stores,
    opened: Store,
    upstream: Upstream,
    away: Callable[[Stores], contextlib.AbstractContextManager[None]] | None,
    why: str,
) -> None:
    said = "Tell upstream: rate=1500 tokens=3000"
    reply = ask(opened, upstream, said)
    assert reply.arrived.wait(SOON_S)
    conversation_id = reply.request.conversation_id or ""

    outage = refusing(make_url(opened_stores.engine.url)) if away is None else away(opened_stores)
    with outage:
        assert reply.ended.wait(SOON_S)
        assert not reply.saved.is_set()
        if away is not None:  # it can be read meanwhile, whoever asks
            found = opened.reply(reply.id)
            assert found is not None
            assert (found.state, found.text) == ("done", "".join(words(said, 3000)))
            assert found.notes == ()
            assert why in found.unsaved
            assert opened.path(conversation_id)[-1].reply == found
            assert opened.replies(conversation_id) == opened.replies_by_id([reply.id]) == (found,)
            assert opened.spent(conversation_id).completion_tokens == 3000
            assert opened.trace(reply.id) is not None
            assert opened.request(reply.id) is not None
            before = opened.request(reply.id), opened.spent(conversation_id)

    assert reply.saved.wait(SOON_S)
    found = opened.reply(reply.id)
    assert found is not None
    assert (found.state, found.text, found.unsaved) == ("done", "".join(words(said, 3000)), "")
    assert found.finished_at == reply.finished_at
    if away is not None:
        assert before == (opened.request(reply.id), opened.spent(conversation_id))
        assert opened.trace(reply.id) is not None
    assert saved(opened_stores, reply) == found.text


def test_words_that_come_while_the_file_is_locked_are_saved_once_it_is_not(tmp_path: Path, upstream: Upstream) -> None:
    with open_stores(f"sqlite:///{tmp_path / 'playground.db'}", busy_timeout_s=0.1) as stores:
        store = stores.of(DEFAULT_OWNER)
        reply = ask(store, upstream, "Tell upstream: rate=50 tokens=5000")
        assert reply.arrived.wait(SOON_S)
        with locked(stores):
            before = saved_text(store, reply.id)
            assert not reply.ended.wait(0.5)
            assert saved_text(store, reply.id) == before
            came = len(reply.text)
        while len(saved_text(store, reply.id)) < came:
            assert not reply.ended.wait(0.02)
        reply.stop()
        assert reply.saved.wait(SOON_S)
        assert saved_text(store, reply.id) == reply.text


def saved_text(store: Store, reply_id: str) -> str:
    """The words of a reply in a database."""
    found = store.reply(reply_id)
    assert found is not None
    return found.text


def test_an_answer_that_is_purged_before_it_could_be_saved_is_gone(tmp_path: Path, upstream: Upstream) -> None:
    with open_stores(f"sqlite:///{tmp_path / 'playground.db'}", busy_timeout_s=0.1) as stores:
        store = stores.of(DEFAULT_OWNER)
        reply = ask(store, upstream, "Tell upstream: tokens=20")
        other = sqlite3.connect(tmp_path / "playground.db", isolation_level=None)
        with contextlib.closing(other):
            other.execute("PRAGMA foreign_keys = ON")
            other.execute("BEGIN IMMEDIATE")
            assert reply.ended.wait(SOON_S)
            assert not reply.saved.is_set()
            other.execute("DELETE FROM conversations")
            other.execute("COMMIT")
        assert reply.saved.wait(SOON_S)
        assert store.reply(reply.id) is None


def test_too_many_answers_that_wait_to_be_saved_are_not_joined_by_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "MOST_HELD", 1)
    reply_id = store.start_reply(model="m")
    store.hold_reply(reply_id, state="done", text="x")
    with pytest.raises(StoreError, match="could not be saved yet"):
        store.start_reply(model="m")
    store.release_reply(reply_id)
    store.start_reply(model="m")


RECEIVER = """
import os, signal, sys, time
from playground.messages import ChatRequest, Message
from playground.providers import Connection
from playground.answers.recording import StoreRecorder
from playground.answers.live_reply import LiveReply
from playground.owner import DEFAULT_OWNER
from playground.store import open_stores

url, base_url, account, token, model, count = sys.argv[1:]

def end(*_):
    os.write(1, b"ending\\n")
    sys.exit(0)

signal.signal(signal.SIGTERM, end)
stores = open_stores(url)
store = stores.of(DEFAULT_OWNER)
connection = Connection(kind="workers_ai", base_url=base_url, account_id=account, api_token=token)

class Heard(LiveReply):
    def _arrive(self, event):
        super()._arrive(event)
        os.write(1, f"{self.id} {len(self.text)} {time.monotonic()}\\n".encode())

for number in range(int(count)):
    said = f"Tell upstream: rate={40 + number} tokens=10000"
    request = ChatRequest(model=model, messages=(Message("user", said),))
    Heard(request, connection, StoreRecorder(store, None), owner=store.owner, id=store.start_reply(model="m")).start()
while True:
    time.sleep(1)
"""


def received(url: str, upstream: Upstream, how: signal.Signals) -> dict[str, list[tuple[int, float]]]:
    """What six answers have received, as (characters, when), in a process that is ended while they all come.

    Where it is asked to end, what it had received when it heard so.
    """
    command = [sys.executable, "-c", RECEIVER, url, upstream.base_url, ACCOUNT, TOKEN, LLAMA, "6"]
    heard: dict[str, list[tuple[int, float]]] = {}
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if line == "ending\n":
                    break
                reply_id, length, at = line.split()
                heard.setdefault(reply_id, []).append((int(length), float(at)))
                if len(heard) == 6 and min(map(len, heard.values())) == 25 == len(heard[reply_id]):
                    process.send_signal(how)
            process.communicate()
        except BaseException:
            process.kill()  # or leaving the block would wait for it, also where it says nothing
            raise
    assert process.returncode == (-how if how is signal.SIGKILL else 0)
    return heard


def test_kill_9_costs_less_than_a_quarter_of_a_second(url: str, upstream: Upstream) -> None:
    heard = received(url, upstream, signal.SIGKILL)
    killed_at = max(at for pieces in heard.values() for _, at in pieces)
    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        for reply_id, pieces in heard.items():
            reply = store.reply(reply_id)
            assert reply is not None
            assert reply.state == "interrupted"
            assert reply.usage is not None
            assert reply.usage.estimated
            assert reply.usage.completion_tokens > 10
            lost = [at for length, at in pieces if length > len(reply.text)]
            assert killed_at - min(lost, default=killed_at) < 0.25


def test_a_process_that_is_asked_to_end_saves_the_last_words(url: str, upstream: Upstream) -> None:
    heard = received(url, upstream, signal.SIGTERM)
    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        for reply_id, pieces in heard.items():
            reply = store.reply(reply_id)
            assert reply is not None
            assert reply.state == "interrupted"
            assert len(reply.text) >= pieces[-1][0]
