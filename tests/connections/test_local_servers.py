"""Servers on this machine, found on real sockets."""

import asyncio
import socket
from dataclasses import replace

import pytest

from playground.connections.local_servers import LOCAL_SERVICES, find_local_servers
from playground.connections.services import Service
from tests.upstream import Answer, Upstream

OLLAMA, LM_STUDIO = LOCAL_SERVICES[:2]


@pytest.fixture
def closed() -> Service:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    return replace(LM_STUDIO, base_url=f"http://127.0.0.1:{port}/v1")


def test_what_answers_is_found_and_what_does_not_is_passed_over(upstream: Upstream, closed: Service) -> None:
    answering = replace(OLLAMA, base_url=upstream.openai_url)
    (found,) = asyncio.run(find_local_servers((closed, answering)))
    assert (found.service.id, found.models) == ("ollama", len(upstream.service.rows))
    (request,) = upstream.requests
    assert request.path == "/v1/models"
    assert "authorization" not in request.headers


def test_one_that_wants_a_key_is_found(upstream: Upstream) -> None:
    upstream.script(Answer.json({"error": {"message": "Unauthorized"}}, 401), "/models")
    (found,) = asyncio.run(find_local_servers((replace(OLLAMA, base_url=upstream.openai_url),)))
    assert found.models is None


@pytest.mark.parametrize(
    "answer",
    [
        Answer((b"<html>Something else</html>",), content_type="text/html"),
        Answer.json({"hello": "there"}),
        Answer.json({"detail": "Not found"}, 404),
        Answer((), delay=60),
    ],
    ids=["a page", "other JSON", "nothing there", "silence"],
)
def test_anything_else_is_none(upstream: Upstream, answer: Answer) -> None:
    upstream.script(answer, "/models")
    assert asyncio.run(find_local_servers((replace(OLLAMA, base_url=upstream.openai_url),))) == ()


def test_the_ports_are_those_that_the_programs_use() -> None:
    assert {service.id: service.base_url.partition("127.0.0.1:")[2] for service in LOCAL_SERVICES} == {
        "ollama": "11434/v1",
        "lmstudio": "1234/v1",
        "vllm": "8000/v1",
        "llamacpp": "8080/v1",
    }
