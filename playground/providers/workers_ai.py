"""Cloudflare Workers AI: its native endpoint or its OpenAI-compatible one, directly or through AI Gateway.

https://developers.cloudflare.com/workers-ai/get-started/rest-api/
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from playground.answers.exchange import Exchange
from playground.errors import ProtocolError, ProviderError
from playground.events import Event
from playground.messages import ChatRequest
from playground.models.catalog import Catalog, shipped
from playground.models.catalog.passed_on import is_passed_on
from playground.models.catalog.shape import shape_of
from playground.providers.answering import Post, stream_answer
from playground.providers.asking import Asking
from playground.providers.base import Batch
from playground.providers.batch import References, batch_body, read_batch
from playground.providers.connection import Connection
from playground.providers.dialects import chat_completions, messages, workers_ai
from playground.providers.embedding import Embedded, workers_ai_embedded
from playground.providers.http.credentials import account_id, cloudflare_headers, secrets_of
from playground.providers.http.gateway import gateway_headers
from playground.providers.http.model_path import model_path
from playground.providers.http.server_address import cloudflare_api, cloudflare_gateway, server_of
from playground.providers.http.transport import Transport, address
from playground.providers.search import text_generation_rows
from playground.providers.server_quirks import Key, ServerQuirks, known_quirks
from playground.providers.wire.dialect import AskedDialect
from playground.providers.wire.earlier_answers import Recipient

_DIALECTS: Mapping[str, AskedDialect] = {"native": workers_ai, "openai": chat_completions, "anthropic": messages}
"""By what a connection calls its `api`."""
_MOST_BATCHES = 100
UNSTREAMED_NOTE = "The service does not stream JSON mode: asked without streaming."


EMBEDDINGS_PER_MINUTE = 3_000
"""https://developers.cloudflare.com/workers-ai/platform/limits/"""
USUAL_PER_MINUTE = 300
"""Text generations of a model: https://developers.cloudflare.com/workers-ai/platform/limits/."""


class WorkersAI:
    """A `Provider` for one Cloudflare account.

    `catalog` returns the current models; it is called for every request.
    """

    def __init__(self, connection: Connection, catalog: Callable[[], Catalog] = shipped) -> None:
        self.connection = connection
        self._catalog = catalog
        self._transport = Transport(connection)
        self._references: dict[str, References] = {}

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._transport.__aexit__(*exc)

    def payload(self, request: ChatRequest) -> dict[str, Any]:
        """The body that `stream` sends; in JSON mode `stream` is off for models that cannot do both."""
        return self._body(request, known_quirks(self._key(request)))

    def stream(self, request: ChatRequest, exchange: Exchange | None = None) -> AsyncIterator[Event]:
        """The events of one answer; closing the iterator or cancelling its task closes the connection at once."""
        return stream_answer(
            self._transport, Asking(self._key(request), self._post, _without_streaming), request, exchange
        )

    def post(self, request: ChatRequest) -> Post:
        """The HTTP request: address, body and headers."""
        return self._post(request, known_quirks(self._key(request)))

    def _post(self, request: ChatRequest, quirks: ServerQuirks) -> Post:
        model = self._catalog().complete(request.model)
        headers = cloudflare_headers(self.connection) | dict(self._dialect(model).HEADERS)
        headers |= gateway_headers(self.connection.gateway)
        if request.conversation_id:
            name = hashlib.sha256(request.conversation_id.encode()).hexdigest()[:32]
            headers["x-session-affinity"] = f"ses_{name}"
        if is_passed_on(model) and (name := self._gateway_name()):
            headers["cf-aig-gateway-id"] = name
        post = Post(
            url=self._chat_url(model),
            body=self._body(request, quirks),
            headers=headers,
            model=model,
            dialect=self._dialect(model),
            per_minute=self.connection.requests_per_minute or self._requests_per_minute(model),
            max_retries=0 if request.reject_if_busy else None,
        )
        return replace(post, notes=(UNSTREAMED_NOTE,)) if request.stream and not post.bare_body["stream"] else post

    def _body(self, request: ChatRequest, quirks: ServerQuirks) -> dict[str, Any]:
        request = replace(request, model=self._catalog().complete(request.model))
        body = self._dialect(request.model).body(request, self._recipient(request.model, quirks))
        if self._enveloped(request.model):
            return {"model": body.pop("model"), "input": body}
        return body

    def _recipient(self, model: str, quirks: ServerQuirks) -> Recipient:
        return Recipient(
            server_of(self.connection),
            model,
            thoughts_as="reasoning",  # as Cloudflare's own provider has it: cloudflare/ai, workers-ai-provider 3.1.5
            shape=shape_of(model, self._catalog()),
            quirks=quirks,
        )

    def _key(self, request: ChatRequest) -> Key:
        return f"{server_of(self.connection)} {self.connection.api}", self._catalog().complete(request.model)

    async def list_models(self) -> list[str]:
        """The ids of the text generation models that the account may use."""
        return [row["name"] for row in await self.model_rows() if isinstance(row.get("name"), str)]

    async def model_rows(self) -> list[Mapping[str, Any]]:
        """The rows of `models/search` for text generation, without experimental models, with deprecated ones."""
        return await text_generation_rows(self._transport, include_deprecated="true", hide_experimental="true")

    async def model_schema(self, model: str) -> Mapping[str, Any]:
        """The JSON Schemas of a model: `{"input": …, "output": …}`."""
        answer = await self._transport.call(
            "GET",
            address(self._account_url(), "/ai/models/schema"),
            params={"model": model},
            headers=cloudflare_headers(self.connection),
        )
        result = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(result, dict):
            raise ProtocolError(f"There is no schema in the answer about {model}.")
        return result

    async def embed(self, model: str, texts: Sequence[str], exchange: Exchange | None = None) -> Embedded:
        """The vectors of texts, in one request. Raises ProviderError."""
        gateway = self.connection.gateway
        gateway_url = "" if gateway is None else cloudflare_gateway(gateway.base_url or "")
        run = f"/workers-ai/{model_path(model)}" if gateway_url else f"/ai/run/{model_path(model)}"
        answer = await self._transport.call(
            "POST",
            address(gateway_url or self._account_url(), run),
            body={"text": list(texts)},
            headers=cloudflare_headers(self.connection) | gateway_headers(gateway),
            model=model,
            per_minute=self.connection.requests_per_minute or EMBEDDINGS_PER_MINUTE,
            exchange=exchange,
        )
        return workers_ai_embedded(answer, len(texts))

    def batch_item(self, request: ChatRequest) -> dict[str, Any]:
        """The body that asks the same as `request` in a batch: batches are taken by the native endpoint alone."""
        request = replace(request, model=self._catalog().complete(request.model), stream=False)
        body = workers_ai.body(request, self._recipient(request.model, known_quirks(self._key(request))))
        del body["stream"]
        return body

    async def submit_batch(
        self, model: str, items: Sequence[Mapping[str, Any]], exchange: Exchange | None = None
    ) -> str:
        """Submit request bodies, at most 10 MB together; returns the request id to ask for later.

        https://developers.cloudflare.com/workers-ai/features/batch-api/
        """
        items = list(items)
        body = await asyncio.to_thread(batch_body, items)  # it may be long
        answer = await self._queue(model, body, exchange)
        result = answer.get("result") or answer
        request_id = result.get("request_id") if isinstance(result, dict) else None
        if not isinstance(request_id, str):
            raise ProtocolError(
                f"{model} answered without queueing the batch.", hint="Choose a model that takes asynchronous batches."
            )
        self._references[request_id] = [item.get("external_reference") for item in items]
        if len(self._references) > _MOST_BATCHES:
            del self._references[next(iter(self._references))]
        return request_id

    async def read_batch(self, model: str, request_id: str, references: References | None = None) -> Batch:
        """The state of a batch, with its results once it is done.

        `references` are those of the requests, in order; they are known already for a batch that this provider
        submitted. With them a request that got no result is a failed item.
        """
        if references is None:
            references = self._references.get(request_id, ())
        answer = await self._queue(model, {"request_id": request_id})
        return await asyncio.to_thread(  # a thousand answers take a while
            read_batch,
            answer,
            request_id,
            model=model,
            references=references,
            account_id=self.connection.account_id,
            secrets=secrets_of(self.connection),
        )

    async def _queue(self, model: str, body: Mapping[str, Any], exchange: Exchange | None = None) -> dict[str, Any]:
        model = self._catalog().complete(model)
        answer = await self._transport.call(
            "POST",
            address(self._account_url(), f"/ai/run/{model_path(model)}"),
            params={"queueRequest": "true"},
            headers=cloudflare_headers(self.connection),
            body=body,
            exchange=exchange,
        )
        return answer if isinstance(answer, dict) else {}

    def _account_url(self) -> str:
        return address(cloudflare_api(self.connection.base_url), f"/accounts/{account_id(self.connection)}")

    def _chat_url(self, model: str) -> str:
        gateway, dialect = self.connection.gateway, self._dialect(model)
        gateway_url = (
            cloudflare_gateway(gateway.base_url or "") if gateway is not None and not is_passed_on(model) else ""
        )
        if self._enveloped(model):
            path = "/run"
        elif dialect is not workers_ai:
            path = f"/v1{dialect.PATH}"
        else:
            path = f"/{model_path(model)}" if gateway_url else f"/run/{model_path(model)}"
        return address(gateway_url, f"/workers-ai{path}") if gateway_url else address(self._account_url(), f"/ai{path}")

    def _dialect(self, model: str) -> AskedDialect:
        """The dialect of the connection; on the native endpoint that of the vendor, for models of other vendors."""
        if self.connection.api != "native" or not is_passed_on(model):
            return _DIALECTS[self.connection.api]
        return messages if model.startswith("anthropic/") else chat_completions

    def _enveloped(self, model: str) -> bool:
        """Whether requests go to the universal endpoint. There Google's models take Google's dialect, which is unknown.

        https://developers.cloudflare.com/ai-gateway/usage/rest-api/
        """
        return self.connection.api == "native" and is_passed_on(model) and not model.startswith("google/")

    def _gateway_name(self) -> str:
        """The name of a gateway that is set by its address, to be sent as a header with other vendors' models."""
        gateway = self.connection.gateway
        return "" if gateway is None else cloudflare_gateway(gateway.base_url or "").rpartition("/")[2]

    def _requests_per_minute(self, model: str) -> int | None:
        """https://developers.cloudflare.com/workers-ai/platform/limits/"""
        if is_passed_on(model):
            return None
        card = self._catalog().get(model)
        return (card.requests_per_minute if card is not None else None) or USUAL_PER_MINUTE


def _without_streaming(request: ChatRequest, post: Post, refusal: ProviderError) -> tuple[ChatRequest, str] | None:
    """The same without streaming after code 5023, which says that JSON mode does not stream."""
    if refusal.code == "5023" and post.bare_body.get("stream"):
        return replace(request, stream=False), UNSTREAMED_NOTE
    return None
