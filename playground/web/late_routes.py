"""Routes whose modules take long to import: they are made once the server is up, and pages are served meanwhile."""

import asyncio
import re
import threading
from collections.abc import Callable, Sequence

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound, Router
from starlette.types import Receive, Scope, Send


class LateRoutes(BaseRoute):
    """Routes of the form /NAME/…, at the root and below any base path, made when one of them is first asked for.

    They wait for `ready`: until then another thread imports, and nobody may see a half-imported module.
    """

    def __init__(self, names: Sequence[str], make: Callable[[], Sequence[BaseRoute]], ready: threading.Event) -> None:
        self._path = re.compile(rf"/(?:{'|'.join(map(re.escape, names))})/[^/]+\Z")
        self._make, self._ready = make, ready
        self._lock = threading.Lock()
        self._router: Router | None = None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for one of them."""
        found = scope["type"] == "http" and self._path.search(scope["path"])
        return (Match.FULL if found else Match.NONE), {}

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        """None of them has a name."""
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        router = await asyncio.to_thread(self._made) if self._router is None else self._router
        await router(scope, receive, send)

    def _made(self) -> Router:
        self._ready.wait()
        with self._lock:
            if self._router is None:
                self._router = Router(self._make())
            return self._router
