"""A curl command as a request: https://curl.se/docs/manpage.html. Tokens are left where they were."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from playground.importing.body import read_body
from playground.importing.imported import Imported, UnreadableError
from playground.importing.shell import Command
from playground.text import clean

_MODEL = re.compile(r"/(?:ai/run|workers-ai(?:/run)?)/((?!v1/).+)$")
_SECRET_HEADERS = frozenset(
    {"authorization", "cf-aig-authorization", "api-key", "x-api-key", "x-auth-key", "x-auth-email", "cookie"}
)
_IDLE_HEADERS = frozenset({"content-type", "accept", "user-agent", "accept-encoding", "content-length", "host"})
_DATA = frozenset({"--data", "--data-ascii", "--data-raw", "--data-binary", "--json"})
_SHORT = {"d": "--data", "H": "--header", "X": "--request", "u": "--user", "F": "--form", "G": "--get"}
_SHORT_WITH_VALUE = frozenset("dHXuFAebcomwxTKECQrtyYz")
_WITH_VALUE = _DATA | {
    *("--header", "--request", "--user", "--url", "--form", "--data-urlencode", "--user-agent", "--referer"),
    *("--cookie", "--cookie-jar", "--output", "--max-time", "--connect-timeout", "--retry", "--retry-delay"),
    *("--write-out", "--proxy", "--cacert", "--cert", "--key", "--resolve", "--oauth2-bearer", "--upload-file"),
    *("--config", "--retry-max-time", "--keepalive-time", "--limit-rate", "--speed-limit", "--speed-time"),
}
_SECRET_OPTIONS = frozenset({"--user", "-u", "--oauth2-bearer", "--cookie", "-b", "--key", "--cert"})
_NOT_BODIES = frozenset({"--form", "--data-urlencode", "--upload-file", "-T", "--get", "--config", "-K"})


@dataclass(slots=True)
class _Given:
    url: str = ""
    pieces: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    joined: str = "&"


def read_curl(command: Command) -> Imported:
    """What a curl command asks of a model. Raises UnreadableError where it has no JSON body."""
    given = _Given()
    for option, value in _options(command.words[1:]):
        _take(given, option, value, command.stdin)
    body = given.joined.join(given.pieces)
    if not body.strip():
        raise UnreadableError("The command has no body: --data, --data-raw or --json with the JSON that is sent.")
    try:
        value = json.loads(body, strict=False)
    except RecursionError:
        raise UnreadableError("The body of the command is nested too deeply.") from None
    except ValueError as error:
        raise UnreadableError(f"The body of the command is not JSON: {error}.") from None
    found = read_body(value)
    if command.variables:
        found.notes.append("Variables of the shell, such as $NAME, were taken as they are written.")
    path = unquote(urlsplit(given.url).path)
    if named := _MODEL.search(path):
        found.model = clean(named[1].removesuffix("/"))
    elif not found.model:
        found.notes.append("The address names no model.")
    found.notes += _about_headers(given.headers) + given.notes
    return found


def _options(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Options by their long names with their values; an address is the value of --url."""
    rest = iter(words)
    for word in rest:
        if word.startswith("--") and len(word) > 2:
            name, equals, value = word.partition("=")
            if equals and name in _WITH_VALUE:
                yield name, value
            else:
                yield word, next(rest, "") if word in _WITH_VALUE else ""
        elif word.startswith("-") and len(word) > 1:
            for number, letter in enumerate(word[1:], 1):
                name = _SHORT.get(letter, f"-{letter}")
                if letter in _SHORT_WITH_VALUE:
                    yield name, word[number + 1 :] or next(rest, "")
                    break
                yield name, ""
        elif word:
            yield "--url", word


def _take(given: _Given, option: str, value: str, stdin: str | None) -> None:
    if option == "--url":
        given.url = given.url or value
    elif option == "--header":
        given.headers.append(value)
    elif option in _DATA:
        if option == "--json":
            given.joined = ""
        given.pieces += _data(given, option, value, stdin)
    elif option in _SECRET_OPTIONS:
        given.notes.append(f"{option} left out: credentials are never taken over.")
    elif option in _NOT_BODIES:
        given.notes.append(f"{option} left out: only JSON bodies are understood.")


def _data(given: _Given, option: str, value: str, stdin: str | None) -> list[str]:
    if not value.startswith("@") or option == "--data-raw":
        return [value]
    if value in ("@-", "@/dev/stdin") and stdin is not None:
        return [stdin.replace("\n", "").replace("\r", "") if option in ("--data", "--data-ascii") else stdin]
    raise UnreadableError(f"The body is in the file {value[1:]!r}, which cannot be read from here: paste it instead.")


def _about_headers(headers: list[str]) -> list[str]:
    notes = []
    for name in dict.fromkeys(header.partition(":")[0].strip().lower() for header in headers):
        if name in _SECRET_HEADERS:
            notes.append(f"The header {name} left out: credentials are never taken over.")
        elif name.startswith("cf-aig-"):
            notes.append(f"The header {name} left out: AI Gateway is set up with the connection.")
        elif name not in _IDLE_HEADERS and name != "x-session-affinity":
            notes.append(f"The header {name} left out.")
    return notes
