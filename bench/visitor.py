"""Visitors without a browser: they speak Streamlit's protocol over its WebSocket, and with our app its channel too.

https://github.com/streamlit/streamlit/tree/develop/proto
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.answers import Plan, numbers
from bench.apps import App

SUBPROTOCOLS = (Subprotocol("streamlit"), Subprotocol("no-token"))
"""What a browser offers: the protocol, a token, and the session to come back to where there is one."""
ENDS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR)
"""How a run ends after which no other follows."""


class Visitor:
    """One session of an app: when each numbered token came, in seconds since the epoch."""

    def __init__(self, socket: ClientConnection, query: str) -> None:
        self.came: dict[int, float] = {}
        self.token = self.mark = ""
        """Those of our channel."""
        self._socket = socket
        self._query = query
        self._page_hash = ""
        self._composer = ""
        self._still = asyncio.Event()

    async def ask(self, text: str) -> None:
        """Send a message by the page's message box, and wait for the end of the answer."""
        await self.run({self._composer: text})
        await self.rest()

    async def run(self, said: Mapping[str, str] | None = None) -> None:
        """Have the page run, with what was written into message boxes."""
        self._still.clear()
        message = BackMsg()
        run = message.rerun_script
        run.query_string, run.page_script_hash = self._query, self._page_hash
        run.widget_states.SetInParent()
        for widget, text in (said or {}).items():
            run.widget_states.widgets.add(id=widget).chat_input_value.data = text
        await self._socket.send(message.SerializeToString())

    async def rest(self) -> None:
        """Wait until the page has been drawn to its end."""
        await self._still.wait()

    async def read(self) -> None:
        """Take what Streamlit sends, for ever."""
        async for data in self._socket:
            assert isinstance(data, bytes)
            message, at = ForwardMsg.FromString(data), time.time()
            self.note(tokens_in(message), at)
            if message.HasField("page_info_changed"):  # the app wrote the address, which a browser sends along
                self._query = message.page_info_changed.query_string
            self._page_hash = page_in(message) or self._page_hash
            self._composer = composer_in(message) or self._composer
            self.token = told_in(message, "token") or self.token
            self.mark = told_in(message, "mark") or self.mark
            if message.WhichOneof("type") == "script_finished" and message.script_finished in ENDS:
                self._still.set()

    def note(self, tokens: set[int], at: float) -> None:
        """Keep in mind when tokens came that had not come before."""
        for number in tokens:
            self.came.setdefault(number, at)


class OurVisitor(Visitor):
    """One session of our app: messages and answers go over the channel, and the page is run when that says so."""

    channel: ClientConnection

    async def ask(self, text: str) -> None:
        """Send a message over the channel, and wait for the end of the answer."""
        said = {"kind": "send", "number": 0, "slot": "main", "mark": self.mark, "text": text}
        await self.channel.send(json.dumps(said))
        async for frame in self.channel:
            at = time.time()
            told = json.loads(frame)
            self.note(numbers(" ".join(map(words_in, told))), at)
            if any(kind_of(one) == "run" for one in told):
                await self.run()
            if self.came and any(kind_of(one) == "slot" and not one.get("busy") for one in told):
                break
        await self.rest()


@asynccontextmanager
async def visit(app: App, plan: Plan) -> AsyncGenerator[Visitor]:
    """Open the page on which a model answers, and wait until it is drawn."""
    address, query = f"ws://127.0.0.1:{app.port}", app.url([plan]).partition("?")[2]
    async with AsyncExitStack() as stack:

        async def opened(path: str, subprotocols: tuple[Subprotocol, ...] = ()) -> ClientConnection:
            made = connect(address + path, subprotocols=subprotocols or None, max_size=None, compression=None)
            return await stack.enter_async_context(made)

        kind = OurVisitor if app.name == "ours" else Visitor
        visitor = kind(await opened("/_stcore/stream", SUBPROTOCOLS), query)
        reading = asyncio.create_task(visitor.read())
        stack.callback(reading.cancel)
        await visitor.run()
        await visitor.rest()
        if isinstance(visitor, OurVisitor):
            visitor.channel = await opened("/channel")
            await visitor.channel.send(json.dumps({"kind": "hello", "token": visitor.token}))
        yield visitor


def tokens_in(message: ForwardMsg) -> set[int]:
    """The numbers of the tokens in the Markdown that a message of Streamlit brings."""
    element = message.delta.new_element
    return numbers(element.markdown.body) if element.HasField("markdown") else set()


def page_in(message: ForwardMsg) -> str | None:
    """The page that a message says is shown; with it a run is no change of page."""
    if message.HasField("navigation"):
        return message.navigation.page_script_hash
    return message.new_session.page_script_hash if message.HasField("new_session") else None


def composer_in(message: ForwardMsg) -> str | None:
    """The id of Streamlit's message box that a message brings."""
    element = message.delta.new_element
    return element.chat_input.id if element.HasField("chat_input") else None


def told_in(message: ForwardMsg, name: str) -> str | None:
    """What a message brings to our browser part under that name: the token of the channel, what stands there."""
    component = message.delta.new_element.bidi_component
    data = component.json or component.mixed.json
    told: str | None = json.loads(data).get(name) if data else None
    return told


def kind_of(told: Any) -> str:
    """The kind of what our channel tells; empty for an addition to a text."""
    return str(told["kind"]) if isinstance(told, dict) else ""


def words_in(told: Any) -> str:
    """The words of an answer in what our channel tells."""
    return str(told.get("view", {}).get("text", "")) if isinstance(told, dict) else str(told[1])
