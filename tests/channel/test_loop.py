"""The loop of the server waits for nothing but sockets, whatever is told and asked."""

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from playground.channel.messages import BrowserRequest, Send
from playground.channel.pages import Page
from playground.channel.views.turn import TurnPresenter
from playground.conversation.chat import Chat
from playground.conversation.setup import Setup
from playground.messages import Message
from tests.channel.browser import Browser
from tests.channel.conftest import LLAMA, serving
from tests.loop_session import WORK

SERVER = "channel server"


@pytest.fixture
def touched() -> Iterator[list[str]]:
    """Files, processes and databases that the server's loop touches."""
    found: list[str] = []
    watching = True

    def audit(name: str, arguments: tuple[Any, ...]) -> None:  # there is no way to take it off again
        if watching and name.startswith(WORK) and threading.current_thread().name == SERVER:
            found.append(f"{name} {arguments!r:.100}")

    def queried(_: Any, __: Any, statement: str, *rest: Any) -> None:
        if threading.current_thread().name == SERVER:
            found.append(statement[:100])

    sys.addaudithook(audit)
    event.listen(Engine, "before_cursor_execute", queried)
    yield found
    event.remove(Engine, "before_cursor_execute", queried)
    watching = False


def test_no_file_and_no_database(chat: Chat, conversation: str, touched: list[str]) -> None:
    def send(_: Page, asked: BrowserRequest) -> None:
        assert isinstance(asked, Send)
        chat.send(conversation, Message("user", asked.text), Setup(LLAMA))

    page = Page()
    page.handler = send
    page.show("main", conversation, TurnPresenter(find=chat.store.turns), store=chat.store)
    with serving() as url, Browser(url, page.token) as first:
        first.until(lambda: "main" in first.slots)  # what is imported at the first use is read from files
        touched.clear()
        first.done(first.ask("send", text="Hello upstream: tokens=30 rate=200"))
        first.until(lambda: first.state() == "done")
        chat.delete(first.slots["main"]["turns"][-1])
        first.until(lambda: len(first.path()) == 1)
        with Browser(url, page.token) as second:
            second.until(lambda: len(second.path()) == 1)
    assert touched == []
