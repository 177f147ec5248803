"""Opens the provider of a connection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from playground.models.catalog import Catalog, shipped
from playground.providers.base import Provider
from playground.providers.connection import Connection
from playground.providers.server import ModelServer
from playground.providers.workers_ai import WorkersAI

if TYPE_CHECKING:
    from playground.providers.local import LocalProvider


@asynccontextmanager
async def open_provider(connection: Connection, catalog: Callable[[], Catalog] = shipped) -> AsyncIterator[Provider]:
    """The provider of a connection; leaving closes its sockets.

    `catalog` returns the current models of Workers AI. Nothing is sent yet. Raises ProviderError where the connection
    cannot be used at all.
    """
    if connection.traits.here:
        provider = await asyncio.to_thread(closed_provider, connection, catalog)
    else:
        provider = closed_provider(connection, catalog)
    async with provider:
        yield provider


def closed_provider(
    connection: Connection, catalog: Callable[[], Catalog] = shipped
) -> "WorkersAI | ModelServer | LocalProvider":
    """The provider without its sockets, which can make requests and not send them."""
    if connection.traits.cloudflare:
        return WorkersAI(connection, catalog)
    if connection.traits.here:
        from playground.providers.local import LocalProvider  # loads what only local models need

        return LocalProvider(connection)
    return ModelServer(connection)
