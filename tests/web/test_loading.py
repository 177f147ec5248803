"""Sockets wait until all is loaded; pages and files do not."""

import threading

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from playground.web.loading import Loading


@pytest.fixture
def loaded() -> threading.Event:
    """Set when all is loaded."""
    return threading.Event()


@pytest.fixture
def client(loaded: threading.Event) -> TestClient:
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("loaded" if loaded.is_set() else "too early")
        await socket.close()

    def page(_: Request) -> PlainTextResponse:
        return PlainTextResponse("page")

    app = Starlette(routes=[Route("/", page), WebSocketRoute("/talk", talk)])
    app.add_middleware(Loading, load=lambda: loaded.wait(20))
    return TestClient(app)


def test_a_page_is_served_while_the_rest_is_loaded(client: TestClient, loaded: threading.Event) -> None:
    assert client.get("/").text == "page"
    loaded.set()


def test_a_socket_waits_until_all_is_loaded(client: TestClient, loaded: threading.Event) -> None:
    client.get("/")
    threading.Timer(0.1, loaded.set).start()
    with client.websocket_connect("/talk") as socket:
        assert socket.receive_text() == "loaded"
