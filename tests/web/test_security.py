"""Which hosts and origins are served, over real sockets, and what every answer's headers forbid."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from playground.web.security import HEADERS, WebSecurity

UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


async def _hello(_: object) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def _channel(channel: WebSocket) -> None:
    await channel.accept()
    await channel.close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server behind the check that is also served as play.example."""
    app = Starlette(
        routes=[Route("/", _hello), WebSocketRoute("/", _channel)],
        middleware=[Middleware(WebSecurity, allowed=["Play.Example.", " ", "localhost"])],
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="websockets-sansio"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


def answer(port: int, *headers: str, upgrade: bool = False) -> str:
    """All that is answered to a request with these headers; to a WebSocket's, how it begins."""
    lines = "".join(f"{header.format(port=port)}\r\n" for header in headers)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(f"GET / HTTP/1.1\r\n{lines}{UPGRADE if upgrade else 'Connection: close'}\r\n\r\n".encode())
        said = client.recv(4096)
        while not upgrade and (piece := client.recv(4096)):
            said += piece
    return said.decode("utf-8", "replace")


SERVED = [
    ("Host: 127.0.0.1:{port}",),
    ("Host: localhost:{port}", "Origin: http://localhost:{port}"),
    ("Host: app.localhost:{port}",),
    ("Host: [::1]:{port}", "Origin: http://[::1]:{port}"),
    ("Host: 127.0.0.1:{port}", "Origin: http://127.0.0.1:{port}"),
    ("Host: play.example", "Origin: https://play.example"),
    ("Host: PLAY.example:443", "Origin: https://play.example"),
    ("Host: 127.0.0.1:{port}", "Origin: https://play.example"),  # a proxy that puts its own name for the host
]
REFUSED = [
    ("Host: evil.example",),
    ("Host: evil.example", "Origin: http://evil.example"),
    ("Host: 127.0.0.1.evil.example",),
    ("Host: play.example.evil.example",),
    ("Host: 192.168.0.7:{port}",),
    ("Host: 0.0.0.0:{port}",),
    ("Host: 127.0.0.1:{port}", "Origin: http://127.0.0.1:9"),
    ("Host: localhost:{port}", "Origin: http://localhost:9"),
    ("Host: 127.0.0.1:{port}", "Origin: http://localhost:{port}"),
    ("Host: 127.0.0.1:{port}", "Origin: http://evil.example"),
    ("Host: 127.0.0.1:{port}", "Origin: null"),
    ("Host: 127.0.0.1:{port}", "Origin: file://127.0.0.1:{port}"),
    ("Host: 127.0.0.1:{port}", "Origin: http://[::1"),
    ("Host: 127.0.0.1:{port}", "Origin: http://127.0.0.1:{port}", "Origin: http://evil.example"),
    ("Host: [::1",),
    ("Host: localhost:{port}, evil.example",),
    ("Host: localhost/evil.example",),
    ("Host: evil.example@localhost:{port}",),
    ("Host: localhost:{port}@evil.example",),
]


@pytest.mark.parametrize("headers", SERVED, ids=str)
def test_who_is_served(port: int, headers: tuple[str, ...]) -> None:
    assert answer(port, *headers).startswith("HTTP/1.1 200")
    assert answer(port, *headers, upgrade=True).startswith("HTTP/1.1 101")


@pytest.mark.parametrize("headers", REFUSED, ids=str)
def test_who_is_refused(port: int, headers: tuple[str, ...]) -> None:
    refused = answer(port, *headers)
    assert refused.startswith(("HTTP/1.1 403", "HTTP/1.1 400"))
    assert "hello" not in refused
    assert answer(port, *headers, upgrade=True).startswith(("HTTP/1.1 403", "HTTP/1.1 400"))


def test_a_refusal_says_what_to_set(port: int) -> None:
    assert "Add the name to PLAYGROUND_ALLOWED_HOSTS" in answer(port, "Host: lab.example")


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.example"])
def test_every_answer_says_what_its_page_may_do(port: int, host: str) -> None:
    head = answer(port, f"Host: {host}").lower()
    for name, value in HEADERS.items():
        assert f"{name}: {value}".lower() in head
