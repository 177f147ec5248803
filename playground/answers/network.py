"""The asyncio loop, on a daemon thread, for all connections to model servers."""

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from playground.models.catalog import Catalog, shipped
from playground.providers import Connection, Provider, open_provider

_T = TypeVar("_T")

MOST_OPEN = 200
"""Providers that stay open, for connections that are edited or removed leave theirs behind."""


@dataclass(frozen=True, slots=True)
class _OpenProvider:
    connection: Connection
    catalog: Callable[[], Catalog]
    provider: Provider
    stack: AsyncExitStack


class Network:
    """A running loop and the providers that are open on it, one for each connection and catalogue."""

    def __init__(self) -> None:
        self.loop = _new_loop()
        self._open: list[_OpenProvider] = []
        """The most recently used one is last."""
        self._opening: asyncio.Lock | None = None
        threading.Thread(target=self._run, name="network", daemon=True).start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    async def provider(self, connection: Connection, catalog: Callable[[], Catalog] = shipped) -> Provider:
        """The open provider of a connection, with the models of `catalog`; to be awaited on this loop."""
        self._opening = self._opening or asyncio.Lock()
        async with self._opening:
            for number, known in enumerate(self._open):
                if (known.connection, known.catalog) == (connection, catalog):
                    self._open.append(self._open.pop(number))
                    return known.provider
            stack = AsyncExitStack()
            provider = await stack.enter_async_context(open_provider(connection, catalog))
            self._open.append(_OpenProvider(connection, catalog, provider, stack))
            if len(self._open) > MOST_OPEN:
                await self._open.pop(0).stack.aclose()
            return provider

    def submit(self, work: Coroutine[Any, Any, _T]) -> "Future[_T]":
        """Run a coroutine on the loop from any thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)


def _new_loop() -> asyncio.AbstractEventLoop:
    """uvloop's where there is one (not on Windows): a piece of an answer costs a fifth less processor time."""
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()


@lru_cache(maxsize=1)
def network() -> Network:
    """The network of the process, started by the first call."""
    return Network()
