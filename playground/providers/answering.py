"""One request to the events of its answer, the same way for every dialect that is spoken over HTTP."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Protocol

from playground.answers.exchange import LONGEST_FRAMES, Exchange
from playground.conversation.estimation import estimate
from playground.errors import ProtocolError, ProviderError
from playground.events import Event, UsageReported
from playground.messages import ChatRequest
from playground.providers.connection import Connection
from playground.providers.failures.words import hide
from playground.providers.http.credentials import cloudflare_account, secrets_of
from playground.providers.http.transport import HttpAnswer, Transport
from playground.providers.wire.dialect import Dialect
from playground.providers.wire.reading import AnswerReader
from playground.providers.wire.thoughts.thinking import opens_in_thought
from playground.providers.wire.usage_reading import add_headers

EMPTY_NOTE = "The server answered the streamed request with an empty whole: asked again without streaming."


@dataclass(frozen=True, slots=True)
class Post:
    """A request, ready to be sent, in the dialect that it is answered in; `model` is whose limits it counts on."""

    url: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    model: str
    dialect: Dialect
    per_minute: int | None = None
    notes: tuple[str, ...] = ()
    max_retries: int | None = None

    @property
    def bare_body(self) -> Mapping[str, Any]:
        """The body, out of the envelope in which Cloudflare's universal endpoint names the model."""
        inner = self.body.get("input")
        return inner if isinstance(inner, Mapping) else self.body


class RequestStrategy(Protocol):
    """How a request is made, which a refusal may change."""

    def post(self, request: ChatRequest) -> Post:
        """How to ask. Raises ProviderError where it cannot be asked at all."""
        ...

    def fallback(self, request: ChatRequest, post: Post, refusal: ProviderError) -> tuple[ChatRequest, str] | None:
        """What to ask after this refusal, with a sentence that says what changed; None where it stands."""
        ...

    def accepted(self) -> None:
        """Hear that the answer to what was asked last has begun."""
        ...


async def answered(
    transport: Transport, strategy: RequestStrategy, request: ChatRequest, exchange: Exchange | None
) -> AsyncGenerator[Event, None]:
    """The events of one answer. Raises ProviderError; what came before it has been yielded."""
    exchange = Exchange() if exchange is None else exchange
    while True:
        post = strategy.post(request)
        exchange.notes += [note for note in post.notes if note not in exchange.notes]
        begun = False
        try:
            async with (
                transport.send(
                    "POST",
                    post.url,
                    body=post.body,
                    headers={"Accept": "text/event-stream, application/json", **post.headers},
                    model=post.model,
                    per_minute=post.per_minute,
                    max_retries=post.max_retries,
                    exchange=exchange,
                ) as answer,
                aclosing(_arriving(answer, post, request, exchange, transport.connection)) as arriving,
            ):
                async for events in arriving:
                    for event in events:
                        if not begun:
                            begun = True
                            strategy.accepted()
                        yield event
                await answer.let_end()
                return
        except ProviderError as error:
            error.request_id = error.request_id or exchange.request_id
            change = None if begun else _fallback(strategy, request, post, error)
            if change is None:
                raise
            exchange.failed()
            request, note = change
            exchange.notes.append(note)


async def _arriving(
    answer: HttpAnswer, post: Post, request: ChatRequest, exchange: Exchange, connection: Connection
) -> AsyncGenerator[list[Event], None]:
    """The events of each chunk as it comes, of a broken answer those that can still be had before its error."""
    secrets = secrets_of(connection)
    reader = AnswerReader(
        dialect=post.dialect,
        content_type=answer.headers.get("content-type", ""),
        model=post.model,
        on_frame=_recorder(exchange, answer.sent_at, secrets),
        opens_in_thought=opens_in_thought(post.model, post.bare_body),
        account_id=cloudflare_account(connection),
        secrets=secrets,
        max_chars=connection.max_answer_chars,
        max_bytes=connection.max_body_bytes,
    )
    broken: ProviderError | None = None
    while not reader.done:
        try:
            chunk = await answer.read()
        except ProviderError as error:
            broken = error
            break
        if not chunk:
            break
        events = reader.feed(chunk)
        exchange.assumes_thought = reader.assumes_thought
        yield events
        if reader.error is not None:
            raise reader.error
    if broken is not None and not reader.ended:
        yield reader.release()
        raise broken
    ending = await asyncio.to_thread(reader.finish) if reader.whole else reader.finish()
    if reader.says_nothing and post.bare_body.get("stream"):
        raise _EmptyWholeError("The server answered with nothing.")
    exchange.assumes_thought = False
    yield [_with_usage_from(event, request, answer.headers) for event in ending]
    if reader.error is not None:
        raise reader.error


class _EmptyWholeError(ProtocolError):
    """A streamed request was answered with a JSON document that says nothing."""


def _fallback(
    strategy: RequestStrategy, request: ChatRequest, post: Post, error: ProviderError
) -> tuple[ChatRequest, str] | None:
    if isinstance(error, _EmptyWholeError):
        return replace(request, stream=False), EMPTY_NOTE
    return strategy.fallback(request, post, error)


def _with_usage_from(event: Event, request: ChatRequest, headers: Mapping[str, str]) -> Event:
    """A usage with what the headers say of it, and with a guess of the prompt where only the output is known."""
    if not isinstance(event, UsageReported):
        return event
    usage = add_headers(event.usage, headers)
    if usage.estimated and not usage.prompt_tokens:
        said = request.prompt or "\n".join(message.text for message in request.messages)
        usage = replace(usage, prompt_tokens=estimate(said))
    return UsageReported(usage)


def _recorder(exchange: Exchange, sent_at: float, secrets: Sequence[str]) -> Callable[[str], None]:
    append, now, room = exchange.frames.append, time.monotonic, LONGEST_FRAMES

    def record(frame: str) -> None:
        nonlocal room
        room -= len(frame)
        if room < 0:
            exchange.frames_left_out += 1
        else:
            append((now() - sent_at, hide(frame, secrets)))

    return record
