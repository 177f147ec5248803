"""A visitor without a browser: Streamlit's protocol over its WebSocket.

https://github.com/streamlit/streamlit/tree/develop/proto
"""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.answers import numbers

SUBPROTOCOLS = ("streamlit", "no-token")
"""What a browser offers: the protocol, a token, and the session to come back to where there is one."""


class Visitor:
    """One session of an app: what it was sent, and when each numbered token came."""

    def __init__(self, socket: ClientConnection, query: str) -> None:
        self._socket = socket
        self._query = query
        self._page_hash = ""
        self._composer = ""
        self.bytes = 0
        self.came: dict[int, float] = {}
        """Numbers of tokens, and the moment in seconds since the epoch at which each was first there."""

    @classmethod
    @asynccontextmanager
    async def visit(cls, port: int, query: str) -> AsyncIterator[Self]:
        """Open the first page, `query` being what follows the question mark, and wait until it is drawn."""
        address, offered = f"ws://127.0.0.1:{port}/_stcore/stream", [Subprotocol(name) for name in SUBPROTOCOLS]
        async with connect(address, subprotocols=offered, max_size=None, compression=None) as socket:
            visitor = cls(socket, query)
            await visitor._run({})
            await visitor.rest()
            yield visitor

    async def say(self, text: str) -> None:
        """Send a message by the page's message box."""
        await self._run({self._composer: text})

    async def rest(self) -> None:
        """Read what comes until a run ends after which no other follows."""
        while True:
            message = await self._receive()
            if message.WhichOneof("type") == "script_finished" and message.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            ):
                return

    async def _run(self, said: Mapping[str, str]) -> None:
        message = BackMsg()
        run = message.rerun_script
        run.query_string, run.page_script_hash = self._query, self._page_hash
        run.widget_states.SetInParent()
        for widget, text in said.items():
            run.widget_states.widgets.add(id=widget).chat_input_value.data = text
        await self._socket.send(message.SerializeToString())

    async def _receive(self) -> ForwardMsg:
        data = await self._socket.recv(decode=False)
        at = time.time()
        self.bytes += len(data)
        message = ForwardMsg()
        message.ParseFromString(data)
        for number in tokens_in(message):
            self.came.setdefault(number, at)
        if message.HasField("page_info_changed"):  # the app wrote the address, which a browser sends along
            self._query = message.page_info_changed.query_string
        self._page_hash = page_in(message) or self._page_hash
        self._composer = composer_in(message) or self._composer
        return message


def tokens_in(message: ForwardMsg) -> set[int]:
    """The numbers of the tokens in the Markdown that a message brings."""
    element = message.delta.new_element
    return numbers(element.markdown.body) if element.HasField("markdown") else set()


def page_in(message: ForwardMsg) -> str | None:
    """The page that a message says is shown; with it a run is no change of page."""
    if message.HasField("navigation"):
        return message.navigation.page_script_hash
    return message.new_session.page_script_hash if message.HasField("new_session") else None


def composer_in(message: ForwardMsg) -> str | None:
    """The id of the message box that a message brings."""
    element = message.delta.new_element
    return element.chat_input.id if element.HasField("chat_input") else None
