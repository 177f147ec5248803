"""A model server that answers each question as one document after 50 ms: `python -m bench.prompt_server PORT`."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.own_process import server_process

DELAY_S = 0.05
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


def _document() -> bytes:
    text = "The sea is salty because rivers carry salt into it. " * 3
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 12, "completion_tokens": 40, "total_tokens": 52}
    return json.dumps(
        {"id": "c", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage}
    ).encode()


_ANSWER = _document()
_MODELS = json.dumps({"object": "list", "data": [{"id": "m"}]}).encode()


@contextmanager
def prompt_server() -> Iterator[str]:
    """A running server in a process of its own; its origin."""
    with server_process("bench.prompt_server") as origin:
        yield origin


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.lower().split(b"\r\n")
            length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
            await reader.readexactly(length)
            if head.startswith(b"POST"):
                await asyncio.sleep(DELAY_S)
            answer = _ANSWER if head.startswith(b"POST") else _MODELS
            writer.write(_HEAD % len(answer) + answer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _main(port: int) -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", port, backlog=1_000)
    print("listening", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
