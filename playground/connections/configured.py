"""The connections that the environment and the secrets file set up, read anew at each call."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from playground.connections.kinds import KINDS
from playground.connections.settings import SettingError, local_limits, lower, models_dir, stripped, variable
from playground.errors import AuthenticationError
from playground.providers.connection import Connection, Gateway
from playground.providers.http.credentials import account_id, cloudflare_headers, fits_header, token_headers
from playground.text.cleaning import line

LONGEST_NAME = 100


def connections(secrets: Mapping[str, Any] | None = None) -> dict[str, Connection]:
    """Every connection that is set up, by name: those of the environment, those of `secrets`, and "local".

    `secrets` is the `[connections]` table of secrets.toml: a mapping for each name; it wins over the environment.
    Entries that cannot be used are left out; `connection_problems` says why.
    """
    return _read(secrets)[0]


def connection_problems(secrets: Mapping[str, Any] | None = None) -> dict[str, str]:
    """A sentence for each connection that cannot be used, by name; no sentence holds a secret."""
    return _read(secrets)[1]


def _read(secrets: Mapping[str, Any] | None) -> tuple[dict[str, Connection], dict[str, str]]:
    found: dict[str, Connection] = {"local": Connection(kind="local", name="local")}
    problems: dict[str, str] = {}
    for name, entry in {**_environment(), **(secrets or {})}.items():
        try:
            found[name] = read_connection(name, entry)
        except SettingError as error:
            problems[name] = error.message
    try:
        local_limits()
        folder = models_dir()
        if folder is not None and not folder.is_dir():
            raise SettingError(f"PLAYGROUND_MODELS_DIR: {folder} is not a folder that can be read.")
    except SettingError as error:
        problems.setdefault("local", error.message)
    return found, problems


def _environment() -> dict[str, dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = {}
    for id_, kind in KINDS.items():
        values = {name: next(filter(None, map(variable, names)), "") for name, names in kind.variables.items()}
        if any(values[name] for name in kind.enough):
            gateway = {"gateway": _environment_gateway()} if kind.cloudflare else {}
            entries[kind.name] = {"kind": id_, **{name: value for name, value in values.items() if value}, **gateway}
    return entries


def _environment_gateway() -> dict[str, str] | None:
    """AI Gateway by its name or its address; a token alone asks for none."""
    names = {"id": "CLOUDFLARE_GATEWAY_ID", "base_url": "CLOUDFLARE_GATEWAY_BASE_URL"}
    gateway = {field: value for field, name in names.items() if (value := variable(name))}
    if gateway and (token := variable("CLOUDFLARE_GATEWAY_TOKEN")):
        gateway["token"] = token
    return gateway or None


def read_connection(name: str, entry: Any) -> Connection:
    """A connection from the mapping that describes it. Raises SettingError, whose sentence holds no secret."""
    if not isinstance(entry, Mapping):
        raise SettingError(f"Connection {name!r} must be a table with kind, base_url and so on.")
    if not name.isprintable() or line(name, LONGEST_NAME) != name:
        raise SettingError(
            f"Connection {name[:LONGEST_NAME]!r}: give it a shorter name, of characters that can be seen."
        )
    values = {**_plain(entry), "name": name}  # whatever it says: no two connections have one name
    kind = KINDS.get(str(values.get("kind")))
    if kind is not None and kind.address:
        values["base_url"] = values.get("base_url") or kind.address
    try:
        connection = Connection.model_validate(values)
    except ValidationError as error:
        # Never str(error): it quotes the values.
        problems = [
            f"{'.'.join(map(str, e['loc']))}: {_wrong(e)}" for e in error.errors() if e["type"] not in _OF_OTHERS
        ]
        raise SettingError(f"Connection {name!r}: {'; '.join(problems)}.") from None
    if problem := _problem(connection):
        raise SettingError(f"Connection {name!r}: {problem}.")
    return connection


_OF_OTHERS = ("default_factory_not_called",)
"""What follows from another field's error."""


def _wrong(error: ErrorDetails) -> str:
    """What is wrong with a value, or with a name that is none, without the value."""
    if error["type"] == "extra_forbidden":
        known = sorted((Gateway if "gateway" in error["loc"] else Connection).model_fields.keys() - {"name"})
        meant = get_close_matches(str(error["loc"][-1]), known, n=1, cutoff=0.5)
        return (
            f"there is no such setting; {f'perhaps {meant[0]} is meant' if meant else 'there are ' + ', '.join(known)}"
        )
    return error["msg"] if error["type"] == "prices" else lower(error["msg"])


def _problem(connection: Connection) -> str | None:
    kind = connection.traits
    if problem := _of_other_kinds(connection):
        return problem
    if kind.here:
        return None
    if connection.name == "local":
        return "the name local is that of the models on this machine; choose another"
    try:
        if kind.cloudflare:
            account_id(connection)
            cloudflare_headers(connection)
        else:
            token_headers(connection)
    except AuthenticationError as error:
        return lower(error.message).removesuffix(".")
    return _address_problem(connection.base_url) or _gateway_problem(connection.gateway)


def _of_other_kinds(connection: Connection) -> str | None:
    """What is set and can be for connections of other kinds alone."""
    if connection.traits.listed:
        return None
    servers = f"servers of the kinds {' and '.join(name for name, kind in KINDS.items() if kind.listed)} alone"
    if connection.prices:
        return f"prices can be set for {servers}; those of other models are in the catalogue"
    if connection.vision is not None:
        return f"vision can be set for {servers}; of other models the catalogue says what they see"
    return None


def _gateway_problem(gateway: Gateway | None) -> str | None:
    if gateway is None:
        return None
    if not all(map(fits_header, (gateway.id, gateway.token.get_secret_value() if gateway.token else ""))):
        return "the gateway's id or token holds blanks or other characters that none has"
    if not (gateway.cache_key or "").isascii() or not (gateway.cache_key or "").isprintable():
        return "the gateway's cache_key holds characters that no header can"
    problem = None if gateway.base_url is None else _address_problem(gateway.base_url)
    return problem and f"of the gateway, {problem.replace('key (api_token)', 'token')}"


def _address_problem(address: str) -> str | None:
    try:
        url = urlsplit(address)
        _ = url.port
    except ValueError:
        return "the address (base_url) is not valid"
    if url.scheme not in ("http", "https") or not url.hostname:
        return "the address (base_url) must begin with https:// or http:// and name a host"
    if url.username is not None or url.password is not None:
        return "the address (base_url) must hold no user name or password: the key (api_token) is for that"
    if url.query or url.fragment:
        return "the address (base_url) must end before any ? or #"
    return None


def _plain(value: Any) -> Any:
    """Nested mappings as dicts, texts without the blanks and byte order marks that copying brings along."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return stripped(value) if isinstance(value, str) else value
