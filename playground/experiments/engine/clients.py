"""Clients of a connection that many requests share: a few each, because a client with many is slow.

The pool of an httpx client looks at all of its connections for each request (https://github.com/encode/httpx/issues/3215).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Self

from playground.models.catalog import Catalog
from playground.providers import Connection, Provider, open_provider

AT_ONE_CLIENT = 5
"""Requests that one client has on their way."""


@dataclass(eq=False, slots=True)
class _Client:
    provider: Provider
    busy: int = 0


class Clients:
    """Open clients of one connection, none of which repeats a request by itself; an async context manager."""

    def __init__(self, connection: Connection, catalog: Callable[[], Catalog]) -> None:
        self._connection = connection.model_copy(update={"max_retries": 0})
        if connection.paid_by_owner:
            self._connection = self._connection.for_owner_alone()
        self._catalog = catalog
        self._clients: list[_Client] = []
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Provider]:
        """A client that has room for one more request. Raises ProviderError."""
        client = self._free() or await self._opened()
        client.busy += 1
        try:
            yield client.provider
        finally:
            client.busy -= 1

    def _free(self) -> _Client | None:
        """The fullest of those with room, so that connections are used again before new ones are made."""
        free = [client for client in self._clients if client.busy < AT_ONE_CLIENT]
        return max(free, key=lambda client: client.busy, default=None)

    async def _opened(self) -> _Client:
        async with self._opening:
            if (free := self._free()) is not None:
                return free
            provider = await self._stack.enter_async_context(open_provider(self._connection, self._catalog))
            self._clients.append(_Client(provider))
            return self._clients[-1]
