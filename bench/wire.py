"""What a chunk of a stream costs in memory: our reader, the least that any client must do, and two others."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from statistics import median

import httpx
import httpx2
import httpx_sse
import openai
import orjson

from bench.answers import Plan, tokens
from bench.report import Figure
from bench.upstream import native_end, native_frame, openai_end, openai_frame
from playground.providers.dialects import chat_completions, workers_ai
from playground.providers.wire.dialect import Dialect
from playground.providers.wire.reading import AnswerReader
from playground.providers.wire.sse import EventDecoder


def measure(*, quick: bool) -> list[Figure]:
    """Microseconds per chunk."""
    count, rounds = (400, 3) if quick else (4_000, 15)
    figures = []
    for dialect, wire, frame, end in (
        ("OpenAI", chat_completions, openai_frame, openai_end),
        ("Workers AI", workers_ai, native_frame, native_end),
    ):
        chunks = [*map(frame, tokens(Plan("document", count, 0))), *end(count)]
        contenders: dict[str, Callable[[list[bytes]], object]] = {
            "json": _json_floor,
            "orjson": _orjson_floor,
            "sse": _decoder,
            "ours": partial(_reader, wire),
            "httpx-sse": _httpx_sse,
        }
        if dialect == "OpenAI":
            contenders["sdk"] = lambda chunks: asyncio.run(_sdk(chunks))
        cost = _in_turns(contenders, chunks, rounds)
        ours, name = cost["ours"], f"{dialect}: bytes to events"
        figures += [
            Figure(name, "µs/chunk", ours, cost["json"], "floor, json", ratio=1.5),
            Figure("  the same", "µs/chunk", ours, cost["orjson"], "floor, orjson"),
            Figure("  event parser alone", "µs/chunk", cost["sse"], cost["orjson"], "floor, orjson"),
            Figure("  the same", "µs/chunk", ours, cost["httpx-sse"], "httpx-sse + json"),
        ]
        if "sdk" in cost:
            figures.append(Figure("  the same", "µs/chunk", ours, cost["sdk"], "openai SDK", ratio=0.1))
    return figures


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


def _reader(dialect: Dialect, chunks: list[bytes]) -> int:
    reader = AnswerReader(dialect=dialect, model="bench")
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
        stream = await client.chat.completions.create(
            model="any", messages=[{"role": "user", "content": "Tell me of the sea."}], stream=True
        )
        return sum([len(choice.delta.content or "") async for chunk in stream for choice in chunk.choices])
