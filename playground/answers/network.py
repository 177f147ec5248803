"""The one asyncio loop, on one daemon thread, that owns all input and output to model servers."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import AsyncExitStack
from functools import lru_cache
from typing import Any, TypeVar

from playground.models.catalog import Catalog, shipped
from playground.providers import Connection, Provider, open_provider

_T = TypeVar("_T")


class Network:
    """A running loop and the providers that are open on it, one for each connection and catalogue."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._open: list[tuple[Connection, Callable[[], Catalog], Provider]] = []
        self._opening: asyncio.Lock | None = None
        self._stack = AsyncExitStack()
        threading.Thread(target=self._run, name="network", daemon=True).start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    async def provider(self, connection: Connection, catalog: Callable[[], Catalog] = shipped) -> Provider:
        """The open provider of a connection, which knows the models of `catalog`; to be awaited on this loop."""
        self._opening = self._opening or asyncio.Lock()
        async with self._opening:
            for known, models, provider in self._open:
                if (known, models) == (connection, catalog):
                    return provider
            provider = await self._stack.enter_async_context(open_provider(connection, catalog))
            self._open.append((connection, catalog, provider))
            return provider

    def submit(self, work: Coroutine[Any, Any, _T]) -> "Future[_T]":
        """Run a coroutine on the loop from any thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)


@lru_cache(maxsize=1)
def network() -> Network:
    """The process's network, started when first asked for."""
    return Network()
