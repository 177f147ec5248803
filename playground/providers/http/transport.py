"""Sends requests and streams answers over HTTP, for every dialect, with timeouts, retries, limits and recording."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from playground.answers.exchange import Exchange
from playground.errors import BadRequestError, ProtocolError, ProviderError
from playground.providers.connection import Connection
from playground.providers.failures import holds_error, read_embedded_error, read_error, unreadable
from playground.providers.failures.safe_text import hide
from playground.providers.http.answer import HttpAnswer
from playground.providers.http.client import open_client
from playground.providers.http.credentials import cloudflare_account, secrets_of
from playground.providers.http.faults import silent_before_answer, too_large, unanswered
from playground.providers.http.limits import Allowance, Limits, limits_of
from playground.providers.http.record import record_answer, record_request
from playground.providers.http.retrying import UnansweredError, retrying
from playground.providers.wire.json_text import decode_document
from playground.providers.wire.requests import encode

_LARGEST_ERROR = 1_000_000
_LONG_DOCUMENT = 100_000
"""Longer JSON documents, in bytes, are read on a thread, because that would block all other answers."""


class Transport:
    """One open connection: an HTTP client, and the limits it shares with other opens of the same connection.

    Answers of 3xx are errors: a redirect would carry the token to another host.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._limits: Limits
        self._client: httpx.AsyncClient

    async def __aenter__(self) -> Self:
        self._limits = limits_of(self.connection)
        self._client = await asyncio.to_thread(open_client, self.connection)  # it reads certificates
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._client.aclose()

    @asynccontextmanager
    async def send(
        self,
        method: str,
        url: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        model: str = "",
        per_minute: int | None = None,
        max_retries: int | None = None,
        exchange: Exchange | None = None,
    ) -> AsyncIterator[HttpAnswer]:
        """Send a request with retries, and yield the answer when it has begun; leaving closes the socket at once.

        With `model` the request counts for that model's limits, `per_minute` among them. `max_retries` overrides the
        connection's. Raises ProviderError.
        """
        exchange = Exchange() if exchange is None else exchange
        request = await asyncio.to_thread(self._request, method, url, body, headers, params)  # it may hold pictures
        allowance = Allowance(
            self.connection.in_flight(background=exchange.background),
            self.connection.max_in_flight_per_model,
            per_minute,
            exchange.background,
        )

        async def once() -> tuple[HttpAnswer, AsyncExitStack]:
            exchange.end_wait()
            record_request(exchange, request, body, secrets_of(self.connection))
            async with AsyncExitStack() as stack:
                if model:
                    await stack.enter_async_context(self._limits.slot(model, allowance, exchange))
                exchange.sending()
                answer = await stack.enter_async_context(self._once(request, model, exchange))
                return answer, stack.pop_all()

        try:
            opened: tuple[HttpAnswer, AsyncExitStack] = await retrying(
                self.connection.max_retries if max_retries is None else max_retries,
                self.connection.max_wait_s,
                exchange,
            )(once)
        except UnansweredError as failure:
            raise failure.error from failure.__cause__
        finally:
            exchange.end_wait()
        answer, leaving = opened
        async with leaving:
            yield answer

    async def call(self, method: str, url: str, **request: Any) -> Any:
        """The JSON value of an answer; arguments as those of `send`. Raises ProviderError."""
        async with self.send(method, url, **request) as answer:
            max_bytes = self.connection.max_body_bytes
            content = await answer.read_all(max_bytes + 1)
        if len(content) > max_bytes:
            raise too_large("an answer", max_bytes)
        secrets = secrets_of(self.connection)
        try:
            large = len(content) > _LONG_DOCUMENT
            value = await asyncio.to_thread(decode_document, content) if large else decode_document(content)
        except ValueError:
            raise unreadable(content, secrets) from None
        if holds_error(value):
            raise read_embedded_error(value, account_id=cloudflare_account(self.connection), secrets=secrets)
        return value

    @asynccontextmanager
    async def _once(self, request: httpx.Request, model: str, exchange: Exchange) -> AsyncIterator[HttpAnswer]:
        """One attempt. Raises UnansweredError."""
        host = request.url.host
        sent_at = time.monotonic()
        try:
            async with asyncio.timeout(None) as timeout:
                request.extensions["trace"] = _when_written(timeout, self.connection.first_byte_timeout_s, exchange)
                response = await self._client.send(request, stream=True)
                begin_by = timeout.when()
        except TimeoutError:
            raise UnansweredError(silent_before_answer(host, self.connection), retryable=False) from None
        except httpx.LocalProtocolError as error:
            raise unanswered(error, host, self.connection) from None  # its text may quote a header
        except httpx.TransportError as error:
            raise unanswered(error, host, self.connection) from error
        try:
            answer = HttpAnswer(response, self.connection, sent_at, begin_by)
            record_answer(exchange, response, secrets_of(self.connection))
            if not response.is_success:
                raise await _refusal(answer, model, self.connection, exchange)
            yield answer
        finally:
            await response.aclose()

    def _request(
        self,
        method: str,
        url: str,
        body: Any,
        headers: Mapping[str, str] | None,
        params: Mapping[str, Any] | None,
    ) -> httpx.Request:
        all_headers = {"Accept-Encoding": "identity", **(headers or {})}
        content = None
        if body is not None:
            all_headers["Content-Type"] = "application/json"
            content = encode(body)
        try:
            target = httpx.URL(url).copy_merge_params(params or {})
            return self._client.build_request(method, target, headers=all_headers, content=content)
        except (httpx.InvalidURL, UnicodeError):
            message = "The address or a header of the connection holds characters that cannot be sent."
            hint = "Look for line breaks and other unusual characters in the settings of the connection."
            raise BadRequestError(message, hint=hint) from None


def _when_written(
    timeout: asyncio.Timeout, seconds: float, exchange: Exchange
) -> Callable[[str, Any], Awaitable[None]]:
    """Start the first-byte timeout when the request is written, after the connection is made, and note it.

    https://www.python-httpx.org/advanced/extensions/#trace
    """

    async def start_clock(event: str, _: Any) -> None:
        if event.startswith("http11.send_request"):
            exchange.begin_to_write()
            timeout.reschedule(asyncio.get_running_loop().time() + seconds)

    return start_clock


async def _refusal(answer: HttpAnswer, model: str, connection: Connection, exchange: Exchange) -> UnansweredError:
    if 300 <= answer.status < 400:
        target = urlsplit(answer.headers.get("location", "")).hostname or "another address of the same host"
        message = (
            f"The server answers with a redirect to {target}, which is not followed: it would take the token along."
        )
        hint = f"If you trust {target}, make it the address of the connection."
        return UnansweredError(ProtocolError(message, hint=hint, code=str(answer.status)), retryable=False)
    try:
        async with asyncio.timeout(connection.idle_timeout_s):
            body = await answer.read_all(_LARGEST_ERROR)
    except (ProviderError, TimeoutError):
        body = b""
    text = hide(body.decode("utf-8", "replace"), secrets_of(connection))
    if text:
        exchange.frames.append((time.monotonic() - answer.sent_at, text))
    error = read_error(
        answer.status,
        answer.headers,
        body,
        model=model,
        account_id=cloudflare_account(connection),
        secrets=secrets_of(connection),
    )
    return UnansweredError(error, retryable=error.retryable)


def address(base_url: str, path: str) -> str:
    """The URL of `path` below `base_url`, whose query stays at the end."""
    base, question, query = base_url.strip().partition("?")
    return base.rstrip("/") + path + question + query
