"""Any server that speaks OpenAI's chat completions: Ollama, vLLM, LM Studio, llama.cpp, OpenRouter, Groq, OpenAI.

https://platform.openai.com/docs/api-reference/chat
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlsplit

from playground.errors import BadRequestError, ContextOverflowError, ProtocolError, ProviderError
from playground.events import Event
from playground.exchange import Exchange
from playground.messages import ChatRequest
from playground.providers.answering import Post, answered
from playground.providers.base import Batch
from playground.providers.connection import Connection
from playground.providers.credentials import bearer
from playground.providers.gateway import gateway_headers
from playground.providers.payloads import MaxTokensName, openai_body
from playground.providers.transport import Transport, address


@dataclass(frozen=True, slots=True)
class Manners:
    """What a server was found to refuse."""

    include_usage: bool = True
    max_tokens_name: MaxTokensName | None = None
    reasoning: bool = True


_VALUE = re.compile(r"too (?:large|high|low|small)|at (?:most|least)|(?:less|greater|larger) than|maximum|exceed|[<>]=")
_UNKNOWN = re.compile(r"unsupported|not supported|unrecogni[sz]ed|unknown|unexpected|not permitted")
_learned: dict[tuple[str, str], Manners] = {}
"""By address and model, for as long as the process lives."""


def forget_manners() -> None:
    """Meet every server as if for the first time."""
    _learned.clear()


class OpenAICompatible:
    """A `Provider` for one server; without a token no Authorization header is sent."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._transport = Transport(connection)

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._transport.__aexit__(*exc)

    def payload(self, request: ChatRequest) -> dict[str, Any]:
        """The body that `stream` sends, without what this server was found to refuse."""
        manners = self._manners(request.model)
        return openai_body(
            request,
            include_usage=manners.include_usage,
            max_tokens_name=manners.max_tokens_name,
            reasoning=manners.reasoning,
        )

    def stream(self, request: ChatRequest, exchange: Exchange | None = None) -> AsyncIterator[Event]:
        """The events of one answer; closing the iterator or cancelling its task closes the connection at once."""
        return answered(self._transport, self, request, exchange)

    def post(self, request: ChatRequest) -> Post:
        """How to ask: address, body and headers."""
        return Post(
            url=address(self._base_url(), "/chat/completions"),
            body=self.payload(request),
            headers=self._headers(),
            model=request.model,
            per_minute=self.connection.requests_per_minute,
        )

    def instead(self, request: ChatRequest, post: Post, refusal: ProviderError) -> tuple[ChatRequest, str] | None:
        """Ask once more without what the server names in its refusal, and remember that for the model."""
        if not isinstance(refusal, BadRequestError) or isinstance(refusal, ContextOverflowError):
            return None
        manners = self._manners(request.model)
        said = refusal.message.lower()
        change: tuple[Manners, str] | None = None
        if "stream_options" in post.body and ("stream_options" in said or "include_usage" in said):
            change = replace(manners, include_usage=False), "The server does not take stream_options: left out."
        elif manners.max_tokens_name is None and (names := _other_length(post.body, said)):
            sent, wanted = names
            change = (
                replace(manners, max_tokens_name=wanted),
                f"The server wants {wanted}: {sent} was sent under that name.",
            )
        elif "reasoning" in said and any("reasoning" in message for message in post.body.get("messages", ())):
            change = replace(manners, reasoning=False), "The server does not take earlier reasoning: left out."
        if change is None:
            return None
        _learned[self._base_url(), request.model] = change[0]
        return request, change[1]

    async def list_models(self) -> list[str]:
        """The ids that `/models` lists, in any of the wrappings that servers use."""
        answer = await self._transport.call("GET", address(self._base_url(), "/models"), headers=self._headers())
        return model_ids(answer)

    async def submit_batch(self, model: str, items: Sequence[Mapping[str, Any]]) -> str:
        """Servers of this kind have no batches like those of Workers AI: raises BadRequestError."""
        raise _no_batch()

    async def read_batch(self, model: str, request_id: str, references: Sequence[str | None] | None = None) -> Batch:
        """Raises BadRequestError."""
        raise _no_batch()

    def _manners(self, model: str) -> Manners:
        return _learned.get((self._base_url(), model), Manners())

    def _headers(self) -> dict[str, str]:
        return bearer(self.connection.api_token) | gateway_headers(self.connection.gateway)

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
        return base_url


def _other_length(body: Mapping[str, Any], said: str) -> tuple[MaxTokensName, MaxTokensName] | None:
    """The name that the cap on the answer was sent under and the other one, where the name is refused, not its value.

    OpenAI's reasoning models want max_completion_tokens, servers of old know max_tokens only.
    """
    if _VALUE.search(said):
        return None
    if "max_tokens" in body and ("max_completion_tokens" in said or ("max_tokens" in said and _UNKNOWN.search(said))):
        return "max_tokens", "max_completion_tokens"
    if "max_completion_tokens" in body and "max_completion_tokens" in said:
        return "max_completion_tokens", "max_tokens"
    return None


def model_ids(answer: Any) -> list[str]:
    """The ids of a model list: `data`, `models`, `result` or `result.data`, or a bare list; of objects or of names.

    Cloudflare's own rows have an `id` that is none: there the name is meant.
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


def _no_batch() -> BadRequestError:
    return BadRequestError(
        "This server has no asynchronous batches.", hint="Use a Workers AI connection, or send the requests one by one."
    )
