"""An HTTP answer that can be slow, cut or never end."""

import asyncio
import socket
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import orjson
from starlette.types import Receive, Scope, Send

from tests.upstream.seen import Seen

Ending = Literal["close", "cut", "reset", "hang"]
EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request is answered with; a Starlette response.

    `chunks` are sent one at a time: bytes as they are, text and JSON values as the data of an event, all of them as
    plain bytes when `content_type` is not an event stream. `rate` is chunks a second (0: no pause), `delay` seconds
    before the status line, `pause` seconds after it. `then`: end the body properly, cut the connection, reset it, or
    stay silent until the client leaves.
    """

    chunks: Sequence[Any] = ()
    status: int = 200
    content_type: str | None = EVENT_STREAM
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    pause: float = 0
    rate: float = 0
    drip: bool = False
    then: Ending = "close"

    @classmethod
    def json(cls, value: Any, status: int = 200, **rest: Any) -> "Answer":
        """A whole JSON body."""
        return cls((orjson.dumps(value),), status, "application/json", **rest)

    @classmethod
    def stream(cls, frames: Sequence[Any], **rest: Any) -> "Answer":
        """Events, then `[DONE]`."""
        return cls((*frames, "[DONE]"), **rest)

    def with_headers(self, headers: Mapping[str, str]) -> "Answer":
        """The same with more headers."""
        return replace(self, headers={**self.headers, **headers})

    def pieces(self) -> list[bytes]:
        """The body as it is written, one piece a write."""
        whole = [_written(chunk, self.content_type) for chunk in self.chunks]
        if self.drip:
            return [bytes([byte]) for piece in whole for byte in piece]
        return whole

    async def send_to(self, seen: Seen, scope: Scope, receive: Receive, send: Send) -> None:
        """Play it, and note in `seen` whether the client left before the end."""
        playing = asyncio.ensure_future(self._play(scope, send))
        leaving = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait((playing, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not playing.done():
                seen.left_early.set()
            elif (error := playing.exception()) and not isinstance(error, OSError):
                raise error
        finally:
            playing.cancel()
            leaving.cancel()
            await asyncio.gather(playing, leaving, return_exceptions=True)
            seen.over.set()

    async def _play(self, scope: Scope, send: Send) -> None:
        if self.delay:
            await asyncio.sleep(self.delay)
        transport: asyncio.Transport = scope["state"]["transport"]
        if self.then in ("cut", "reset") and not self.chunks and not self.pause:
            return _break(transport, self.then)
        await send({"type": "http.response.start", "status": self.status, "headers": self._head()})
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        await asyncio.sleep(self.pause)
        await self._speak(send)
        if self.then == "hang":
            await asyncio.Event().wait()
        if self.then != "close":
            return _break(transport, self.then)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return None

    def _head(self) -> list[tuple[bytes, bytes]]:
        headers = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
        if self.content_type is not None:
            headers.append((b"content-type", self.content_type.encode()))
        if self.then == "close" and self.content_type != EVENT_STREAM and not self.rate and not self.drip:
            headers.append((b"content-length", str(sum(map(len, self.pieces()))).encode()))
        return headers

    async def _speak(self, send: Send) -> None:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        for number, piece in enumerate(self.pieces()):
            if self.rate and (early := begin + number / self.rate - loop.time()) > 0:
                await asyncio.sleep(early)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if self.drip:
                await asyncio.sleep(0)


def _break(transport: asyncio.Transport, how: Ending) -> None:
    if how == "reset":
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _written(chunk: Any, content_type: str | None) -> bytes:
    if isinstance(chunk, bytes):
        return chunk
    text = chunk.encode() if isinstance(chunk, str) else orjson.dumps(chunk)
    return b"data: " + text + b"\n\n" if content_type == EVENT_STREAM else text


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
