"""A connection that was added in the page, and how it is stored: JSON without its keys."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import ValidationError

from playground.connections.configured import LONGEST_NAME
from playground.connections.settings import SettingError
from playground.providers import Connection
from playground.text.cleaning import line

KeyStorage = Literal["disk", "memory"]
"""Where a key is stored: on disk, encrypted, or in this process until that ends."""

MOST_CONNECTIONS = 100
PREFERENCE = "connections"
STORED_FIELDS = ("kind", "base_url", "account_id", "api")
LIMITS = (
    *("connect_timeout_s", "first_byte_timeout_s", "idle_timeout_s", "max_retries", "max_wait_s", "max_in_flight"),
    *("max_in_flight_per_model", "requests_per_minute", "max_answer_chars", "max_body_bytes"),
)
"""Fields of Connection that are stored where they are set."""
READ_FIELDS = (*STORED_FIELDS, *LIMITS, "gateway")
"""All that is read of what is stored, beside what is no field of Connection."""


@dataclass(frozen=True, slots=True)
class OwnConnection:
    """A connection that was added in the page; `problem` is why it cannot be used though it is switched on."""

    connection: Connection
    key_storage: KeyStorage = "disk"
    on: bool = True
    problem: str = ""
    keyed: bool = False
    """Whether a key was entered for it, which may not be there any more."""
    gateway_keyed: bool = False
    """The same of its gateway."""

    @property
    def name(self) -> str:
        """That of the connection: answers and models are named by it."""
        return self.connection.name

    @property
    def limits(self) -> tuple[str, ...]:
        """The timeouts and limits that are set for it."""
        return tuple(limit for limit in LIMITS if limit in self.connection.model_fields_set)

    @property
    def usable(self) -> bool:
        """Whether its models can be asked."""
        return self.on and not self.problem

    def stored(self) -> dict[str, Any]:
        """The JSON that is stored of it, without its key."""
        connection = self.connection
        settings = connection.model_dump(include={*STORED_FIELDS, *self.limits})
        keyed = self.keyed or connection.api_token is not None
        stored = {"name": self.name, **settings, "key_storage": self.key_storage, "on": self.on, "keyed": keyed}
        if connection.gateway is not None:
            stored["gateway"] = connection.gateway.model_dump(exclude={"token"}, exclude_defaults=True)
            stored["gateway_keyed"] = self.gateway_keyed or connection.gateway.token is not None
        return stored


def read_imported(value: Any) -> list[dict[str, Any]]:
    """The preference PREFERENCE out of a file, all switched off: nobody here has looked at their addresses.

    What no version reads is left out. Raises ValueError with the reason.
    """
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ValueError("connections are a list of objects")
    if len(value) > MOST_CONNECTIONS:
        raise ValueError(f"{len(value):,} connections are more than the {MOST_CONNECTIONS} that there may be")
    return [entry for entry in map(_read_entry, value) if entry is not None]


def _read_entry(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    name = entry.get("name")
    if not isinstance(name, str) or not name or "/" in name or line(name, LONGEST_NAME) != name:
        return None
    own = stored_connection(entry)
    return None if own is None else replace(own, on=False).stored()


def stored_connection(entry: Mapping[str, Any]) -> OwnConnection | None:
    """A connection as it is stored, without its keys; None for an entry that cannot be read."""
    try:
        connection = plain_connection(entry["name"], {field: entry[field] for field in READ_FIELDS if field in entry})
    except SettingError:
        return None
    return OwnConnection(
        connection,
        "memory" if entry.get("key_storage") == "memory" else "disk",
        on=bool(entry.get("on", True)),
        keyed=bool(entry.get("keyed")),
        gateway_keyed=bool(entry.get("gateway_keyed")),
    )


def rename_entry(entries: dict[str, Any], old: str, entry: dict[str, Any]) -> None:
    """Put an entry in the place of that of the old name."""
    others = [entry if name == old else other for name, other in entries.items()]
    entries.clear()
    entries.update({one["name"]: one for one in (others if entry in others else [*others, entry])})


def readable_entries(stored: Any) -> list[dict[str, Any]]:
    """The entries of a stored list that have a name."""
    return [
        entry
        for entry in (stored if isinstance(stored, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("name"), str)
    ]


def plain_connection(name: str, settings: Mapping[str, Any]) -> Connection:
    """A connection as it is described, whether or not it can be used. Raises SettingError."""
    try:
        return Connection.model_validate({**settings, "name": name})
    except ValidationError:
        raise SettingError("It is no connection that this version knows.") from None
