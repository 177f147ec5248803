"""What a person sees of saving: a note while the database is away, which goes; and nothing that was read is lost."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import expect

from playground.owner import DEFAULT_OWNER
from playground.store import open_stores, sqlite_url
from tests.browser.app import App
from tests.browser.chat_page import LLAMA
from tests.browser.conftest import Visit
from tests.browser.waiting import until
from tests.store.chats import listed_chats
from tests.upstream import Upstream
from tests.upstream.writing import words

pytestmark = pytest.mark.browser


def test_a_note_stands_at_an_answer_until_it_is_saved(
    start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit, upstream: Upstream
) -> None:
    app = start_app(**cloudflare)
    page = visit(app, model=LLAMA)
    said = "A story upstream: rate=40 tokens=80"
    page.ask(said)
    expect(page.answer).to_contain_text("".join(words(said, 80)[:5]).strip())
    with closing(sqlite3.connect(app.data_dir / "playground.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        note = page.page.get_by_text("Not saved yet; tried again until it is.")
        expect(note).to_be_visible()
        whole = "".join(words(said, 80)).strip()
        expect(page.answer).to_contain_text(whole)
        other.execute("ROLLBACK")
        expect(note).to_have_count(0)
    page.reload()
    expect(page.answer).to_contain_text(whole)
    with open_stores(sqlite_url(app.data_dir)) as stores:
        store = stores.of(DEFAULT_OWNER)
        (chat,) = listed_chats(store)
        reply = store.path(chat.id)[-1].reply
        assert reply is not None
        assert (reply.state, reply.text.strip(), reply.notes) == ("done", whole, ())
        assert reply.usage is not None
        assert reply.usage.completion_tokens == 80


def test_an_app_that_is_stopped_saves_what_had_come_once_it_can(
    start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit, upstream: Upstream
) -> None:
    app = start_app(**cloudflare)
    page = visit(app, model=LLAMA)
    said = "A story upstream: rate=40 tokens=4000"
    page.ask(said)
    expect(page.answer).to_contain_text("".join(words(said, 4000)[:20]).strip())
    page.down()
    with closing(sqlite3.connect(app.data_dir / "playground.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        expect(page.answer).to_contain_text("".join(words(said, 4000)[:80]).strip())
        seen = page.answer_text
        stopping = threading.Thread(target=app.stop)
        stopping.start()
        until(lambda: "Stopping" in app.log)
    stopping.join()
    with open_stores(sqlite_url(app.data_dir)) as stores:
        store = stores.of(DEFAULT_OWNER)
        (chat,) = listed_chats(store)
        reply = store.path(chat.id)[-1].reply
        assert reply is not None
        assert reply.state == "interrupted"
        assert len(reply.text) >= len(seen.strip())
