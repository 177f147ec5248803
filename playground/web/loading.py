"""Imports what takes long while the browser loads the page: ASGI middleware."""

import asyncio
import threading
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class Loading:
    """Begins to load when the server starts, and lets sockets in once all is there: pages run for sockets alone.

    So one thread imports, and nobody finds a module half imported.
    """

    def __init__(self, app: ASGIApp, load: Callable[[], object]) -> None:
        self.app = app
        self._thread = threading.Thread(target=load, name="loading", daemon=True)
        self._thread.start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, a socket when all is loaded."""
        if scope["type"] == "websocket" and self._thread.is_alive():
            await asyncio.to_thread(self._thread.join)
        await self.app(scope, receive, send)
