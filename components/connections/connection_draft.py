"""A connection that is being added or edited: what was entered so far, and what it is as a connection."""

import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from components.frame.process import own_connections
from playground.connections.kinds import KINDS
from playground.connections.own_connection import KeyStorage, OwnConnection
from playground.connections.services import Service, foreign_key
from playground.connections.settings import SettingError
from playground.providers import Gateway
from playground.providers.check import CheckStep
from playground.text.json_value import read_json

GATEWAY_FIELDS: Mapping[str, Any] = {
    name: info.get_default() for name, info in Gateway.model_fields.items() if name != "token"
}
"""What the form has of a gateway beside its key, with what stands for not set."""


@dataclass(slots=True, eq=False)
class ConnectionDraft:
    """The form so far, and its last check."""

    service: Service
    kind: str
    name: str
    base_url: str
    account_id: str = ""
    key_storage: KeyStorage = "disk"
    key: SecretStr | None = None
    model: str = ""
    """The model that a pasted command asks."""
    limits: dict[str, str] = field(default_factory=dict)
    """Timeouts and limits as they are written, by field; what is not set is left out."""
    api: str = ""
    """The endpoint, "" for that of its kind."""
    gateway: dict[str, Any] = field(default_factory=dict)
    """Settings of the AI Gateway without its key; without an id and an address there is none."""
    gateway_key: SecretStr | None = None
    edits: str = ""
    """The name of the connection that this replaces, "" for a new one."""
    note: str = ""
    problem: str = ""
    described: OwnConnection | None = None
    """What was checked last."""
    work: "Future[tuple[CheckStep, ...]] | None" = None
    checking: bool = False
    """Whether the check was going on when this run began."""
    id: str = field(default_factory=lambda: secrets.token_urlsafe(6))
    """Part of the keys of its fields: no other draft has the same ones."""

    @property
    def running(self) -> bool:
        """Whether the check is not over yet."""
        return self.work is not None and not self.work.done()

    @property
    def progress(self) -> tuple[str, float | None]:
        """What is being done, in a word."""
        return "Checking", None

    @property
    def failed(self) -> Sequence[CheckStep]:
        """The result, where something is wrong."""
        if self.work is None or self.checking or self.work.cancelled() or self.work.exception() is not None:
            return ()
        steps = self.work.result()
        return steps if any(step.ok is False for step in steps) else ()

    def field(self, name: str) -> str:
        """The key of a field of its form."""
        return f"draft-{self.id}-{name}"


def described(current: ConnectionDraft) -> tuple[OwnConnection | None, str]:
    """The connection that was entered; or None, and why it is none."""
    chosen = current.service
    if current.key is not None and (other := foreign_key(current.key.get_secret_value(), chosen)) is not None:
        return None, f"This looks like a key of {other.name}: it was not sent. Choose {other.name}, or enter another."
    if chosen.keys_at and current.key is None and not current.edits:
        return None, f"Enter the key: {chosen.name} answers nobody without one."
    try:
        return own_connections().described(current.name, _settings(current), current.key_storage), ""
    except SettingError as error:
        return None, error.message


def _settings(current: ConnectionDraft) -> dict[str, Any]:
    """What was entered as fields of a connection."""
    base_url = current.base_url or current.service.base_url
    settings: dict[str, Any] = {
        "kind": current.kind,
        "base_url": base_url,
        "account_id": current.account_id,
        **current.limits,
    }
    if current.key is not None:
        settings["api_token"] = current.key.get_secret_value()
    traits = KINDS[current.kind]
    if current.api in traits.apis:
        settings["api"] = current.api
    if traits.cloudflare and (current.gateway.get("id") or current.gateway.get("base_url")):
        key = {} if current.gateway_key is None else {"token": current.gateway_key.get_secret_value()}
        metadata = _metadata(current.gateway.get("metadata") or {})
        settings["gateway"] = {**current.gateway, **key, "metadata": metadata}
    return settings


def _metadata(typed: Any) -> Any:
    """The metadata of a gateway, as it is kept or as it was typed. Raises SettingError."""
    if not isinstance(typed, str):
        return typed
    try:
        value = read_json(typed)
    except ValueError as error:
        raise SettingError(f"Metadata is no JSON: {error}.") from None
    if not isinstance(value, dict) or not all(isinstance(item, str | int) for item in value.values()):
        raise SettingError(
            'Metadata is an object such as {"team": "docs"}: its values are texts, integers, true or false.'
        )
    return value
