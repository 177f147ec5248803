"""Where a server is asked, also where its address was written with one of the usual mistakes.

A pasted endpoint is taken off. The address of an OpenAI-compatible server without `/v1` is asked as it is, then with
`/v1`, and what answered is remembered for as long as the process lives. Only paths change: a token never goes to
another host.
"""

import re
from urllib.parse import urlsplit

import httpx

from playground.connections.kinds import CLOUDFLARE_API
from playground.errors import NotFoundError, ProtocolError, ProviderError
from playground.providers.connection import Connection
from playground.providers.http.record import masked_url

_ENDPOINT = re.compile(r"/chat/completions$", re.IGNORECASE)
_ENDPOINT_BELOW = re.compile(
    r"(?<=/)(v\d+[a-z0-9]*|openai|api)"
    r"/(?:completions|responses|models|embeddings|messages|chat|generate|tags)$",
    re.IGNORECASE,
)
"""Endpoints that may also be the end of a real address, so that they are known by what stands before them."""
_TWICE = re.compile(r"(/v\d+)\1(?=/|$)")
_VERSION = re.compile(r"/v\d+[a-z0-9]*(?=/|$)", re.IGNORECASE)
_VERSION_AT_END = re.compile(r"/v\d+[a-z0-9]*$", re.IGNORECASE)
_SPEAKS_OF_A_MODEL = re.compile(r"\bmodel\b", re.IGNORECASE)

_ANSWERS = frozenset(
    {"authentication", "permission", "bad_request", "not_found", "context_overflow", "rate_limited", "quota_exhausted"}
)
"""Kinds of errors that only a model server has, so that its address is the right one."""

_found: dict[str, str] = {}
"""Addresses that answered, by those that were written."""


def forget_addresses() -> None:
    """Look for every server as if for the first time."""
    _found.clear()


def tidy_address(base_url: str) -> str:
    """An address without what is surely a mistake: an endpoint at its end, slashes too many, a version twice.

    A query stays. Whatever is no address at all stays as it is.
    """
    base_url = base_url.strip()
    try:
        url = urlsplit(base_url)
    except ValueError:  # brackets that do not match
        return base_url
    if not url.netloc:
        return base_url
    path, before = re.sub(r"/{2,}", "/", url.path).rstrip("/"), None
    while path != before:
        before = path
        path = _ENDPOINT_BELOW.sub(r"\1", _ENDPOINT.sub("", _TWICE.sub(r"\1", path))).rstrip("/")
    return url._replace(path=path).geturl()


def versioned(base_url: str) -> str:
    """The same with `/v1` at its end, where no version is."""
    base_url = tidy_address(base_url)
    return base_url if _VERSION_AT_END.search(urlsplit(base_url).path) else f"{base_url}/v1"


def asked_at(base_url: str) -> str:
    """The address that is asked for one that was written."""
    base_url = tidy_address(base_url)
    return _found.get(base_url, base_url)


def cloudflare_api(base_url: str) -> str:
    """The address of Cloudflare's API without the account and what comes after it, which every request adds anew."""
    base_url = re.sub(r"/accounts(?:/.*)?$", "", base_url.strip().rstrip("/"))
    return CLOUDFLARE_API if base_url in ("", "https://api.cloudflare.com") else base_url


def cloudflare_gateway(base_url: str) -> str:
    """The address of an AI Gateway without a provider's name and what comes after it."""
    return re.sub(r"/(?:workers-ai|compat)(?:/.*)?$", "", base_url.strip().rstrip("/"))


def server_of(connection: Connection) -> str:
    """The server that a connection leads to, the same however its address is written; "local" on this machine.

    Without a query and without what stands before an @, either of which may hold a key.
    """
    if connection.traits.here:
        return "local"
    if connection.gateway is not None and connection.gateway.base_url:
        address = cloudflare_gateway(connection.gateway.base_url)
    elif connection.traits.cloudflare:
        address = cloudflare_api(connection.base_url)
    else:
        address = tidy_address(connection.base_url)
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # brackets that do not match, or a port that is none
        return ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path.rstrip('/').removesuffix('/v1')}".lower()


class AddressSearch:
    """One request's way to the right address: `place` is where to ask next.

    search = AddressSearch(base_url, "GET", "/models")
    while True:
        try: … ask at search.place …
        except ProviderError as error: search.miss(error)   # the next place, or the error is raised
        else: search.found(); return …
    """

    def __init__(self, base_url: str, method: str, path: str) -> None:
        self._base_url = tidy_address(base_url)
        self._places = _places(self._base_url)
        self._request = method, path
        self._tried = 0

    @property
    def address(self) -> str:
        """The address to ask at, without the endpoint."""
        return self._places[self._tried]

    def found(self) -> str | None:
        """Remember that the server answers at this place; a sentence for whoever asked, where that is news."""
        if asked_at(self._base_url) == self.address:
            return None
        if self.address == self._base_url:
            del _found[self._base_url]
            return None
        _found[self._base_url] = self.address
        written, asked = shown_address(self._base_url), shown_address(self.address)
        return f"At {written} the server has no such address: from now on {asked} is asked."

    def miss(self, error: ProviderError) -> None:
        """Go on to the next place where nothing was at this one; else raise the error, which says what was asked."""
        if not _is_miss(error):
            if error.kind in _ANSWERS:
                self.found()
            raise error
        self._tried += 1
        if self._tried == len(self._places):
            error.hint = self._hint(error)
            raise error

    def _hint(self, error: ProviderError) -> str:
        method, path = self._request
        asked = (
            f"Asked was {', then '.join(f'{method} {shown_address(_with(place, path))}' for place in self._places)}."
        )
        if isinstance(error, ProtocolError):
            return f"{asked} {error.hint}"
        if len(self._places) > 1:
            return f"{asked} The address of such a server mostly ends in /v1, such as http://localhost:11434/v1."
        return f"{asked} Check the connection's address: it is what stands before {path}."


def _places(base_url: str) -> tuple[str, ...]:
    """Where a server may be, the likeliest first: as written, and with `/v1` where that holds no version."""
    url = urlsplit(base_url)
    paths = [url.path]
    if not _VERSION.search(url.path):
        paths.append(f"{url.path}/v1")
        if url.path.endswith("/api"):  # Ollama's own API is there, and its OpenAI-compatible one is not
            paths.append(f"{url.path.removesuffix('/api')}/v1")
    return tuple(dict.fromkeys((asked_at(base_url), *(url._replace(path=path).geturl() for path in paths))))


def _is_miss(error: ProviderError) -> bool:
    """Whether an error says that there is nothing of the kind at an address, and not that a model is unknown there."""
    if isinstance(error, ProtocolError):
        return True
    return isinstance(error, NotFoundError) and not _SPEAKS_OF_A_MODEL.search(error.server_words)


def _with(base_url: str, path: str) -> str:
    url = urlsplit(base_url)
    return url._replace(path=url.path + path).geturl()


def address_notes(connection: Connection) -> list[str]:
    """What is different between the address of a connection that was written and the one that is asked."""
    if connection.traits.cloudflare:
        given, tidy = connection.base_url.strip().rstrip("/"), cloudflare_api(connection.base_url)
        return (
            [f"Account and endpoint are added to the address: {shown_address(tidy)} is asked."] if given != tidy else []
        )
    if not connection.traits.listed:
        return []
    given, tidy = connection.base_url.strip().rstrip("/"), tidy_address(connection.base_url)
    notes = (
        []
        if given == tidy
        else [f"The server's address is what stands before its endpoints: {shown_address(tidy)} is asked."]
    )
    if (asked := asked_at(connection.base_url)) != tidy:
        notes.append(
            f"The server answers at {shown_address(asked)}, and not at {shown_address(tidy)}: write that address."
        )
    return notes


def shown_address(url: str) -> str:
    """An address that may be shown."""
    try:
        return masked_url(httpx.URL(url))
    except httpx.InvalidURL:
        return "an address that cannot be read"
