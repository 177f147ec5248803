"""A connection out of a curl command, as the documentation of services shows it: address, key and model."""

import json
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from playground.importing.commands.command import Command
from playground.importing.commands.curl import options
from playground.importing.commands.reading import find_curl
from playground.importing.imported import UnreadableError
from playground.providers.http.server_address import tidy_address, with_scheme
from playground.text.cleaning import line

_CLOUDFLARE = re.compile(r"^(?P<api>.*/client/v4)/accounts/(?P<account>[^/]+)(?:/ai(?:/run/(?P<model>.+)|/v1/.*)?)?$")
_MESSAGES = re.compile(r"/messages(?:/count_tokens|/batches)?/?$")
_CHAT = re.compile(r"/(?:chat/completions|completions|responses|messages|api/chat|api/generate|chat)/?$")
"""The endpoints that a chat is held at."""
_OTHER = re.compile(r"/(?:embeddings|images/\w+|audio/\w+|moderations|rerank|responses|completions)/?$")
"""Endpoints that stand behind the address of a server, beside those that `tidy_address` knows."""
_VARIABLE = re.compile(r"[$%<{\[]|^(?:x{3,}|\.{3}|\u2026|your[-_ ])", re.IGNORECASE)
"""A placeholder of a key in an example."""
_LONGEST = 100_000
_KEY_HEADERS = ("authorization", "x-api-key", "api-key")
_USER = "--user"
"""No header: the option that curl makes one of."""


@dataclass(frozen=True, slots=True)
class PastedConnection:
    """What a command says of a connection; "" for what it does not say."""

    kind: str
    base_url: str
    account_id: str = ""
    model: str = ""
    key: SecretStr | None = None
    note: str = ""
    """What has to be done beside it, in a sentence."""


def read_curl_connection(text: str) -> PastedConnection:
    """The connection that a curl command uses. Raises UnreadableError, whose sentence holds no key."""
    if len(text) > _LONGEST:
        raise UnreadableError(f"It is longer than {_LONGEST:,} characters: paste the one command.")
    command = find_curl(text)
    if command is None:
        raise UnreadableError("It is no curl command: paste one that begins with curl.")
    url, headers, body = _parts(command)
    url = with_scheme(url)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise UnreadableError("The address of the command is not valid.") from None
    if not parts.hostname or "$" in parts.hostname:
        raise UnreadableError("The command has no address such as https://api.example.com/v1/chat/completions.")
    key, note = _key(headers)
    where = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    if found := _CLOUDFLARE.match(where):
        account = "" if _VARIABLE.search(unquote(found["account"])) else found["account"]
        model = unquote(found["model"] or "") or body
        return PastedConnection("workers_ai", found["api"], account, line(model), key, note)
    if body and not _CHAT.search(parts.path):
        body = ""  # such as one for embeddings, or for pictures
    speaks_messages = _MESSAGES.search(parts.path) or "anthropic-version" in headers
    if speaks_messages:
        return PastedConnection("anthropic", _MESSAGES.sub("", where), "", line(body), key, note)
    where = tidy_address(where)
    return PastedConnection("openai_compatible", _OTHER.sub("", where), "", line(body), key, note)


def _parts(command: Command) -> tuple[str, dict[str, str], str]:
    """Address, headers by their names in small letters, and the model that the body names."""
    url, headers, model = "", {}, ""
    for option, value in options(command):
        if option == "--next":
            break
        if option == "--url":
            url = url or value
        elif option == "--header":
            name, _, content = value.partition(":")
            headers[name.strip().lower()] = content.strip()
        elif option == "--oauth2-bearer":
            headers["authorization"] = f"Bearer {value}"
        elif option == "--user":
            headers[_USER] = value
        elif option.startswith(("--data", "--json")):
            model = model or _model(value)
    return url, headers, model


def _model(body: str) -> str:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        found = re.search(r'"model"\s*:\s*"([^"\\]{1,200})"', body)
        return found[1] if found else ""
    model = value.get("model") if isinstance(value, dict) else None
    return model if isinstance(model, str) else ""


def _key(headers: dict[str, str]) -> tuple[SecretStr | None, str]:
    for name in _KEY_HEADERS:
        if name in headers:
            key = re.sub(r"^bearer\s+", "", headers[name], flags=re.IGNORECASE).strip()
            if not key or _VARIABLE.search(key):
                return None, "The command holds a name instead of a key: paste the key itself."
            return SecretStr(key), ""
    return None, "The user name and password of -u were not taken: enter the key." if _USER in headers else ""
