import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.answers.exchange import Exchange
from playground.connections.kinds import CLOUDFLARE_API
from playground.errors import AuthenticationError, NotFoundError, ProtocolError, ProviderError, ServerError
from playground.events import Event, TextDelta
from playground.messages import ChatRequest, Message
from playground.providers import Connection, Gateway, open_provider
from playground.providers.check import check_connection
from playground.providers.http.server_address import (
    address_notes,
    cloudflare_api,
    forget_addresses,
    resolved_address,
    server_of,
    tidy_address,
    with_scheme,
)
from playground.providers.server import ModelServer
from playground.providers.workers_ai import WorkersAI
from tests.upstream import TOKEN, Answer, Upstream

ASK_LLAMA = ChatRequest(
    model="@cf/meta/llama-3.3-70b-instruct-fp8-fast", messages=(Message(role="user", content="hello"),)
)
ASK = ChatRequest(model="m", messages=(Message(role="user", content="hello"),))


@pytest.fixture(autouse=True)
def _strangers() -> Iterator[None]:
    forget_addresses()
    yield
    forget_addresses()


@pytest.mark.parametrize(
    ("given_", "asked"),
    [
        ("http://h/v1", "http://h/v1"),
        ("http://h/v1/", "http://h/v1"),
        (" http://h/v1// ", "http://h/v1"),
        ("http://h//v1", "http://h/v1"),
        ("http://h/v1/v1", "http://h/v1"),
        ("http://h/v1/chat/completions", "http://h/v1"),
        ("http://h/v1/chat/completions/", "http://h/v1"),
        ("http://h/v1/Chat/Completions", "http://h/v1"),
        ("http://h/v1/chat/completions/chat/completions", "http://h/v1"),
        ("http://h/v1/chat", "http://h/v1"),
        ("http://h/v1/completions", "http://h/v1"),
        ("http://h/v1/responses", "http://h/v1"),
        ("http://h/v1/models", "http://h/v1"),
        ("http://h/v1/models/", "http://h/v1"),
        ("http://h/chat/completions", "http://h"),
        ("http://h:11434/api/chat", "http://h:11434/api"),
        ("http://h:11434/api/generate", "http://h:11434/api"),
        ("https://h/api/paas/v4/chat/completions", "https://h/api/paas/v4"),
        ("https://h/v1beta/openai/chat/completions", "https://h/v1beta/openai"),
        ("https://h/v1beta/openai/models", "https://h/v1beta/openai"),
        ("https://h/d/gpt/chat/completions?api-version=1", "https://h/d/gpt?api-version=1"),
        ("https://resource.example/models", "https://resource.example/models"),
        ("https://h/inference", "https://h/inference"),
        ("http://[::1]:80/v1/", "http://[::1]:80/v1"),
        ("localhost:11434", "localhost:11434"),
        ("http://[::1", "http://[::1"),
        ("", ""),
    ],
)
def test_an_address_without_what_is_surely_a_mistake(given_: str, asked: str) -> None:
    assert tidy_address(given_) == asked
    assert tidy_address(asked) == asked


API = "https://api.cloudflare.com/client/v4"


@pytest.mark.parametrize(
    ("given_", "asked"),
    [
        ("", API),
        (API, API),
        (f"{API}/", API),
        (f"{API}/accounts/abc/ai/v1/chat/completions", API),
        (f"{API}/accounts/abc", API),
        ("https://api.cloudflare.com/", API),
        ("http://localhost:8787/client/v4", "http://localhost:8787/client/v4"),
    ],
)
def test_cloudflares_address_is_what_stands_before_the_account(given_: str, asked: str) -> None:
    assert cloudflare_api(given_) == asked
    cloudflare = Connection(kind="workers_ai", base_url=given_, account_id="abc", api_token="s")
    assert WorkersAI(cloudflare).post(ASK_LLAMA).url == f"{asked}/accounts/abc/ai/run/{ASK_LLAMA.model}"


@pytest.mark.parametrize(
    "tail", ["", "/", "/workers-ai", "/workers-ai/v1/chat/completions", "/compat/chat/completions"]
)
def test_a_gateways_address_is_what_stands_before_the_provider(tail: str) -> None:
    gateway = Gateway(base_url=f"https://gateway.ai.cloudflare.com/v1/abc/mine{tail}")
    through = Connection(kind="workers_ai", account_id="abc", api_token="s", gateway=gateway)
    url = f"https://gateway.ai.cloudflare.com/v1/abc/mine/workers-ai/{ASK_LLAMA.model}"
    assert WorkersAI(through).post(ASK_LLAMA).url == url


@pytest.mark.parametrize(
    "address",
    [
        *("http://host:8000/v1", "http://host:8000", "HTTP://Host:8000/v1/", "http://host:8000/v1/v1"),
        *("http://host:8000/v1/models", "http://host:8000/v1/chat/completions", "http://me:key@host:8000/v1?key=s"),
    ],
)
def test_a_server_is_the_same_however_its_address_is_written(address: str) -> None:
    assert server_of(connection(address)) == "http://host:8000"


@pytest.mark.parametrize("tail", ["", "/", "/accounts/abc/ai/v1/chat/completions"])
def test_cloudflare_is_the_same_however_its_address_is_written(tail: str) -> None:
    asked = Connection(kind="workers_ai", base_url=f"{CLOUDFLARE_API}{tail}", account_id="abc", api_token="s")
    assert server_of(asked) == server_of(Connection(kind="workers_ai")) == CLOUDFLARE_API


@given(st.text())
def test_any_text_is_taken_as_an_address(text: str) -> None:
    assert isinstance(server_of(connection(text)), str)
    assert tidy_address(tidy_address(text)) == tidy_address(text)
    assert address_notes(Connection(kind="openai_compatible", base_url=text)) is not None


def connection(base_url: str, **more: Any) -> Connection:
    return Connection(**{"kind": "openai_compatible", "base_url": base_url, "max_retries": 0, **more})


async def ask(connection: Connection, exchange: Exchange | None = None) -> str:
    events: list[Event] = []
    async with open_provider(connection) as provider:
        async for event in provider.stream(ASK, exchange):
            events.append(event)
    return "".join(event.text for event in events if isinstance(event, TextDelta))


@pytest.mark.anyio
@pytest.mark.parametrize("tail", ["/v1/", "/v1/chat/completions", "/v1/models", "/v1/responses/"])
async def test_a_pasted_endpoint_is_taken_off(upstream: Upstream, tail: str) -> None:
    pasted = connection(upstream.openai_url.removesuffix("/v1") + tail)
    exchange = Exchange()
    assert await ask(pasted, exchange)
    assert [seen.path for seen in upstream.requests] == ["/v1/chat/completions"]
    assert exchange.notes == []
    notes = address_notes(pasted)
    assert bool(notes) == (tail != "/v1/")
    assert all(f"{upstream.openai_url} is asked" in note for note in notes)
    (step,) = await check_connection(pasted)
    assert step.ok
    assert step.hint == " ".join(notes)


@pytest.mark.anyio
async def test_an_address_without_v1_is_found_once_and_remembered(upstream: Upstream) -> None:
    bare = connection(upstream.openai_url.removesuffix("/v1") + "/", api_token=TOKEN)
    exchange = Exchange()
    assert await ask(bare, exchange)
    assert [seen.path for seen in upstream.requests] == ["/v1/chat/completions"]  # what is not served is not seen
    assert exchange.url == f"{upstream.openai_url}/chat/completions"
    assert exchange.attempts == 2
    (note,) = exchange.notes
    assert f"{upstream.openai_url} is asked" in note
    assert address_notes(bare) == [
        f"The server answers at {upstream.openai_url}, and not at {upstream.openai_url[:-3]}: write that address."
    ]

    again = Exchange()
    assert await ask(bare, again)
    assert (again.attempts, again.notes) == (1, [])
    assert ModelServer(bare).post(ASK).url == f"{upstream.openai_url}/chat/completions"


@pytest.mark.anyio
async def test_the_list_of_models_finds_the_address_for_the_chat(upstream: Upstream) -> None:
    bare = connection(upstream.openai_url.removesuffix("/v1"))
    async with open_provider(bare) as provider:
        assert len(await provider.list_models()) == 3
    exchange = Exchange()
    await ask(bare, exchange)
    assert exchange.attempts == 1


@pytest.mark.anyio
async def test_the_place_of_an_error_that_only_a_model_server_has_is_remembered(upstream: Upstream) -> None:
    bare = connection(upstream.openai_url.removesuffix("/v1"), api_token="wrong")
    with pytest.raises(AuthenticationError):
        await ask(bare)
    assert resolved_address(bare.base_url) == upstream.openai_url


@pytest.mark.anyio
async def test_an_unknown_model_is_no_wrong_address(upstream: Upstream) -> None:
    upstream.script(Answer.json({"error": {"message": "model 'm' not found"}}, 404))
    with pytest.raises(NotFoundError) as raised:
        await ask(connection(upstream.openai_url))
    assert "Asked was" not in raised.value.hint


@pytest.mark.anyio
async def test_where_nothing_is_found_the_error_says_what_was_asked_and_what_it_should_be(upstream: Upstream) -> None:
    host = upstream.openai_url.removesuffix("/v1")
    wrong = connection(f"{host}/nowhere")
    with pytest.raises(NotFoundError) as raised:
        await ask(wrong)
    for words in (f"POST {host}/nowhere/chat/completions", f"{host}/nowhere/v1/chat/completions", "ends in /v1"):
        assert words in raised.value.hint
    assert resolved_address(wrong.base_url) == f"{host}/nowhere"
    with pytest.raises(NotFoundError) as raised:
        await ask(connection(f"{host}/v2"))
    assert raised.value.hint.startswith(f"Asked was POST {host}/v2/chat/completions. Check the connection's address")
    async with open_provider(wrong) as provider:
        with pytest.raises(NotFoundError, match="404") as raised:
            await provider.list_models()
    assert f"GET {host}/nowhere/models" in raised.value.hint


CHAT = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "High water"}, "finish_reason": "stop"}]}


def said(body: str, status: int = 200, type_: str = "text/plain", **headers: str) -> bytes:
    """A response as it goes over the socket."""
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {type_}\r\nContent-Length: {len(body.encode())}\r\n{more}"
    return f"{head}Connection: close\r\n\r\n{body}".encode()


def as_json(value: Any, status: int = 200) -> bytes:
    return said(json.dumps(value), status, "application/json")


@asynccontextmanager
async def impostor(elsewhere: bytes, at: Sequence[str] = ("/v1",)) -> AsyncIterator[tuple[str, list[str]]]:
    """A server whose chat is at `at`, and that answers everything else in its own way; its address, and what it saw."""
    seen: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        await reader.readexactly(sum(lengths))
        method, target, _ = head.decode().split(" ", 2)
        path = target.partition("?")[0]
        seen.append(f"{method} {path}")
        answers = {
            f"{at[0]}/chat/completions": as_json(CHAT),
            f"{at[0]}/models": as_json({"object": "list", "data": [{"id": "m"}]}),
        }
        writer.write(answers.get(path, elsewhere))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", seen


NOTHING = said("404 page not found", 404)
ELSEWHERE = {
    "Ollama": NOTHING,
    "a method that is not allowed": as_json({"detail": "Method Not Allowed"}, 405),
    "a page at 404": said("<html><title>Not found</title></html>", 404, "text/html"),
    "a page for everything": said("<!doctype html><html><title>Chat</title></html>", 200, "text/html"),
    "LM Studio": as_json({"error": "Unexpected endpoint or method. (POST /chat/completions). Returning 200 anyway"}),
    "OpenAI": as_json({"error": {"message": "Invalid URL (POST /chat/completions)", "code": None}}, 404),
    "a sign of life": said("Ollama is running"),
    "JSON of another kind": as_json({"version": "0.35.1"}),
    "a redirect on the same host": said("", 302, Location="/login"),
    "a redirect to another host": said("", 302, Location="http://127.0.0.2:9/v1/chat/completions"),
}


@pytest.mark.anyio
@pytest.mark.parametrize("elsewhere", ELSEWHERE.values(), ids=ELSEWHERE)
async def test_whatever_a_server_says_without_v1(elsewhere: bytes) -> None:
    async with impostor(elsewhere) as (base_url, seen):
        assert await ask(connection(base_url)) == "High water"
        assert seen == ["POST /chat/completions", "POST /v1/chat/completions"]
    forget_addresses()
    async with impostor(elsewhere) as (base_url, seen), open_provider(connection(base_url)) as provider:
        assert await provider.list_models() == ["m"]
        assert seen == ["GET /models", "GET /v1/models"]


@pytest.mark.anyio
async def test_a_server_that_needs_no_v1_is_asked_without() -> None:
    async with impostor(NOTHING, at=["/inference"]) as (base_url, seen):
        assert await ask(connection(f"{base_url}/inference")) == "High water"
        assert seen == ["POST /inference/chat/completions"]


@pytest.mark.anyio
async def test_the_native_address_of_ollama() -> None:
    async with impostor(NOTHING) as (base_url, seen):
        assert await ask(connection(f"{base_url}/api/chat")) == "High water"
        assert seen == ["POST /api/chat/completions", "POST /api/v1/chat/completions", "POST /v1/chat/completions"]


@pytest.mark.anyio
async def test_a_server_that_moves_is_found_again() -> None:
    at = ["/v1"]
    async with impostor(NOTHING, at) as (base_url, seen):
        moving = connection(base_url)
        await ask(moving)
        assert resolved_address(base_url) == f"{base_url}/v1"
        at[0] = ""
        seen.clear()
        assert await ask(moving) == "High water"
        assert seen == ["POST /v1/chat/completions", "POST /chat/completions"]
        assert resolved_address(base_url) == base_url
        assert address_notes(moving) == []


@pytest.mark.anyio
async def test_a_server_that_is_down_is_not_looked_for() -> None:
    async with impostor(as_json({"error": "no"}, 500)) as (base_url, seen):
        with pytest.raises(ServerError):
            await ask(connection(base_url))
        assert seen == ["POST /chat/completions"]
    assert resolved_address(base_url) == base_url


@pytest.mark.anyio
async def test_the_token_goes_to_no_other_host() -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))
        writer.close()

    other = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = other.sockets[0].getsockname()[1]
    async with other:
        there = said("", 302, Location=f"http://127.0.0.1:{port}/v1/chat/completions")
        async with impostor(there, at=["/never"]) as (base_url, seen):
            with pytest.raises(ProtocolError, match="redirect"):
                await ask(connection(base_url, api_token="s3cret-s3cret"))
            assert len(seen) == 2
    assert heard == []


@pytest.mark.anyio
async def test_stop_closes_the_connection_on_the_way_to_the_address(upstream: Upstream) -> None:
    bare = connection(upstream.openai_url.removesuffix("/v1"))
    long = ChatRequest(model="m", messages=(Message(role="user", content="upstream: tokens=500 rate=50"),))
    async with ModelServer(bare) as provider, aclosing(provider.stream(long)) as events:
        async for event in events:
            assert isinstance(event, TextDelta)
            break
    assert await asyncio.to_thread(upstream.requests[-1].left_early.wait, 5)


@pytest.mark.anyio
async def test_a_query_stays_behind_the_path() -> None:
    async with impostor(NOTHING) as (base_url, seen):
        exchange = Exchange()
        assert await ask(connection(f"{base_url}/chat/completions?key=s3cret-s3cret"), exchange) == "High water"
        assert seen[-1] == "POST /v1/chat/completions"
        assert "s3cret" not in json.dumps([exchange.notes, exchange.url])
        wrong = connection(f"{base_url}/v7?key=s3cret-s3cret")
        with pytest.raises(ProviderError) as raised:
            await ask(wrong)
        assert "s3cret" not in raised.value.hint + "".join(address_notes(wrong))


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("api.example.com/v1", "https://api.example.com/v1"),
        (" localhost:11434/v1 ", "http://localhost:11434/v1"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://api.example.com", "http://api.example.com"),
        ("", ""),
    ],
)
def test_a_scheme_that_is_left_out_is_added(typed: str, address: str) -> None:
    assert with_scheme(typed) == address
