"""Pages while the database is locked, for writing or for all: nothing that was said or typed is lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from streamlit.testing.v1 import AppTest

from components.frame.process import stores
from playground.owner import DEFAULT_OWNER
from playground.store import Stores
from tests.pages.conftest import ROOT, TIMEOUT_S, alone, shown
from tests.pages.talk import last, problem, say, turns
from tests.store.chats import listed_chats
from tests.upstream import Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


def impatient() -> Stores:
    """The stores of the app, which wait for nobody for long."""
    opened = stores()
    opened._busy_timeout_s = 0.1

    @event.listens_for(opened.engine, "connect", insert=True)
    def hasty(connection: DBAPIConnection, _: object) -> None:
        connection.execute("PRAGMA busy_timeout = 100")

    return opened


@contextmanager
def held(opened: Stores, *, readers_too: bool = False) -> Iterator[None]:
    """Another program holds the file: against writers, or against everybody."""
    opened.engine.dispose()
    with closing(sqlite3.connect(str(opened.engine.url.database), isolation_level=None)) as other:
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
    opened = impatient()
    before = turns(page)
    with held(opened):
        assert "is locked by another program" in problem(page, "send", text="My long question")
        assert turns(page) == before
    assert not page.exception
    assert "My long question" in last(say(page, "My long question upstream: echo=1")).text


def test_a_page_that_cannot_be_read_says_why_and_comes_back(page: AppTest) -> None:
    opened = impatient()
    (conversation,) = listed_chats(opened.of(DEFAULT_OWNER))
    again = AppTest.from_file(ROOT / "router.py", default_timeout=TIMEOUT_S)
    again.query_params["c"] = conversation.id
    with held(opened, readers_too=True):
        again.run()
        assert not again.exception
        assert "is locked by another program" in shown(again)
        assert "drawn again as soon as the database answers" in shown(again)
    again.run()
    assert "is locked" not in shown(again)
    assert turns(again) == turns(page)
