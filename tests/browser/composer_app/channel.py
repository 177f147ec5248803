"""The channel of these tests: it writes down what is asked, answers, and tells what a test wants told."""

import asyncio
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

MODELS = [f"model {number}" for number in range(6)]
DATA: dict[str, Any] = {"offer": None, "vision": True, "disabled": False}

settings: dict[str, dict[str, Any]] = {}
"""What the callbacks of a page were told, by its token."""
data: dict[str, Any] = dict(DATA)
"""What a page run gives to the composer."""
_asked: list[dict[str, Any]] = []
_sockets: set[WebSocket] = set()
_next: list[dict[str, Any]] = []
_held: list[tuple[WebSocket, dict[str, Any], Callable[[], None]]] = []
_go_on = threading.Event()


def slowly() -> None:
    """A callback that ends when a test says so."""
    _go_on.clear()
    _go_on.wait(30)


async def channel(socket: WebSocket) -> None:
    """One page's socket."""
    await socket.accept()
    with suppress(WebSocketDisconnect, RuntimeError):
        hello = json.loads(await socket.receive_text())
        token = hello["token"]
        _sockets.add(socket)
        _asked.append(hello)
        try:
            while True:
                asked = json.loads(await socket.receive_text())
                carry_out = partial(_carry_out, asked, token)
                carry_out()
                _asked.append(asked)
                how = _next.pop(0) if _next and asked["kind"] == "send" else {"problem": None, "hold": False}
                answer = {"kind": "done", "number": asked["number"], "problem": how["problem"]}
                if how["hold"]:
                    _held.append((socket, answer, carry_out))
                else:
                    await socket.send_text(json.dumps([answer]))
        finally:
            _sockets.discard(socket)


def _carry_out(asked: dict[str, Any], token: str) -> None:
    """Take the settings of this moment for a message."""
    asked["settings"] = dict(settings.get(token, {}))


async def received(_: Request) -> JSONResponse:
    """All that was asked."""
    return JSONResponse(_asked)


async def told(request: Request) -> JSONResponse:
    """What a test wants."""
    match await request.json():
        case {"tell": messages}:
            await asyncio.gather(*(socket.send_text(json.dumps(messages)) for socket in _sockets))
        case {"next": how}:
            _next.append(how)
        case {"data": given}:
            data.update(given)
        case {"release": _}:
            _go_on.set()
            for socket, answer, carry_out in _held:
                carry_out()
                await socket.send_text(json.dumps([answer]))
            _held.clear()
        case {"forget": _}:
            data.update(DATA)
            for kept in (_asked, _next, _held):
                kept.clear()
    return JSONResponse({})
