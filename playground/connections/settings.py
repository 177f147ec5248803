"""What the environment and the secrets file say, read anew at each call."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from playground.connections.kinds import KINDS
from playground.errors import AuthenticationError
from playground.models.listed_ids import MOST_LISTED
from playground.providers.connection import Connection, Gateway
from playground.providers.http.credentials import account_id, cloudflare_headers, fits_header, token_headers
from playground.system.private_files import DATABASE, private_data_folder
from playground.text.cleaning import line

_APP = "llm-playground"
_INVISIBLE = "\ufeff\u200b"
_LONGEST_NAME = 100


class SettingError(Exception):
    """A setting that cannot be used: which, and what it should be. Holds no secret."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class LocalLimits(BaseModel):
    """How local models run: tokens of context for each conversation (None: as many as sensible), answers at once."""

    model_config = ConfigDict(frozen=True)

    context: int | None = Field(None, ge=256, le=1_048_576)
    slots: int = Field(4, ge=1, le=64)


class ImportLimits(BaseModel):
    """How much of what is imported is read: millions of characters."""

    model_config = ConfigDict(frozen=True)

    megabytes: int = Field(20, ge=1, le=2_000)


def data_dir() -> Path:
    """Where the database and fetched files are kept: PLAYGROUND_DATA_DIR, else the user's data directory.

    Absolute; it may not exist yet. Raises SettingError where the user has no home directory.
    """
    return _directory("PLAYGROUND_DATA_DIR") or _user_data_dir() / _APP


def open_data_dir() -> None:
    """Make the data directory where it is missing, and close it to others where it is ours.

    Where that cannot be, whoever uses it says so.
    """
    with suppress(OSError):
        private_data_folder(data_dir(), _user_data_dir() / _APP)


def most_listed() -> int:
    """PLAYGROUND_LISTED_MODELS, how many models of one server are offered; the default where it is no such number."""
    given = _variable("PLAYGROUND_LISTED_MODELS")
    return max(int(given), 1) if given.isdecimal() and len(given) < 9 else MOST_LISTED


def database_url() -> str:
    """PLAYGROUND_DATABASE_URL, which may hold a password, else SQLite in the data directory."""
    return _variable("PLAYGROUND_DATABASE_URL") or f"sqlite:///{data_dir() / DATABASE}"


def models_dir() -> Path | None:
    """The folder with more `.gguf` files: PLAYGROUND_MODELS_DIR, absolute; None where it is not set."""
    return _directory("PLAYGROUND_MODELS_DIR")


def local_limits() -> LocalLimits:
    """PLAYGROUND_LOCAL_CONTEXT and PLAYGROUND_LOCAL_SLOTS. Raises SettingError for no number, or one out of range."""
    names = {"context": "PLAYGROUND_LOCAL_CONTEXT", "slots": "PLAYGROUND_LOCAL_SLOTS"}
    given = {field: value for field, name in names.items() if (value := _variable(name))}
    try:
        return LocalLimits.model_validate(given)
    except ValidationError as error:
        problems = [
            f"{names[str(e['loc'][0])]}={given[str(e['loc'][0])]!r}: {_lower(e['msg'])}" for e in error.errors()
        ]
        raise SettingError("; ".join(problems) + ".") from None


def import_limits() -> ImportLimits:
    """PLAYGROUND_IMPORT_MB. Raises SettingError for no number, or one out of range."""
    value = _variable("PLAYGROUND_IMPORT_MB")
    try:
        return ImportLimits.model_validate({"megabytes": value} if value else {})
    except ValidationError as error:
        raise SettingError(f"PLAYGROUND_IMPORT_MB={value!r}: {_lower(error.errors()[0]['msg'])}.") from None


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
            found[name] = _connection(name, entry)
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
        said = {name: next(filter(None, map(_variable, names)), "") for name, names in kind.variables.items()}
        if any(said[name] for name in kind.enough):
            gateway = {"gateway": _environment_gateway()} if kind.cloudflare else {}
            entries[kind.name] = {"kind": id_, **{name: value for name, value in said.items() if value}, **gateway}
    return entries


def _environment_gateway() -> dict[str, str] | None:
    """AI Gateway by its name or its address; a token alone asks for none."""
    names = {"id": "CLOUDFLARE_GATEWAY_ID", "base_url": "CLOUDFLARE_GATEWAY_BASE_URL"}
    given = {field: value for field, name in names.items() if (value := _variable(name))}
    if given and (token := _variable("CLOUDFLARE_GATEWAY_TOKEN")):
        given["token"] = token
    return given or None


def _connection(name: str, entry: Any) -> Connection:
    if not isinstance(entry, Mapping):
        raise SettingError(f"Connection {name!r} must be a table with kind, base_url and so on.")
    if not name.isprintable() or line(name, _LONGEST_NAME) != name:
        raise SettingError(
            f"Connection {name[:_LONGEST_NAME]!r}: give it a shorter name, of characters that can be seen."
        )
    values = {**_plain(entry), "name": name}  # whatever it says: no two connections have one name
    kind = KINDS.get(str(values.get("kind")))
    if kind is not None and kind.address:
        values["base_url"] = values.get("base_url") or kind.address
    try:
        connection = Connection.model_validate(values)
    except ValidationError as error:
        # Never str(error): it quotes the values it was given.
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
    return error["msg"] if error["type"] == "prices" else _lower(error["msg"])


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
        return _lower(error.message).removesuffix(".")
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
    problem = None if gateway.base_url is None else _address_problem(gateway.base_url)
    return problem and f"gateway.{problem.replace('api_token', 'gateway.token')}"


def _address_problem(address: str) -> str | None:
    try:
        url = urlsplit(address)
        _ = url.port
    except ValueError:
        return "base_url is not a valid address"
    if url.scheme not in ("http", "https") or not url.hostname:
        return "base_url must begin with https:// or http:// and name a host"
    if url.username is not None or url.password is not None:
        return "base_url must not hold a user name or password; use api_token"
    if url.query or url.fragment:
        return "base_url must end before any ? or #"
    return None


def _plain(value: Any) -> Any:
    """Nested mappings as dicts, texts without the blanks and byte order marks that copying brings along."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return _stripped(value) if isinstance(value, str) else value


def _stripped(text: str) -> str:
    return text.strip().strip(_INVISIBLE).strip()


def _variable(name: str) -> str:
    return _stripped(os.environ.get(name, ""))


def _directory(name: str) -> Path | None:
    value = _variable(name)
    try:
        return Path(value).expanduser().absolute() if value else None
    except RuntimeError:
        raise SettingError(f"{name}={value!r}: there is no such home directory.") from None


def _user_data_dir() -> Path:
    """https://specifications.freedesktop.org/basedir-spec/latest/ and its counterparts on macOS and Windows."""
    try:
        home = Path.home()
    except RuntimeError:
        raise SettingError("There is no home directory. Set PLAYGROUND_DATA_DIR to a folder for data.") from None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    given = Path(os.environ.get("XDG_DATA_HOME", ""))
    return given if given.is_absolute() else home / ".local" / "share"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
