"""ASGI middleware that does slow imports while the browser loads the page."""

import asyncio
import threading
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class Loading:
    """Imports on a thread when the server starts, and holds sockets back until all is imported.

    Pages run only for sockets, so no other thread sees a half-imported module.
    """

    def __init__(self, app: ASGIApp, load: Callable[[], object]) -> None:
        self.app = app
        self._thread = threading.Thread(target=load, name="loading", daemon=True)
        self._thread.start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, a socket only when all is imported."""
        if scope["type"] == "websocket" and self._thread.is_alive():
            await asyncio.to_thread(self._thread.join)
        await self.app(scope, receive, send)
