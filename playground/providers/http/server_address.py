"""Corrects addresses of servers that were written with one of the usual mistakes.

An endpoint at the end is removed. An OpenAI-compatible server without `/v1` is tried as it is, then with `/v1`, and
the address that answered is remembered for as long as the process lives. Only paths change: a token never goes to
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
"""Endpoints that are removed only after one of these segments, for they may also end a real address."""
_LOOPBACK = re.compile(r"(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/]|$)", re.IGNORECASE)
_TWICE = re.compile(r"(/v\d+)\1(?=/|$)")
_VERSION = re.compile(r"/v\d+[a-z0-9]*(?=/|$)", re.IGNORECASE)
_VERSION_AT_END = re.compile(r"/v\d+[a-z0-9]*$", re.IGNORECASE)
_NAMES_MODEL = re.compile(r"\bmodel\b", re.IGNORECASE)

_SERVER_ERRORS = frozenset(
    {"authentication", "permission", "bad_request", "not_found", "context_overflow", "rate_limited", "quota_exhausted"}
)
"""Kinds of errors that only a model server sends, so that the address is right."""

_found: dict[str, str] = {}
"""Addresses that answered, by the written ones."""


def forget_addresses() -> None:
    """Forget all addresses that answered."""
    _found.clear()


def tidy_address(base_url: str) -> str:
    """An address without obvious mistakes: an endpoint at its end, double slashes, a double version.

    A query stays. A text that is no address stays unchanged.
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


def with_scheme(address: str) -> str:
    """An address as it is typed, with the scheme that is left out: http for one of this machine, else https."""
    address = address.strip()
    if not address or "://" in address:
        return address
    return f"{'http' if _LOOPBACK.match(address) else 'https'}://{address}"


def versioned(base_url: str) -> str:
    """The tidy address with `/v1` at its end if it has no version."""
    base_url = tidy_address(base_url)
    return base_url if _VERSION_AT_END.search(urlsplit(base_url).path) else f"{base_url}/v1"


def resolved_address(base_url: str) -> str:
    """The address that is used for a written one."""
    base_url = tidy_address(base_url)
    return _found.get(base_url, base_url)


def cloudflare_api(base_url: str) -> str:
    """The address of Cloudflare's API without the account and what follows, which every request adds."""
    base_url = re.sub(r"/accounts(?:/.*)?$", "", base_url.strip().rstrip("/"))
    return CLOUDFLARE_API if base_url in ("", "https://api.cloudflare.com") else base_url


def cloudflare_gateway(base_url: str) -> str:
    """The address of an AI Gateway without the provider and what follows."""
    return re.sub(r"/(?:workers-ai|compat)(?:/.*)?$", "", base_url.strip().rstrip("/"))


def server_of(connection: Connection) -> str:
    """A normalized name of a connection's server; "local" on this machine.

    Without a query and credentials, which may be secret.
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
    """Finds the right address for one request: `address` is the one to try next.

    search = AddressSearch(base_url, "GET", "/models")
    while True:
        try: … send to search.address …
        except ProviderError as error: search.miss(error)   # the next address, or the error is raised
        else: search.found(); return …
    """

    def __init__(self, base_url: str, method: str, path: str) -> None:
        self._base_url = tidy_address(base_url)
        self._candidates = _candidates(self._base_url)
        self._request = method, path
        self._tried = 0

    @property
    def address(self) -> str:
        """The address to try now, without the endpoint."""
        return self._candidates[self._tried]

    def found(self) -> str | None:
        """Remember the current address as the right one; returns a note for people if it is new."""
        if resolved_address(self._base_url) == self.address:
            return None
        if self.address == self._base_url:
            del _found[self._base_url]
            return None
        _found[self._base_url] = self.address
        written, used = displayed_address(self._base_url), displayed_address(self.address)
        return f"At {written} the server has no such address: from now on {used} is asked."

    def miss(self, error: ProviderError) -> None:
        """Try the next address if the error says that there is no server at this one; else raise the error."""
        if not _is_miss(error):
            if error.kind in _SERVER_ERRORS:
                self.found()
            raise error
        self._tried += 1
        if self._tried == len(self._candidates):
            error.hint = self._hint(error)
            raise error

    def _hint(self, error: ProviderError) -> str:
        method, path = self._request
        urls = (displayed_address(_with(address, path)) for address in self._candidates)
        attempts = f"Asked was {', then '.join(f'{method} {url}' for url in urls)}."
        if isinstance(error, ProtocolError):
            return f"{attempts} {error.hint}"
        if len(self._candidates) > 1:
            return f"{attempts} The address of such a server mostly ends in /v1, such as http://localhost:11434/v1."
        return f"{attempts} Check the connection's address: it is what stands before {path}."


def _candidates(base_url: str) -> tuple[str, ...]:
    """The addresses to try, the likeliest first: as written, and with `/v1` if it has no version."""
    url = urlsplit(base_url)
    paths = [url.path]
    if not _VERSION.search(url.path):
        paths.append(f"{url.path}/v1")
        if url.path.endswith("/api"):  # that of Ollama's own API
            paths.append(f"{url.path.removesuffix('/api')}/v1")
    return tuple(dict.fromkeys((resolved_address(base_url), *(url._replace(path=path).geturl() for path in paths))))


def _is_miss(error: ProviderError) -> bool:
    """Whether an error means that there is no such endpoint, and not that a model is unknown."""
    if isinstance(error, ProtocolError):
        return True
    return isinstance(error, NotFoundError) and not _NAMES_MODEL.search(error.server_message)


def _with(base_url: str, path: str) -> str:
    url = urlsplit(base_url)
    return url._replace(path=url.path + path).geturl()


def address_notes(connection: Connection) -> list[str]:
    """Notes for people about how the used address differs from the written one."""
    if connection.traits.cloudflare:
        written, tidy = connection.base_url.strip().rstrip("/"), cloudflare_api(connection.base_url)
        note = f"Account and endpoint are added to the address: {displayed_address(tidy)} is asked."
        return [note] if written != tidy else []
    if not connection.traits.listed:
        return []
    written, tidy = connection.base_url.strip().rstrip("/"), tidy_address(connection.base_url)
    notes = []
    if written != tidy:
        notes.append(f"The server's address is what stands before its endpoints: {displayed_address(tidy)} is asked.")
    if (used := resolved_address(connection.base_url)) != tidy:
        answers_at, not_at = displayed_address(used), displayed_address(tidy)
        notes.append(f"The server answers at {answers_at}, and not at {not_at}: write that address.")
    return notes


def displayed_address(url: str) -> str:
    """An address without secrets."""
    try:
        return masked_url(httpx.URL(url))
    except httpx.InvalidURL:
        return "an address that cannot be read"
