"""Pages while the database is locked, for writing or for all: nothing that was said or typed is lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from streamlit.testing.v1 import AppTest

from components.frame.session import chat
from playground.store import Store
from tests.pages.conftest import ROOT, TIMEOUT_S, alone, shown
from tests.pages.talk import last, problem, say, turns
from tests.upstream import Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


def impatient() -> Store:
    """The store of the app, which waits for nobody for long."""
    store = chat().store
    store._busy_timeout_s = 0.1

    @event.listens_for(store.engine, "connect", insert=True)
    def hasty(connection: DBAPIConnection, _: object) -> None:
        connection.execute("PRAGMA busy_timeout = 100")

    return store


@contextmanager
def held(store: Store, *, readers_too: bool = False) -> Iterator[None]:
    """Another program holds the file: against writers, or against everybody."""
    store.engine.dispose()
    with closing(sqlite3.connect(str(store.engine.url.database), isolation_level=None)) as other:
        if readers_too:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("SELECT * FROM turns").fetchall()
        yield


@pytest.fixture
def page(cloudflare: Upstream) -> AppTest:
    opened = alone("router.py")
    opened.query_params["model"] = LLAMA
    return say(opened.run(), "Hello upstream: tokens=3")


def test_the_message_box_is_told_that_nothing_could_be_sent(page: AppTest) -> None:
    store = impatient()
    before = turns(page)
    with held(store):
        assert "is locked by another program" in problem(page, "send", text="My long question")
        assert turns(page) == before
    assert not page.exception
    assert "My long question" in last(say(page, "My long question upstream: echo=1")).text


def test_a_page_that_cannot_be_read_says_why_and_comes_back(page: AppTest) -> None:
    store = impatient()
    (conversation,) = store.conversations()
    again = AppTest.from_file(ROOT / "router.py", default_timeout=TIMEOUT_S)
    again.query_params["c"] = conversation.id
    with held(store, readers_too=True):
        again.run()
        assert not again.exception
        assert "is locked by another program" in shown(again)
        assert "drawn again as soon as the database answers" in shown(again)
    again.run()
    assert "is locked" not in shown(again)
    assert turns(again) == turns(page)
