"""Routes that are made when one of them is asked for, once all is loaded."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route
from starlette.testclient import TestClient

from playground.web.late_routes import LateRoutes


class Made:
    """The routes, and how often they were made."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.times = 0

    def __call__(self) -> list[BaseRoute]:
        assert self.ready.is_set()
        self.times += 1
        return [Route(f"{base}/s/{{id}}", self.answer, methods=["GET", "POST"]) for base in ("", "/{base:path}")]

    @staticmethod
    def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{request.method} {request.path_params['id']}")


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.fixture
def client(made: Made) -> TestClient:
    def other(_: Request) -> PlainTextResponse:
        return PlainTextResponse("another page")

    return TestClient(Starlette(routes=[LateRoutes(("s", "vote"), made, made.ready), Route("/{path:path}", other)]))


def test_they_wait_until_all_is_loaded_and_are_made_once(made: Made, client: TestClient) -> None:
    with ThreadPoolExecutor() as threads:
        first, second = (threads.submit(client.get, f"/s/{number}") for number in (1, 2))
        assert client.get("/").text == "another page"
        assert made.times == 0
        made.ready.set()
        assert {first.result().text, second.result().text} == {"GET 1", "GET 2"}
    assert client.post("/below/a/path/s/3").text == "POST 3"
    assert made.times == 1


@pytest.mark.parametrize("path", ["/s/", "/s", "/s/1/2", "/ss/1", "/chat", "/s/1/"])
def test_other_addresses_are_not_theirs(path: str, made: Made, client: TestClient) -> None:
    assert client.get(path).text == "another page"
    assert made.times == 0


def test_what_they_do_not_know_is_not_found(made: Made, client: TestClient) -> None:
    made.ready.set()
    assert client.get("/vote/1").status_code == 404
