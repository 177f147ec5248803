"""A stage for the browser part alone: the built files, a bare page around them, and the server's end of the channel."""

import asyncio
import json
import queue
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from playground.channel.messages import Addition, Gauge, Recorded, Run, SlotMessage, TurnChange, TurnMessage, TurnView
from playground.web.security import WebSecurity

BUILT = Path(__file__).parents[2] / "browser" / "built"
WAIT_S = 15
PAGE = Path(__file__).with_name("stage.html")

ServerMessage = SlotMessage | TurnMessage | TurnChange | Gauge | Recorded | Run | Addition


class Stage:
    """A server in a thread of its own, by hand: it tells what a test says, and remembers what is asked.

    `shown` is told to each socket that opens; while `away` none is let in, with that code.
    """

    def __init__(self) -> None:
        self.shown: list[ServerMessage] = []
        self.away: int | None = None
        self.answers = True
        self.recordings: dict[str, Recorded] = {}
        """What is sent to who asks to play an answer."""
        self._hellos: queue.Queue[dict[str, Any]] = queue.Queue()
        self._asked: queue.Queue[dict[str, Any]] = queue.Queue()
        self._sockets: set[WebSocket] = set()
        app = Starlette(
            routes=[
                Route("/", _page),
                WebSocketRoute("/channel", self._channel),
                Mount("/channel/built", StaticFiles(directory=BUILT)),
            ]
        )
        self._server = uvicorn.Server(
            uvicorn.Config(WebSecurity(app), host="127.0.0.1", port=0, log_level="warning", ws="websockets-sansio")
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._listening = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listening.wait(WAIT_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.lose()
        self._server.should_exit = True
        self._thread.join(WAIT_S)

    @property
    def url(self) -> str:
        """Where the page is."""
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/"

    def tell(self, *told: ServerMessage) -> None:
        """Tell all open sockets, in one frame."""
        asyncio.run_coroutine_threadsafe(self._tell(list(self._sockets), told), self._loop).result(WAIT_S)

    def hello(self) -> dict[str, Any]:
        """The next first message of a socket."""
        return self._hellos.get(timeout=WAIT_S)

    def asked(self) -> dict[str, Any]:
        """The next request."""
        return self._asked.get(timeout=WAIT_S)

    def lose(self, code: int = 1012) -> None:
        """Close all sockets."""

        async def close() -> None:
            for socket in list(self._sockets):
                with suppress(WebSocketDisconnect):
                    await socket.close(code)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(WAIT_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.005)
        self._listening.set()
        await serving

    async def _channel(self, socket: WebSocket) -> None:
        await socket.accept()
        try:
            hello = json.loads(await socket.receive_text())
            if self.away is not None:
                await socket.close(self.away)
                return
            self._sockets.add(socket)
            self._hellos.put(hello)
            await self._tell([socket], self.shown)
            while True:
                asked = json.loads(await socket.receive_text())
                if asked["kind"] != "ping":
                    self._asked.put(asked)
                if asked["kind"] == "play":
                    await self._tell([socket], [self.recordings[asked["turn"]]])
                if self.answers:
                    await socket.send_text(json.dumps([{"kind": "done", "number": asked["number"]}]))
        except WebSocketDisconnect:
            pass
        finally:
            self._sockets.discard(socket)

    async def _tell(self, sockets: list[WebSocket], told: "list[ServerMessage] | tuple[ServerMessage, ...]") -> None:
        frame = json.dumps([one if isinstance(one, tuple) else _plain(one) for one in told])
        for socket in sockets:
            if told and socket.application_state is WebSocketState.CONNECTED:
                await socket.send_text(frame)


def turn(id_: str, role: str = "assistant", *, keys: dict[str, int] | None = None, **fields: Any) -> TurnMessage:
    """A turn as the server tells it; `keys` are those by which its parts grow."""
    view = TurnView.model_validate({"turn": id_, "role": role, **fields})
    return TurnMessage.model_validate({"view": view, "keys": keys or {}, "version": f"{id_}-1"})


def change(id_: str, **fields: Any) -> TurnChange:
    """Fields of a turn that are other than before."""
    return TurnChange(turn=id_, fields=fields, version=f"{id_}-2")


def slot(*turns: str, name: str = "main", **fields: Any) -> SlotMessage:
    """What stands in a slot."""
    return SlotMessage(slot=name, turns=turns, **fields)


def _plain(one: SlotMessage | TurnMessage | TurnChange | Gauge | Recorded | Run) -> dict[str, Any]:
    return {"kind": one.kind, **one.model_dump(mode="json", exclude_defaults=True)}


async def _page(_: Request) -> HTMLResponse:
    return HTMLResponse(PAGE.read_text(encoding="utf-8"))
