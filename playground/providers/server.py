"""The provider for a server at an address: Ollama, vLLM, LM Studio, llama.cpp, OpenRouter, Groq, OpenAI."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any, Self
from urllib.parse import urlsplit

from playground.answers.exchange import Exchange
from playground.errors import BadRequestError, ProtocolError, ProviderError
from playground.events import Event
from playground.messages import ChatRequest
from playground.providers.answering import Post, stream_answer
from playground.providers.asking import Asking
from playground.providers.connection import Connection
from playground.providers.dialects import ASKED
from playground.providers.embedding import Embedded, openai_embedded
from playground.providers.http.credentials import token_headers
from playground.providers.http.gateway import gateway_headers
from playground.providers.http.server_address import AddressSearch, resolved_address, server_of, tidy_address, versioned
from playground.providers.http.transport import Transport, address
from playground.providers.listed_models import listed_model, remember_list
from playground.providers.server_quirks import Key, ServerQuirks, known_quirks
from playground.providers.wire.dialect import AskedDialect
from playground.providers.wire.earlier_answers import Recipient, keeps_thoughts


class ModelServer:
    """A `Provider` for one server; without a token no Authorization header is sent."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._dialect: AskedDialect = ASKED[connection.traits.dialect]
        self._transport = Transport(connection)

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._transport.__aexit__(*exc)

    @property
    def server(self) -> str:
        """The name of the server in the provider metadata of its answers."""
        return server_of(self.connection)

    def payload(self, request: ChatRequest) -> dict[str, Any]:
        """The body that `stream` sends, by the quirks of this server."""
        return self._body(request, known_quirks(self._key(request)))

    async def stream(self, request: ChatRequest, exchange: Exchange | None = None) -> AsyncGenerator[Event, None]:
        """The events of one answer; closing the iterator or cancelling its task closes the connection at once."""
        exchange = Exchange() if exchange is None else exchange
        search = AddressSearch(self._base_url(), "POST", self._dialect.PATH)
        while True:
            asking = Asking(self._key(request), partial(self._post_at, search.address))
            started = False
            try:
                async with aclosing(stream_answer(self._transport, asking, request, exchange)) as events:
                    async for event in events:
                        if not started and (note := search.found()):
                            exchange.notes.append(note)
                        started = True
                        yield event
                return
            except ProviderError as error:
                if started:
                    raise
                search.miss(error)

    def post(self, request: ChatRequest) -> Post:
        """The HTTP request: address, body and headers."""
        return self._post(request, known_quirks(self._key(request)))

    def _post(self, request: ChatRequest, quirks: ServerQuirks) -> Post:
        return Post(
            url=address(resolved_address(self._base_url()), self._dialect.PATH),
            body=self._body(request, quirks),
            headers=self._headers(),
            model=request.model,
            dialect=self._dialect,
            per_minute=self.connection.requests_per_minute,
        )

    def _post_at(self, base_url: str, request: ChatRequest, quirks: ServerQuirks) -> Post:
        """The same request with a base URL of the search."""
        post = self._post(request, quirks)
        return (
            post
            if base_url == resolved_address(self._base_url())
            else replace(post, url=address(base_url, self._dialect.PATH))
        )

    def _body(self, request: ChatRequest, quirks: ServerQuirks) -> dict[str, Any]:
        recipient = Recipient(
            self.server,
            request.model,
            keeps_thoughts=keeps_thoughts(request.parameters),
            max_output_tokens=listed_model(self.server, request.model).max_output_tokens,
            quirks=quirks,
        )
        return self._dialect.body(request, recipient)

    async def list_models(self) -> list[str]:
        """The ids that the server lists, in any of the wrappings that servers use."""
        path = self._dialect.LISTED_AT
        search = AddressSearch(self._base_url(), "GET", path)
        while True:
            url = address(search.address, path)
            try:
                answer = await self._transport.call("GET", url, headers=self._headers(), params=self._dialect.LISTING)
                models = model_ids(answer)
            except ProviderError as error:
                search.miss(error)
            else:
                search.found()
                remember_list(self.server, answer)
                return models

    async def embed(self, model: str, texts: Sequence[str], exchange: Exchange | None = None) -> Embedded:
        """The vectors of texts, in one request. Raises ProviderError."""
        search = AddressSearch(self._base_url(), "POST", "/embeddings")
        while True:
            try:
                answer = await self._transport.call(
                    "POST",
                    address(search.address, "/embeddings"),
                    body={"model": model, "input": list(texts), "encoding_format": "float"},
                    headers=self._headers(),
                    model=model,
                    per_minute=self.connection.requests_per_minute,
                    exchange=exchange,
                )
            except ProviderError as error:
                search.miss(error)
            else:
                search.found()
                return openai_embedded(answer, len(texts))

    def _key(self, request: ChatRequest) -> Key:
        return self.server, request.model

    def _headers(self) -> dict[str, str]:
        return token_headers(self.connection) | dict(self._dialect.HEADERS) | gateway_headers(self.connection.gateway)

    def _base_url(self) -> str:
        base_url = self.connection.base_url.strip()
        try:
            host = urlsplit(base_url).hostname
        except ValueError:  # brackets that do not match
            host = None
        if not host:
            raise BadRequestError(
                "The connection has no address, or one without a host.",
                hint="Write the whole address, such as http://localhost:11434/v1 (OPENAI_BASE_URL).",
            )
        return versioned(base_url) if self._dialect.VERSIONED else tidy_address(base_url)


def model_ids(answer: Any) -> list[str]:
    """The ids of a model list: `data`, `models`, `result` or `result.data`, or a bare list; of objects or of names.

    Of Cloudflare's own rows it is the name, which begins with @: their `id` is another.
    """
    rows = answer
    while isinstance(rows, Mapping):
        rows = next((rows[key] for key in ("data", "models", "result") if rows.get(key) is not None), None)
        if rows is None and isinstance(answer, Mapping) and "data" in answer:
            return []
    if not isinstance(rows, list):
        raise ProtocolError("The server's list of models holds no models.")
    return list(dict.fromkeys(name for row in rows if (name := _model_id(row))))


def _model_id(row: Any) -> str:
    if not isinstance(row, Mapping):
        return row if isinstance(row, str) else ""
    names = [row[key] for key in ("id", "name", "model") if isinstance(row.get(key), str)]
    return next((name for name in names if name.startswith("@")), names[0] if names else "")
