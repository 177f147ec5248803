"""Adds to Streamlit's page preloads, the script of the frame, and a script that tells where WebSockets are blocked.

ASGI middleware.
"""

import asyncio
from collections.abc import Callable, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.channel.serving import built

SCRIPT = "no_socket.js"
FRAME = "frame.js"
"""A script before Streamlit's own that applies the theme that was chosen on another page."""
PLACE = b"</head>"
FIRST = b"<head>"
STREAMLITS = b'<div id="root">'
LONGEST_PAGE = 1_000_000
"""Bytes; Streamlit's page has some 8,000."""


class SocketNote:
    """Adds the scripts to Streamlit's pages, at any path; all else is unchanged.

    `early` are URLs of modules to preload, relative to the page.
    """

    def __init__(self, app: ASGIApp, early: Callable[[], Sequence[str]] = tuple) -> None:
        self.app = app
        self._early = early

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the scripts to pages."""
        if (
            scope["type"] != "http"
            or scope["method"] != "GET"
            or "text/html" not in Headers(scope=scope).get("accept", "")
        ):
            await self.app(scope, receive, send)
            return
        # Nothing can be added to a compressed page.
        headers = [header for header in scope["headers"] if header[0].lower() not in (b"accept-encoding", b"range")]
        first, added = await asyncio.to_thread(self._tags)  # which are read from files the first time
        await self.app({**scope, "headers": headers}, receive, _Adding(send, first, added).pass_on)

    def _tags(self) -> tuple[bytes, bytes]:
        # Like Streamlit's own files, relative to the page.
        ours = f"./channel/{built.built_version()}"
        early = "".join(f'<link rel="modulepreload" href="{at}">' for at in (f"{ours}/{built.ENTRY}", *self._early()))
        last = f'{early}<script type="module" src="{ours}/{SCRIPT}"></script>'
        return f'<script src="{ours}/{FRAME}"></script>'.encode(), last.encode()


class _Adding:
    """Buffers a page until it is complete."""

    def __init__(self, send: Send, first: bytes, added: bytes) -> None:
        self._send = send
        self._first = first
        self._added = added
        self._start: Message | None = None
        self._body = bytearray()

    async def pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
            return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body") and len(self._body) < LONGEST_PAGE:
            return
        body = bytes(self._body)
        if not message.get("more_body"):
            if STREAMLITS in body[:LONGEST_PAGE]:
                body = body.replace(FIRST, FIRST + self._first, 1).replace(PLACE, self._added + PLACE, 1)
            MutableHeaders(scope=self._start)["content-length"] = str(len(body))
        await self._send(self._start)
        self._start = None
        await self._send({**message, "body": body})


def _is_page(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    return message["status"] == 200 and headers.get("content-type", "").startswith("text/html")
