"""Model servers that run on this machine, found at the ports that they use by themselves."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from playground.connections.services import SERVICES, Service
from playground.errors import AuthenticationError, ProviderError
from playground.providers import Connection, open_provider

PATIENCE_S = 1.0
LOCAL_SERVICES = tuple(service for service in SERVICES if service.local)


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that answered, and how many models it has; None where it wants a key before it says so."""

    service: Service
    models: int | None


async def find_local_servers(services: Sequence[Service] = LOCAL_SERVICES) -> tuple[LocalServer, ...]:
    """The model servers among these that answer within PATIENCE_S, asked all at once for their lists of models.

    Nothing else is asked, and no key is sent. A port where something else listens is passed over.
    """
    found = await asyncio.gather(*map(_look, services))
    return tuple(server for server in found if server is not None)


async def _look(service: Service) -> LocalServer | None:
    connection = Connection(
        kind=service.kind,
        name=service.id,
        base_url=service.base_url,
        connect_timeout_s=PATIENCE_S,
        idle_timeout_s=PATIENCE_S,
        first_byte_timeout_s=PATIENCE_S,
        max_retries=0,
        max_body_bytes=1_000_000,
    )
    try:
        async with asyncio.timeout(2 * PATIENCE_S), open_provider(connection) as provider:
            return LocalServer(service, len(await provider.list_models()))
    except AuthenticationError:
        return LocalServer(service, None)
    except (ProviderError, TimeoutError):
        return None
