"""The call of a program: the request that the app would send, with secrets as variables."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import httpx
from pydantic import SecretStr

from playground.messages import ChatRequest
from playground.models.catalog import Catalog, shipped
from playground.providers import Connection
from playground.providers.connection import Gateway
from playground.providers.dialects import messages, workers_ai
from playground.providers.http.record import masked_url
from playground.providers.http.server_address import cloudflare_api, resolved_address
from playground.providers.opening import closed_provider
from playground.providers.wire.dialect import Dialect
from playground.providers.wire.requests import encode
from playground.snippets.variables import TextWithVariables, Variable

Api = Literal["native", "openai", "anthropic"]

ACCOUNT = "CLOUDFLARE_ACCOUNT_ID"
CLOUDFLARE_TOKEN = "CLOUDFLARE_API_TOKEN"
GATEWAY_TOKEN = "CLOUDFLARE_GATEWAY_TOKEN"
_MARK = "variable--"
_MARKED = re.compile(rf"{_MARK}([A-Z_]+[A-Z])")
_LITERAL_ACCOUNT = re.compile(r"(?<=/accounts/)[0-9a-f]{32}|(?<=gateway\.ai\.cloudflare\.com/v1/)[0-9a-f]{32}")
_LOCAL_NOTE = "Start the model by itself first: llama-server --jinja --model FILE.gguf"


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A POST request. `headers` are without Content-Type; `body` is JSON as it is sent.

    `base_url` is the address of the API without account, `notes` are sentences about what is sent differently.
    """

    url: TextWithVariables
    headers: Mapping[str, TextWithVariables]
    body: Mapping[str, Any]
    model: str
    dialect: Dialect
    base_url: str
    gateway: Gateway | None
    notes: tuple[str, ...] = ()

    @property
    def streams(self) -> bool:
        """Whether the answer comes as events."""
        return bool(self.bare_body.get("stream"))

    @property
    def native(self) -> bool:
        """Whether it goes to Workers AI's native endpoint."""
        return self.dialect is workers_ai or self.enveloped

    @property
    def enveloped(self) -> bool:
        """Whether it goes to Cloudflare's universal endpoint, whose body is an envelope of model and input."""
        return self.bare_body is not self.body

    @property
    def bare_body(self) -> Mapping[str, Any]:
        """The body without that envelope."""
        inner = self.body.get("input")
        return inner if isinstance(inner, Mapping) else self.body

    @property
    def messages(self) -> bool:
        """Whether it goes to Anthropic's messages API."""
        return self.dialect is messages


def call_of(
    request: ChatRequest,
    connection: Connection,
    *,
    api: Api | None = None,
    gateway: bool | None = None,
    catalog: Callable[[], Catalog] = shipped,
) -> ApiCall:
    """The call that `connection` makes for `request`.

    `api` chooses the endpoint of Workers AI, `gateway` whether it goes through AI Gateway; None is the connection's
    setting. `catalog` returns the models of Workers AI. Session affinity is left out, because it would send all calls
    of a program to one machine. Raises ProviderError where the request cannot be made.
    """
    marked = _marked(connection, api, gateway)
    post = closed_provider(marked, catalog).post(replace(request, conversation_id=None))
    url = "/".join(_MARK + ACCOUNT if part and part == connection.account_id else part for part in post.url.split("/"))
    url = _LITERAL_ACCOUNT.sub(_MARK + ACCOUNT, url)
    if "?" in url or "@" in url.partition("://")[2].partition("/")[0]:
        url = masked_url(httpx.URL(url))
    return ApiCall(
        url=_with_variables(url),
        headers={name: _with_variables(value) for name, value in post.headers.items()},
        body=json.loads(encode(post.body)),
        model=post.model,
        dialect=post.dialect,
        base_url=_api_address(marked),
        gateway=marked.gateway,
        notes=(*post.notes, _LOCAL_NOTE) if connection.traits.here else post.notes,
    )


def _api_address(connection: Connection) -> str:
    """The base URL of the connection, without account and endpoint."""
    return (
        cloudflare_api(connection.base_url) if connection.traits.cloudflare else resolved_address(connection.base_url)
    )


def _marked(connection: Connection, api: Api | None, gateway: bool | None) -> Connection:
    """The same connection with names of variables in place of its credentials."""
    kind = connection.traits
    through = connection.gateway
    if gateway is not None:
        through = (through or Gateway(id="default")) if gateway else None
    if through is not None and through.token is not None:
        through = through.model_copy(update={"token": SecretStr(_MARK + GATEWAY_TOKEN)})
    token = _MARK + kind.token_variable
    needed = kind.needs_token or (
        connection.api_token is not None and bool(connection.api_token.get_secret_value().strip())
    )
    return connection.model_copy(
        update={
            "account_id": _MARK + ACCOUNT,
            "api_token": SecretStr(token) if needed else None,
            "api": api or connection.api,
            "gateway": through,
        }
    )


def _with_variables(text: str) -> TextWithVariables:
    pieces = _MARKED.split(text)
    parts = (Variable(piece) if number % 2 else piece for number, piece in enumerate(pieces))
    return tuple(part for part in parts if part != "")
