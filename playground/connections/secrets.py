"""The secrets of a connection, each with the place that it is for and the server that it may be sent to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from playground.providers import Connection
from playground.providers.http.server_address import server_of

GATEWAY_PLACE = "/gateway"
"""The place of an AI Gateway's key. No name has a slash."""
PLACES = ("", GATEWAY_PLACE)


@dataclass(frozen=True, slots=True)
class Secret:
    """A key, None where there is none, and what it is sent to: it may go nowhere else."""

    key: SecretStr | None
    server: str


def kept_secrets(connection: Connection) -> Mapping[str, Secret]:
    """By place. Through a gateway of another address both keys go there."""
    gateway = connection.gateway
    server = server_of(connection)
    if gateway is not None and gateway.base_url:
        server = f"{server} through {gateway.base_url}"
    found = {"": Secret(connection.api_token, server)}
    if gateway is not None:
        found[GATEWAY_PLACE] = Secret(gateway.token, server)
    return found


def with_key(connection: Connection, place: str, key: SecretStr | None) -> Connection:
    """The connection with a key in a place."""
    if place == GATEWAY_PLACE and connection.gateway is not None:
        return connection.model_copy(update={"gateway": connection.gateway.model_copy(update={"token": key})})
    return connection.model_copy(update={"api_token": key})


def with_secret(settings: Mapping[str, Any], place: str, key: str) -> dict[str, Any]:
    """Settings of a connection, as they are written, with a key in a place."""
    if place == GATEWAY_PLACE:
        return {**settings, "gateway": {**settings["gateway"], "token": key}}
    return {**settings, "api_token": key}
