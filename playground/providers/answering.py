"""Sends a request and streams the events of its answer, for every dialect over HTTP."""

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
from playground.providers.failures.safe_text import hide
from playground.providers.http.answer import HttpAnswer
from playground.providers.http.credentials import cloudflare_account, secrets_of
from playground.providers.http.transport import Transport
from playground.providers.wire.dialect import Dialect
from playground.providers.wire.reading import AnswerReader
from playground.providers.wire.thoughts.thinking import opens_in_thought
from playground.providers.wire.usage_reading import add_headers

EMPTY_NOTE = "The server answered the streamed request with an empty document: asked again without streaming."


@dataclass(frozen=True, slots=True)
class Post:
    """An HTTP request that is ready to be sent; `model` is the one whose rate limits it counts for."""

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
        """The body without the envelope of Cloudflare's universal endpoint."""
        inner = self.body.get("input")
        return inner if isinstance(inner, Mapping) else self.body


class RequestStrategy(Protocol):
    """How a request is made, and how it is changed after a refusal."""

    def post(self, request: ChatRequest) -> Post:
        """The HTTP request. Raises ProviderError where it cannot be made."""
        ...

    def fallback(self, request: ChatRequest, post: Post, refusal: ProviderError) -> tuple[ChatRequest, str] | None:
        """The request to try after this refusal, with a note for people about the change; None to give up."""
        ...

    def accepted(self) -> None:
        """Note that the answer to the last request has begun."""
        ...


async def stream_answer(
    transport: Transport, strategy: RequestStrategy, request: ChatRequest, exchange: Exchange | None
) -> AsyncGenerator[Event, None]:
    """The events of one answer. Raises ProviderError after the events that came before it."""
    exchange = Exchange() if exchange is None else exchange
    while True:
        post = strategy.post(request)
        exchange.notes += [note for note in post.notes if note not in exchange.notes]
        started = False
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
                aclosing(_received_events(answer, post, request, exchange, transport.connection)) as received,
            ):
                async for events in received:
                    for event in events:
                        if not started:
                            started = True
                            strategy.accepted()
                        yield event
                await answer.drain()
                return
        except ProviderError as error:
            error.request_id = error.request_id or exchange.request_id
            change = None if started else _fallback(strategy, request, post, error)
            if change is None:
                raise
            exchange.failed()
            request, note = change
            exchange.notes.append(note)


async def _received_events(
    answer: HttpAnswer, post: Post, request: ChatRequest, exchange: Exchange, connection: Connection
) -> AsyncGenerator[list[Event], None]:
    """The events of each chunk as it arrives; those held back are yielded before the error of a broken answer."""
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
        raise _EmptyDocumentError("The server answered with nothing.")
    exchange.assumes_thought = False
    yield [_with_usage_from(event, request, answer.headers) for event in ending]
    if reader.error is not None:
        raise reader.error


class _EmptyDocumentError(ProtocolError):
    """A streamed request was answered with an empty JSON document."""


def _fallback(
    strategy: RequestStrategy, request: ChatRequest, post: Post, error: ProviderError
) -> tuple[ChatRequest, str] | None:
    if isinstance(error, _EmptyDocumentError):
        return replace(request, stream=False), EMPTY_NOTE
    return strategy.fallback(request, post, error)


def _with_usage_from(event: Event, request: ChatRequest, headers: Mapping[str, str]) -> Event:
    """A usage event with what the headers add, and with an estimate of the prompt where only the output is known."""
    if not isinstance(event, UsageReported):
        return event
    usage = add_headers(event.usage, headers)
    if usage.estimated and not usage.prompt_tokens:
        prompt = request.prompt or "\n".join(message.text for message in request.messages)
        usage = replace(usage, prompt_tokens=estimate(prompt))
    return UsageReported(usage)


def _recorder(exchange: Exchange, sent_at: float, secrets: Sequence[str]) -> Callable[[str], None]:
    append, now, remaining = exchange.frames.append, time.monotonic, LONGEST_FRAMES

    def record(frame: str) -> None:
        nonlocal remaining
        remaining -= len(frame)
        if remaining < 0:
            exchange.frames_left_out += 1
        else:
            append((now() - sent_at, hide(frame, secrets)))

    return record
