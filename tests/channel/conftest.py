"""A server with the channel on a real socket, and a chat whose models are the stand-in's."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from playground.answers.live_reply import LiveReply
from playground.channel.feed import Feed
from playground.channel.messages import TurnView
from playground.channel.pages import Page
from playground.channel.serving.routes import routes
from playground.channel.streamed_answer import Scrub
from playground.compare.blind import scrubbed_reply
from playground.conversation.chat import Chat
from playground.models.catalog import ModelCard
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import Stores, Turn, open_stores
from playground.web.security import WebSecurity
from tests.channel.browser import Browser
from tests.databases import new_database
from tests.upstream import ACCOUNT, TOKEN, Upstream

Visit = Callable[[Page], Browser]
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
LONGEST_FRAME = 64 * 1024 * 1024
"""Bytes, as `maxMessageSize` in .streamlit/config.toml."""


@dataclass(frozen=True)
class PlainPresenter:
    """Words and how they stand, nothing else."""

    scrub: Scrub | None = None
    hidden: ModelCard | None = None
    notes: tuple[str, ...] = ()

    def view(self, turn: Turn, live: LiveReply | None, *, last: bool, quick: bool = False) -> TurnView:
        reply = turn.reply if turn.reply is None or self.hidden is None else scrubbed_reply(turn.reply, self.hidden)
        return TurnView(
            turn=turn.id,
            role="user" if turn.message.role == "user" else "tool" if turn.message.role == "tool" else "assistant",
            state="live" if live is not None else "done" if reply is None else reply.state,
            text="" if live is not None else turn.message.text if reply is None else reply.text,
            thoughts="" if live is not None or reply is None else reply.reasoning,
            notes=self.notes,
            proceed=last and live is None and reply is not None,
        )


@contextmanager
def serving(port: int = 0) -> Iterator[str]:
    """The address of a server that has the channel alone."""
    app = Starlette(routes=routes(), middleware=[Middleware(WebSecurity)])
    with socket.create_server(("127.0.0.1", port)) as listening:
        config = uvicorn.Config(
            app, log_level="warning", ws="websockets-sansio", ws_max_size=LONGEST_FRAME, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), name="channel server")
        thread.start()
        try:
            yield f"ws://127.0.0.1:{listening.getsockname()[1]}/channel"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(new_database(tmp_path)) as opened:
        yield opened


@pytest.fixture
def chat(upstream: Upstream, stores: Stores) -> Chat:
    connection = Connection(
        kind="workers_ai",
        name="cloudflare",
        base_url=upstream.base_url,
        account_id=ACCOUNT,
        api_token=TOKEN,
        max_retries=0,
    )
    return Chat(stores.of(DEFAULT_OWNER), Roster({"cloudflare": connection}), Feed(DEFAULT_OWNER))


@pytest.fixture
def conversation(chat: Chat) -> str:
    return chat.store.create_conversation(model=LLAMA).id


@pytest.fixture
def visit(url: str) -> Iterator[Visit]:
    """Opens a browser on a page."""
    with ExitStack() as opened:
        yield lambda page: opened.enter_context(Browser(url, page.token))


@pytest.fixture
def page(chat: Chat, conversation: str) -> Page:
    """A page that shows the conversation."""
    page = Page()
    page.show("main", conversation, PlainPresenter(), store=chat.store)
    return page
