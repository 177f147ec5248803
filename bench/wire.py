"""What a chunk of a stream costs: our client, the least that any client must do, and two others.

In memory each event comes as one chunk of bytes. Over a socket all clients read the same stream of a server in
another process, and the processor time of this one is counted, for waiting is not work.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from statistics import median

import httpx
import httpx2
import httpx_sse
import openai
import orjson

from bench.answers import Plan, tokens
from bench.report import Figure
from bench.upstream import native_end, native_frame, openai_end, openai_frame, upstream
from playground.messages import ChatRequest, Message
from playground.providers import Connection, open_provider
from playground.providers.reading import AnswerReader
from playground.sse import EventDecoder

QUESTION = "Tell me of the sea."


def measure(*, quick: bool) -> list[Figure]:
    """Microseconds per chunk."""
    count, rounds = (400, 3) if quick else (4_000, 15)
    figures = []
    for dialect, frame, end in (("OpenAI", openai_frame, openai_end), ("Workers AI", native_frame, native_end)):
        chunks = [*map(frame, tokens(Plan("markdown", count, 0))), *end(count)]
        contenders: dict[str, Callable[[list[bytes]], object]] = {
            "json": _json_floor,
            "orjson": _orjson_floor,
            "sse": _decoder,
            "ours": _reader,
            "httpx-sse": _httpx_sse,
        }
        if dialect == "OpenAI":
            contenders["sdk"] = lambda chunks: asyncio.run(_sdk(chunks))
        cost = _in_turns(contenders, chunks, rounds)
        figures += [
            Figure(f"{dialect} bytes to events, in memory", "µs/chunk", cost["ours"], cost["json"], 1.5, "floor, json"),
            Figure("  the same", "µs/chunk", cost["ours"], cost["orjson"], None, "floor, orjson"),
            Figure("  event parser alone", "µs/chunk", cost["sse"], cost["orjson"], None, "floor, orjson"),
            Figure("  the same", "µs/chunk", cost["ours"], cost["httpx-sse"], None, "httpx-sse + json"),
        ]
        if "sdk" in cost:
            figures.append(Figure("  the same", "µs/chunk", cost["ours"], cost["sdk"], 0.1, "openai SDK"))
    return figures + asyncio.run(_over_sockets(Plan("markdown", count, 0), Plan("markdown", count // 2, 1_000), rounds))


def _in_turns(
    contenders: dict[str, Callable[[list[bytes]], object]], chunks: list[bytes], rounds: int
) -> dict[str, float]:
    """The median of each, measured in turns so that a busy moment of the machine meets all."""
    spent: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            started = time.perf_counter()
            work(chunks)
            spent[name].append((time.perf_counter() - started) / len(chunks) * 1e6)
    return {name: median(times) for name, times in spent.items()}


def _json_floor(chunks: list[bytes]) -> int:
    """Split events at blank lines and decode their JSON with the standard library."""
    said, rest = 0, b""
    for chunk in chunks:
        *events, rest = (rest + chunk).split(b"\n\n")
        for event in events:
            if event != b"data: [DONE]":
                said += len(json.loads(event[6:]))
    return said


def _orjson_floor(chunks: list[bytes]) -> int:
    """The same with the fastest decoder there is."""
    said, rest = 0, b""
    for chunk in chunks:
        *events, rest = (rest + chunk).split(b"\n\n")
        for event in events:
            if event != b"data: [DONE]":
                said += len(orjson.loads(event[6:]))
    return said


def _decoder(chunks: list[bytes]) -> int:
    decoder = EventDecoder()
    return sum(len(decoder.feed(chunk)) for chunk in chunks)


def _reader(chunks: list[bytes]) -> int:
    reader = AnswerReader(model="bench")
    return sum(len(reader.feed(chunk)) for chunk in chunks) + len(reader.finish())


def _httpx_sse(chunks: list[bytes]) -> int:
    response = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=iter(chunks))
    events = httpx_sse.EventSource(response).iter_sse()
    return sum(len(event.json()) for event in events if event.data != "[DONE]")


async def _sdk(chunks: list[bytes]) -> int:
    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=body())

    async with openai.AsyncOpenAI(
        api_key="none",
        base_url="http://bench/v1",
        http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(answer)),
    ) as client:
        return await _ask_sdk(client, "any")


async def _ask_sdk(client: openai.AsyncOpenAI, model: str) -> int:
    stream = await client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": QUESTION}], stream=True
    )
    said = 0
    async for chunk in stream:
        if chunk.choices:
            said += len(chunk.choices[0].delta.content or "")
    return said


async def _over_sockets(flood: Plan, paced: Plan, rounds: int) -> list[Figure]:
    with upstream() as origin:
        connection = Connection(kind="openai_compatible", base_url=f"{origin}/v1", api_token=None)
        async with (
            open_provider(connection) as provider,
            openai.AsyncOpenAI(api_key="none", base_url=f"{origin}/v1") as sdk,
            httpx.AsyncClient(base_url=origin) as bare,
        ):

            async def ours(model: str) -> int:
                request = ChatRequest(model=model, messages=(Message("user", QUESTION),))
                return len([event async for event in provider.stream(request)])

            async def sdks(model: str) -> int:
                return await _ask_sdk(sdk, model)

            async def sse(model: str) -> int:
                async with httpx_sse.aconnect_sse(
                    bare, "POST", "/v1/chat/completions", json={"model": model}
                ) as source:
                    events = [event.data async for event in source.aiter_sse()]
                    return sum(len(json.loads(data)) for data in events if data != "[DONE]")

            figures = []
            for name, plan, turns in (("flood", flood, rounds), ("1,000 a second", paced, max(rounds // 5, 1))):
                cost = await _cpu_in_turns({"ours": ours, "sdk": sdks, "sse": sse}, plan, turns)
                label = f"Through the provider, {name}"
                figures.append(Figure(label, "µs CPU/chunk", cost["ours"], cost["sdk"], None, "openai SDK"))
                figures.append(
                    Figure("  the same", "µs CPU/chunk", cost["ours"], cost["sse"], None, "httpx-sse + json")
                )
            return figures


async def _cpu_in_turns(
    contenders: dict[str, Callable[[str], Awaitable[int]]], plan: Plan, rounds: int
) -> dict[str, float]:
    spent: dict[str, list[float]] = {name: [] for name in contenders}
    for work in contenders.values():
        await work(Plan("paragraph", 10, 0).model)
    for _ in range(rounds):
        for name, work in contenders.items():
            started = time.process_time()
            await work(plan.model)
            spent[name].append((time.process_time() - started) / plan.tokens * 1e6)
    return {name: median(times) for name, times in spent.items()}
