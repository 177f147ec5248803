"""From the description of a connection to a provider that can be asked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from playground.catalog import Catalog, shipped
from playground.providers.base import Provider
from playground.providers.connection import Connection
from playground.providers.server import ModelServer
from playground.providers.workers_ai import WorkersAI


@asynccontextmanager
async def open_provider(connection: Connection, catalog: Callable[[], Catalog] = shipped) -> AsyncIterator[Provider]:
    """The provider of a connection, ready to be asked; leaving closes its sockets.

    `catalog` answers with the models of Workers AI as they are known at the moment. Nothing is sent yet. Raises
    ProviderError where the connection cannot be used at all.
    """
    opening: AbstractAsyncContextManager[Provider]
    match connection.kind:
        case "workers_ai":
            opening = WorkersAI(connection, catalog)
        case "openai_compatible":
            opening = ModelServer(connection)
        case "local":
            opening = await asyncio.to_thread(_local, connection)
    async with opening as provider:
        yield provider


def _local(connection: Connection) -> AbstractAsyncContextManager[Provider]:
    from playground.providers.local import LocalProvider  # loads what only local models need

    return LocalProvider(connection)
