"""Models on this machine: fetches missing weights, starts llama.cpp, and sends requests to it as to any server.

https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Self

from pydantic import SecretStr

from playground.answers.exchange import Exchange, Wait
from playground.connections.settings import SettingError
from playground.errors import BadRequestError, NetworkError, NotFoundError, ProviderError, ServerError
from playground.events import Event
from playground.messages import ChatRequest, Message
from playground.models.local import (
    Engine,
    EngineError,
    LocalModel,
    assets,
    engines,
    find_local_model,
    list_local_models,
)
from playground.models.local.assets import AssetError, Progress
from playground.models.local.engine import Plan
from playground.providers.answering import Post
from playground.providers.connection import Connection
from playground.providers.http.transport import address
from playground.providers.server import ModelServer
from playground.providers.server_quirks import ServerQuirks


def weights_progress() -> Progress | None:
    """The progress of fetching the embedded model's weights; None while they are not being fetched."""
    fetch = assets.running_fetch(assets.EMBEDDED_MODEL)
    return None if fetch is None else fetch.progress


class LocalProvider:
    """A `Provider` for the models of this machine; each is loaded with its first request."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Engines stay loaded for the next request; they end with the process."""

    def payload(self, request: ChatRequest) -> dict[str, Any]:
        """The body that `stream` sends; nothing is loaded for it."""
        return _LlamaServer(self._server("http://127.0.0.1")).payload(request)

    def post(self, request: ChatRequest) -> Post:
        """The HTTP request to a llama.cpp server at its default address, for code examples."""
        return _LlamaServer(self._server("http://127.0.0.1:8080")).post(request)

    async def stream(self, request: ChatRequest, exchange: Exchange | None = None) -> AsyncGenerator[Event, None]:
        """The events of one answer; closing the iterator or cancelling its task frees llama.cpp's slot at once.

        `exchange.wait` tells what happens before the first event. A fetch or a load continues after a cancellation,
        for the next request.
        """
        exchange = Exchange() if exchange is None else exchange
        if not all(_text_only(message) for message in request.messages):
            raise BadRequestError("Models on this machine read text only.", hint="Remove the image, then send again.")
        model, plan, ready = await asyncio.to_thread(_found, request.model, exchange)
        try:
            if not ready:
                exchange.begin_wait(Wait("fetching", message=f"{model.card.name} is being fetched"))
                await asyncio.wrap_future(assets.fetch(assets.EMBEDDED_MODEL).result)
            if engines.running(model.path) is None:
                exchange.begin_wait(Wait("loading", message=f"{model.card.name} is being loaded"))
            async with engines.lease(plan) as engine:
                exchange.end_wait()
                async with aclosing(self._answer(engine, model, request, exchange)) as events:
                    async for event in events:
                        yield event
        except AssetError as error:
            raise NetworkError(error.message, hint=error.hint, retryable=True) from error
        except EngineError as error:
            raise await asyncio.to_thread(_load_error, model, error) from error
        finally:
            exchange.end_wait()

    async def _answer(
        self, engine: Engine, model: LocalModel, request: ChatRequest, exchange: Exchange
    ) -> AsyncGenerator[Event, None]:
        server = self._server(engine.address).model_copy(
            update={"api_token": SecretStr(engine.key), "max_in_flight": engine.slots}
        )
        try:
            async with _LlamaServer(server) as llama, aclosing(llama.stream(request, exchange)) as events:
                async for event in events:
                    yield event
        except NetworkError as error:
            if not await asyncio.to_thread(engine.ends_within, 1):
                raise
            message = f"llama.cpp, which runs {model.card.name}, ended unexpectedly."
            raise ServerError(message, hint="Try again: it is started anew.") from error

    def _server(self, address: str) -> Connection:
        return self.connection.model_copy(
            update={"kind": "openai_compatible", "base_url": f"{address}/v1", "max_retries": 0}
        )

    async def list_models(self) -> list[str]:
        """The ids of the models on this machine, whether or not they are loaded."""
        return [model.id for model in await asyncio.to_thread(list_local_models)]


class _LlamaServer(ModelServer):
    """llama.cpp, which beside chat completions completes bare prompts and reports how far it has read them."""

    @property
    def server(self) -> str:
        """The same wherever llama.cpp happens to listen."""
        return "local"

    def _body(self, request: ChatRequest, quirks: ServerQuirks) -> dict[str, Any]:
        body = super()._body(request, quirks)
        if _bare(request):
            del body["messages"]
            body["prompt"] = request.prompt
        if request.stream:
            # llama.cpp notices a closed connection only while it writes: without progress events, Stop would take
            # effect only after the whole prompt was read.
            body["return_progress"] = True
        return body

    def _post(self, request: ChatRequest, quirks: ServerQuirks) -> Post:
        post = super()._post(request, quirks)
        if _bare(request):
            return replace(post, url=address(self.connection.base_url, "/completions"))
        return post


def _bare(request: ChatRequest) -> bool:
    return request.raw and request.prompt is not None and not request.messages


def _text_only(message: Message) -> bool:
    return isinstance(message.content, str) or all(part.get("type") == "text" for part in message.content or ())


def _found(model_id: str, exchange: Exchange) -> tuple[LocalModel, Plan, bool]:
    """A model, the plan to serve it, and whether its file is complete; reads files."""
    model = _find(model_id)
    ready = not model.embedded or assets.verified(assets.EMBEDDED_MODEL) is not None
    if not ready and model.path.exists():
        exchange.notes.append(f"The file of {model.card.name} was damaged or replaced: it is fetched again.")
    return model, model.plan, ready


def _find(model_id: str) -> LocalModel:
    try:
        model = find_local_model(model_id)
    except SettingError as error:
        raise BadRequestError(error.message) from error
    if model is None:
        hint = "Choose another model, or put its .gguf file into the folder of PLAYGROUND_MODELS_DIR."
        raise NotFoundError(f"There is no model {model_id!r} on this machine.", hint=hint)
    if model.problem is not None:
        raise _unusable(model, model.problem)
    return model


def _load_error(model: LocalModel, error: EngineError) -> ProviderError:
    if model.embedded and assets.discard_if_damaged(assets.EMBEDDED_MODEL):
        message = f"The file of {model.card.name} was damaged and has been removed."
        return ServerError(message, hint="Try again: it is fetched anew.")
    return _unusable(model, str(error))


def _unusable(model: LocalModel, reason: str) -> ServerError:
    hint = "Replace the file, set a smaller PLAYGROUND_LOCAL_CONTEXT if memory is short, or choose another model."
    if "libgomp" in reason:
        hint = "Install the system library libgomp (`apt install libgomp1` on Debian and Ubuntu), then try again."
    return ServerError(f"{model.path.name} cannot be loaded: {reason}.", hint=hint, retryable=False)
