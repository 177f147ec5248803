"""ASGI middleware that begins and ends sign-ins, and keeps files of pages from who is not signed in."""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie
from typing import Protocol

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.access.admission import NotAdmittedError, SignInCookie, Visitor
from playground.store import StoreError

CALLBACK, SIGN_OUT = "/oauth2callback", "/auth/logout"
"""Streamlit's routes where the provider sends people back to, and where they sign out."""
FOR_VISITORS = ("/media/", "/download/", "/_stcore/upload_file", "/_stcore/metrics")
"""Parts of paths at which pages keep files, and figures of all sessions."""
FONTS = "/static/media/"
SNAPSHOT_PATH = re.compile(r"/s/[^/]+\Z")
"""Who asks for a snapshot is told to it; it decides by itself who may read it."""

log = logging.getLogger(__name__)


class Doors(Protocol):
    """What lets people in and out; opened on first use, so that its methods may take a while."""

    def begin(self, cookie: SignInCookie) -> bool: ...
    def end(self, cookie: SignInCookie) -> None: ...
    def visitor(self, cookie: SignInCookie | None) -> Visitor: ...


class SignInGate:
    """Where people sign in, has the server keep each sign-in, from the provider's answer to signing out.

    `read` finds the signed cookie among a browser's cookies. A socket's scope gets it as `sign_in`, that of a request
    for a file or a snapshot who asks, as `visitor`, which is None for a snapshot where nobody may come in.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        read: Callable[[Mapping[str, str]], SignInCookie | None],
        doors: Callable[[], Doors],
    ) -> None:
        self.app = app
        self._read, self._doors = read, doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 403 where it is for visitors alone."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        cookie = self._read(HTTPConnection(scope).cookies)
        path: str = scope["path"]
        if scope["type"] == "websocket":
            await self.app({**scope, "sign_in": cookie}, receive, send)
        elif path.endswith(CALLBACK):
            await self.app(scope, receive, self._beginning(send, cookie))
        elif path.endswith(SIGN_OUT):
            if cookie is not None:
                await asyncio.to_thread(self._end, cookie)
            await self.app(scope, receive, send)
        elif _for_visitors(path):
            visitor = await asyncio.to_thread(self._admitted, cookie)
            if visitor is None:
                await PlainTextResponse("Sign in first.\n", 403)(scope, receive, send)
            else:
                await self.app({**scope, "visitor": visitor}, receive, send)
        elif SNAPSHOT_PATH.search(path):
            visitor = await asyncio.to_thread(self._admitted, cookie)
            await self.app({**scope, "visitor": visitor}, receive, send)
        else:
            await self.app(scope, receive, send)

    def _beginning(self, send: Send, before: SignInCookie | None) -> Send:
        """Begin the sign-in whose cookie is in the answer, and end the one that it takes the place of."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = self._read(_set_cookies(Headers(raw=message["headers"])))
                if cookie is not None:
                    await asyncio.to_thread(self._begin, cookie)
                    if before is not None and before.id != cookie.id:
                        await asyncio.to_thread(self._end, before)
            await send(message)

        return sending

    def _begin(self, cookie: SignInCookie) -> None:
        try:
            if not self._doors().begin(cookie):
                log.warning("not among those who may come in: %s, %s", cookie.email or "no address", cookie.owner.id)
        except StoreError as error:  # the page says so too, and then asks to sign in again
            log.error("a sign-in could not be kept: %s", error.message)

    def _end(self, cookie: SignInCookie) -> None:
        try:
            self._doors().end(cookie)
        except StoreError as error:
            log.error("a sign-in could not be ended: %s", error.message)

    def _admitted(self, cookie: SignInCookie | None) -> Visitor | None:
        try:
            return self._doors().visitor(cookie)
        except (NotAdmittedError, StoreError):
            return None


def _for_visitors(path: str) -> bool:
    """Streamlit's own fonts are for everybody."""
    others = path.replace(FONTS, "/")
    return any(part in others for part in FOR_VISITORS)


def _set_cookies(headers: Headers) -> dict[str, str]:
    """The cookies that an answer gives a browser, without those that it takes away."""
    found: dict[str, str] = {}
    for header in headers.getlist("set-cookie"):
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == "0" or not morsel.value:
                found.pop(name, None)
            else:
                found[name] = morsel.value
    return found
