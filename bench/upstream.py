"""A model server that keeps to a schedule and remembers what it sent when: `python -m bench.upstream PORT MODEL…`.

OpenAI's `/v1/models` and `/v1/chat/completions`, and Workers AI's native stream under `/client/v4`; the model's name
says what it answers. `/sent/MODEL` tells the moments, in seconds since the epoch, at which the tokens of that model's
last answer were written to the socket, `/closed/MODEL` the moment at which its reader left before the end. A plain
asyncio server, because a framework between schedule and socket would be measured too.
"""

import asyncio
import json
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.answers import Plan, tokens
from bench.own_process import server_process

_sent: dict[str, list[float]] = {}
_closed: dict[str, float] = {}
_served: list[str] = []


def openai_frame(text: str) -> bytes:
    """One token as OpenAI's servers frame it."""
    choice = {"index": 0, "delta": {"content": text}, "logprobs": None, "finish_reason": None}
    return _frame(
        {
            "id": "chatcmpl-8f1c0a52",
            "object": "chat.completion.chunk",
            "created": 1_790_000_000,
            "model": "bench",
            "choices": [choice],
        }
    )


def native_frame(text: str) -> bytes:
    """One token as Workers AI frames it, padding included."""
    return _frame({"response": text, "p": "abdefghijklmnopq"})


def openai_end(count: int) -> list[bytes]:
    """Finish reason, usage, and the end of the stream."""
    usage = {"prompt_tokens": 12, "completion_tokens": count, "total_tokens": 12 + count}
    head = {"id": "chatcmpl-8f1c0a52", "object": "chat.completion.chunk", "created": 1_790_000_000, "model": "bench"}
    stop = {**head, "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}]}
    return [_frame(stop), _frame({**head, "choices": [], "usage": usage}), b"data: [DONE]\n\n"]


def native_end(count: int) -> list[bytes]:
    """The total, and the end of the stream."""
    usage = {"prompt_tokens": 12, "completion_tokens": count, "total_tokens": 12 + count}
    return [_frame({"response": "", "usage": usage}), b"data: [DONE]\n\n"]


def _frame(value: Any) -> bytes:
    return b"data: %s\n\n" % json.dumps(value, separators=(",", ":")).encode()


@contextmanager
def upstream(plans: Iterable[Plan]) -> Iterator[str]:
    """A running server in a process of its own that names the models of these plans; its origin."""
    with server_process("bench.upstream", *(plan.model for plan in plans)) as origin:
        yield origin


def sent(origin: str, plan: Plan) -> list[float]:
    """When each token of the last answer of that plan was sent."""
    moments: list[float] = _told(f"{origin}/sent/{plan.model}")
    return moments


def closed(origin: str, plan: Plan) -> float:
    """When the reader of the last answer of that plan left before its end."""
    moment: float = _told(f"{origin}/closed/{plan.model}")
    return moment


def _told(address: str) -> Any:
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            method, path, _ = head.split(" ", 2)
            length = next(
                (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0
            )
            body = json.loads(await reader.readexactly(length) or b"{}")
            if method == "POST":
                await _answer(reader, writer, path, body)
            elif path.startswith(("/sent", "/closed")):
                _, what, model = path.split("/")
                _write_json(writer, (_sent if what == "sent" else _closed)[model])
            else:
                _write_json(writer, {"object": "list", "data": [{"id": model} for model in _served]})
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def _write_json(writer: asyncio.StreamWriter, value: Any) -> None:
    body = json.dumps(value).encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: dict[str, Any]) -> None:
    native = "/ai/run/" in path
    plan = Plan.of(path.rsplit("/", 1)[-1] if native else body["model"])
    frame, end = (native_frame, native_end) if native else (openai_frame, openai_end)
    chunks = [_chunk(frame(token)) for token in tokens(plan)]
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    moments = _sent[plan.model] = []
    leaving = asyncio.create_task(_note_leaving(reader, plan.model))
    started = time.perf_counter()
    for number, chunk in enumerate(chunks):
        if plan.rate and (pause := started + number / plan.rate - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        if leaving.done():
            return
        moments.append(time.time())
        writer.write(chunk)
        if not plan.rate:
            await writer.drain()
    leaving.cancel()
    await asyncio.wait([leaving])
    for last in end(plan.tokens):
        writer.write(_chunk(last))
    writer.write(b"0\r\n\r\n")


async def _note_leaving(reader: asyncio.StreamReader, model: str) -> None:
    await reader.read(1)  # nothing comes while an answer goes out, but the end
    _closed[model] = time.time()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def _main(port: int) -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", port)
    print("listening", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    _served += sys.argv[2:]
    asyncio.run(_main(int(sys.argv[1])))
