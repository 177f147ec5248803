import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from playground.answers.exchange import Exchange
from playground.errors import (
    BadRequestError,
    CapacityError,
    ModelTimeoutError,
    NetworkError,
    ProtocolError,
    ProviderError,
    QuotaExhaustedError,
    RateLimitedError,
    ServerError,
)
from playground.providers import Connection
from playground.providers.http.answer import HttpAnswer
from playground.providers.http.transport import Transport, address
from tests.upstream import Answer, Upstream
from tests.upstream.errors import error

pytestmark = pytest.mark.anyio


def connection(**settings: Any) -> Connection:
    return Connection(**{"kind": "openai_compatible", "base_url": "unused", "max_retries": 0, **settings})


async def ask(upstream: Upstream, exchange: Exchange | None = None, **settings: Any) -> bytes:
    """The body that a POST is answered with."""
    async with posted(upstream, exchange, **settings) as answer:
        return await answer.read_all(1_000_000)


@asynccontextmanager
async def posted(upstream: Upstream, exchange: Exchange | None = None, **settings: Any) -> AsyncIterator[HttpAnswer]:
    url = upstream.openai_url + "/chat/completions"
    async with (
        Transport(connection(**settings)) as transport,
        transport.send(
            "POST", url, body={"model": "m"}, headers={"Authorization": "Bearer secret"}, model="m", exchange=exchange
        ) as answer,
    ):
        yield answer


async def test_an_answer_arrives_and_the_exchange_tells_of_it(upstream: Upstream) -> None:
    headers = {"cf-ray": "ray-1", "x-request-id": "x-1", "set-cookie": "session=secret"}
    upstream.script(Answer(["hello"], headers=headers))
    exchange = Exchange()
    assert await ask(upstream, exchange) == b"data: hello\n\n"
    assert exchange.url == upstream.openai_url + "/chat/completions"
    assert (exchange.method, exchange.status, exchange.attempts) == ("POST", 200, 1)
    assert exchange.request_body == {"model": "m"}
    assert exchange.request_id == "ray-1"
    assert exchange.request_headers["authorization"] == "Bearer ***"
    assert exchange.request_headers["accept-encoding"] == "identity"
    assert exchange.response_headers["content-type"] == "text/event-stream"
    assert "secret" not in repr(exchange)
    (seen,) = upstream.requests
    assert seen.headers["authorization"] == "Bearer secret"
    assert seen.headers["accept-encoding"] == "identity"


async def test_the_services_own_request_id_comes_first(upstream: Upstream) -> None:
    upstream.script(Answer(["hello"], headers={"cf-ray": "ray-1", "cf-ai-req-id": "id-1"}))
    exchange = Exchange()
    await ask(upstream, exchange)
    assert exchange.request_id == "id-1"


@pytest.mark.parametrize("again", [error(3040), error(503), error(3007), error(409), error(4007), Answer(then="reset")])
async def test_what_may_succeed_is_sent_again(upstream: Upstream, again: Answer, quick_retries: None) -> None:
    upstream.script(again)
    upstream.script(Answer(["hello"]))
    exchange = Exchange()
    assert await ask(upstream, exchange, max_retries=1) == b"data: hello\n\n"
    assert (exchange.attempts, len(upstream.requests), exchange.wait, exchange.status) == (2, 2, None, 200)


async def test_failed_attempts_and_pauses_are_no_time_in_a_queue(upstream: Upstream) -> None:
    upstream.script(error(3040, retry_after_s=0))
    upstream.script(error(503, retry_after_s=0))
    upstream.script(Answer(["hello"]))
    ticks = count()
    exchange = Exchange(clock=lambda: float(next(ticks)))  # a second passes whenever somebody looks
    await ask(upstream, exchange, max_retries=2)
    assert set(exchange.waited) == {"failed", "retrying"}
    assert exchange.waited["failed"] == 2
    assert exchange.waited["retrying"] == 2
    assert exchange.attempts == 3


async def test_an_attempt_that_failed_for_good_is_the_answer(upstream: Upstream) -> None:
    upstream.script(error(3040))
    exchange = Exchange()
    with pytest.raises(CapacityError):
        await ask(upstream, exchange)
    assert exchange.waited == {}
    assert exchange.sent_at is not None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(4006), QuotaExhaustedError),
        (error(3036), QuotaExhaustedError),
        (error(5006), BadRequestError),
        (error(10000), ProviderError),
    ],
)
async def test_what_cannot_succeed_is_not(upstream: Upstream, answer: Answer, kind: type[ProviderError]) -> None:
    upstream.script(answer)
    with pytest.raises(kind):
        await ask(upstream, max_retries=5)
    assert len(upstream.requests) == 1


async def test_retries_are_bounded_in_number(upstream: Upstream, quick_retries: None) -> None:
    for _ in range(5):
        upstream.script(error(3040))
    with pytest.raises(CapacityError) as raised:
        await ask(upstream, max_retries=2)
    assert raised.value.code == "3040"
    assert len(upstream.requests) == 3


async def test_retry_after_is_obeyed(upstream: Upstream, quick_retries: None) -> None:
    upstream.script(error(3040, retry_after_s=0.2))
    upstream.script(Answer(["hello"]))
    await ask(upstream, max_retries=1)
    assert upstream.requests[1].at - upstream.requests[0].at >= 0.19


async def test_a_wait_that_is_too_long_is_not_begun(upstream: Upstream) -> None:
    upstream.script(error(429, "openai", retry_after_s=3600))
    with pytest.raises(RateLimitedError) as raised:
        await ask(upstream, max_retries=5, max_wait_s=10)
    assert raised.value.retry_after_s == 3600
    assert len(upstream.requests) == 1


async def test_waiting_is_shown_and_can_be_cancelled(upstream: Upstream) -> None:
    upstream.script(error(3040, retry_after_s=50))
    exchange = Exchange()
    asking = asyncio.create_task(ask(upstream, exchange, max_retries=1))
    while exchange.wait is None:
        await asyncio.sleep(0.001)
    assert (exchange.wait.reason, exchange.wait.attempt) == ("retrying", 1)
    assert exchange.wait.until is not None
    assert exchange.wait.until - time.monotonic() == pytest.approx(50, abs=1)
    assert "Capacity" in exchange.wait.message
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert exchange.wait is None
    assert len(upstream.requests) == 1


async def test_refused_connections_are_tried_again_then_named(quick_retries: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    exchange = Exchange()
    async with Transport(connection(max_retries=2)) as transport:
        with pytest.raises(NetworkError, match=r"127\.0\.0\.1.*refused"):
            await transport.call("GET", f"http://127.0.0.1:{port}/", exchange=exchange)
    assert exchange.attempts == 3


async def test_nothing_before_the_first_byte_names_the_seconds_and_the_setting(upstream: Upstream) -> None:
    upstream.script(Answer(delay=60))
    with pytest.raises(ModelTimeoutError, match=r"0\.05 s") as raised:
        await ask(upstream, first_byte_timeout_s=0.05, max_retries=3)
    assert "first_byte_timeout_s" in raised.value.hint
    assert upstream.requests[0].left_early.wait(5)
    assert len(upstream.requests) == 1


def test_the_time_to_begin_follows_the_time_between_bytes() -> None:
    assert connection().first_byte_timeout_s == 240
    assert connection(idle_timeout_s=1).first_byte_timeout_s == 4
    assert connection(idle_timeout_s=1, first_byte_timeout_s=2).first_byte_timeout_s == 2


async def test_headers_alone_are_no_beginning(upstream: Upstream) -> None:
    upstream.script(Answer(then="hang"))
    async with posted(upstream, idle_timeout_s=0.01, first_byte_timeout_s=0.2) as answer:
        with pytest.raises(ModelTimeoutError, match=r"did not begin to answer within 0\.2 s"):
            await answer.read()


async def test_an_error_whose_body_hangs_is_still_told(upstream: Upstream) -> None:
    upstream.script(Answer([b"{"], 429, "application/json", then="hang"))
    with pytest.raises(RateLimitedError):
        await ask(upstream, idle_timeout_s=0.05)


async def test_what_is_no_http_is_not_asked_again() -> None:
    asked = 0

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server, Transport(connection(max_retries=3)) as transport:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ProtocolError, match="does not answer in HTTP"):
            await transport.call("GET", f"http://127.0.0.1:{port}/")
    assert asked == 1


async def test_silence_in_the_middle_keeps_what_came(upstream: Upstream) -> None:
    upstream.script(Answer(["hello"], then="hang"))
    async with posted(upstream, idle_timeout_s=0.05, first_byte_timeout_s=60) as answer:
        assert await answer.read() == b"data: hello\n\n"
        with pytest.raises(ModelTimeoutError, match=r"0\.05 s") as raised:
            await answer.read()
    assert "idle_timeout_s" in raised.value.hint


async def test_each_try_has_all_the_time_to_begin(upstream: Upstream, quick_retries: None) -> None:
    upstream.script(error(3040))
    upstream.script(Answer(["hello"], delay=0.2))
    assert await ask(upstream, idle_timeout_s=0.05, first_byte_timeout_s=5, max_retries=1) == b"data: hello\n\n"


async def test_a_connection_is_used_again(upstream: Upstream) -> None:
    async with Transport(connection()) as transport:
        for _ in range(2):
            async with transport.send(
                "POST", upstream.openai_url + "/chat/completions", body={"stream": True}
            ) as answer:
                while b"[DONE]" not in await answer.read():
                    pass
                await answer.drain()
    first, second = upstream.requests
    assert first.client == second.client


async def test_settings_of_the_environment_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://user:secret@host")
    with pytest.raises(NetworkError, match="proxy") as raised:
        await Transport(connection()).__aenter__()
    assert "secret" not in f"{raised.value!r} {raised.value.__cause__!r}"


async def test_any_byte_counts_as_life(upstream: Upstream) -> None:
    upstream.script(Answer([b": ping\n\n"] * 12 + ["hello"], rate=10))
    assert (await ask(upstream, idle_timeout_s=1)).endswith(b"data: hello\n\n")


async def test_a_connection_that_cannot_be_made_names_its_own_setting() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        async with Transport(connection(connect_timeout_s=0.05)) as transport:
            with pytest.raises(ModelTimeoutError, match=r"0\.05 s") as raised:
                await transport.call("GET", f"http://127.0.0.1:{port}/")
        assert "connect_timeout_s" in raised.value.hint
        for filler in fillers:
            filler.close()


@pytest.mark.parametrize("then", ["cut", "reset"])
async def test_a_cut_connection_is_said_to_be_cut(upstream: Upstream, then: Any) -> None:
    upstream.script(Answer(["hello"], then=then, drip=then == "reset"))
    with pytest.raises(NetworkError, match="cut in the middle"):
        await ask(upstream, max_retries=3)
    assert len(upstream.requests) == 1


async def test_leaving_closes_the_socket_at_once(upstream: Upstream) -> None:
    upstream.script(Answer(["hello"], then="hang"))
    async with posted(upstream) as answer:
        await answer.read()
    assert upstream.requests[0].left_early.wait(5)


@pytest.mark.parametrize("answer", [Answer(["hello"], then="hang"), Answer(delay=60)], ids=["streaming", "silent"])
async def test_cancelling_closes_the_socket_at_once(upstream: Upstream, answer: Answer) -> None:
    upstream.script(answer)
    asking = asyncio.create_task(ask(upstream))
    while not upstream.requests:
        await asyncio.sleep(0.001)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert upstream.requests[0].left_early.wait(5)


async def test_redirects_are_not_followed(upstream: Upstream) -> None:
    upstream.script(Answer(status=307, headers={"location": "https://elsewhere.example/v1"}, content_type=None))
    with pytest.raises(ProtocolError, match=r"elsewhere\.example"):
        await ask(upstream, max_retries=3)
    assert len(upstream.requests) == 1


async def test_a_body_that_is_not_json_is_an_error_where_json_is_due(upstream: Upstream) -> None:
    upstream.script(Answer([b"<html>"], content_type="text/html"), "/models")
    async with Transport(connection()) as transport:
        with pytest.raises(ProtocolError, match="web page"):
            await transport.call("GET", upstream.openai_url + "/models")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"success": False, "errors": [{"code": 5007, "message": "no secret"}]}, "not_found"),
        ({"error": {"message": "secret", "code": 401}}, "authentication"),
    ],
)
async def test_a_refusal_at_status_200_is_one_where_json_is_due(upstream: Upstream, value: Any, kind: str) -> None:
    upstream.script(Answer.json(value), "/models")
    async with Transport(connection(kind="workers_ai", api_token="secret", account_id="of-mine")) as transport:
        with pytest.raises(ProviderError) as raised:
            await transport.call("GET", upstream.openai_url + "/models")
    assert raised.value.kind == kind
    assert "secret" not in raised.value.message


async def test_json_without_end_is_an_error_where_json_is_due(upstream: Upstream) -> None:
    upstream.script(Answer([b"[" * 100_000], content_type="application/json"), "/models")
    async with Transport(connection()) as transport:
        with pytest.raises(ProtocolError, match="could not be understood"):
            await transport.call("GET", upstream.openai_url + "/models")


async def test_a_token_that_comes_back_is_not_recorded(upstream: Upstream) -> None:
    echo = {"cf-ray": "secret", "location": "https://elsewhere.example/?token=secret"}
    upstream.script(Answer(["hello"], headers=echo))
    exchange = Exchange()
    await ask(upstream, exchange, api_token="secret")
    assert exchange.request_id == "[hidden]"
    assert "secret" not in repr(exchange)


async def test_requests_in_flight_are_bounded(upstream: Upstream) -> None:
    for _ in range(3):
        upstream.script(Answer(["hello"], then="hang"))
    exchanges = [Exchange() for _ in range(3)]
    tasks = [asyncio.create_task(ask(upstream, exchange, max_in_flight=2)) for exchange in exchanges]
    while len(upstream.requests) < 2:
        await asyncio.sleep(0.001)
    assert exchanges[2].wait is not None
    assert exchanges[2].wait.reason == "queued"
    assert exchanges[2].attempts <= 1
    tasks[0].cancel()
    while len(upstream.requests) < 3:
        await asyncio.sleep(0.001)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_server_error_in_html_stays_readable(upstream: Upstream) -> None:
    upstream.script(error(502))
    with pytest.raises(ServerError):
        await ask(upstream)


async def test_proxies_of_the_environment_are_used_but_not_to_reach_this_machine(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", upstream.origin)
    monkeypatch.delenv("NO_PROXY", raising=False)
    async with Transport(connection()) as transport:
        with pytest.raises(ProviderError):
            await transport.call("GET", "http://model.example/v1/models")
        await transport.call("GET", upstream.openai_url + "/models")
    paths = [seen.headers["host"] for seen in upstream.requests]
    assert paths[-1].startswith("127.0.0.1")


async def test_an_untrusted_certificate_is_refused(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context)
    async with server, Transport(connection(max_retries=3)) as transport:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NetworkError, match="not trusted") as raised:
            await transport.call("GET", f"https://127.0.0.1:{port}/")
    assert not raised.value.retryable


@pytest.mark.parametrize("url", ["localhost:11434/v1", "ftp://host/v1", "http://\n/v1"])
async def test_an_address_that_is_none_says_so(url: str) -> None:
    async with Transport(connection()) as transport:
        with pytest.raises(BadRequestError, match="address"):
            await transport.call("GET", url)


async def test_a_header_that_cannot_be_sent_is_not_quoted(upstream: Upstream) -> None:
    async with Transport(connection()) as transport:
        with pytest.raises(BadRequestError) as raised:
            await transport.call("GET", upstream.origin, headers={"Authorization": "Bearer se\ncret"})
    assert "cret" not in f"{raised.value!r}{raised.value.__cause__!r}"


def test_addresses_keep_their_query() -> None:
    assert address("http://h/v1/", "/models") == "http://h/v1/models"
    assert address("http://h/v1?api-version=1", "/models") == "http://h/v1/models?api-version=1"
