"""The script that says so where no WebSocket gets through is in Streamlit's pages, and in nothing else."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from playground.channel.serving import built
from playground.web.socket_note import LONGEST_PAGE, SocketNote

STREAMLIT = '<html><head><title>x</title></head><body><div id="root"></div></body></html>'
OTHER = "<html><head></head><body>A page of ours</body></html>"


async def in_pieces(_: Request) -> Response:
    return StreamingResponse(iter([STREAMLIT[:20], STREAMLIT[20:]]), media_type="text/html")


def answered(path: str, **headers: str) -> httpx.Response:
    app = Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse(STREAMLIT * 20)),
            Route("/pieces", in_pieces),
            Route("/other", lambda _: HTMLResponse(OTHER)),
            Route("/long", lambda _: HTMLResponse("y" * (LONGEST_PAGE + 5) + STREAMLIT)),
            Route("/missing", lambda _: HTMLResponse(STREAMLIT, 404)),
            Route("/text", lambda _: PlainTextResponse(STREAMLIT)),
        ]
    )
    served = SocketNote(GZipMiddleware(app, minimum_size=500))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://127.0.0.1") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(ask())


@pytest.mark.parametrize("path", ["/", "/pieces"])
def test_a_page_that_is_opened_has_it_once(path: str) -> None:
    page = answered(path, accept="text/html,*/*", **{"accept-encoding": "gzip"})
    assert (
        page.text.count(f'<script type="module" src="./channel/{built.built_version()}/no_socket.js"></script></head>')
        == 1
    )
    assert page.text.count(f'<head><script src="./channel/{built.built_version()}/frame.js"></script>') == 1
    assert int(page.headers["content-length"]) == len(page.content)
    assert {"frame.js", "no_socket.js"} <= built.files().keys()


@pytest.mark.parametrize("path", ["/other", "/long", "/missing", "/text"])
def test_all_else_passes_as_it_is(path: str) -> None:
    assert "no_socket" not in answered(path, accept="text/html").text


def test_what_no_person_opens_stays_packed() -> None:
    asked = answered("/", accept="*/*", **{"accept-encoding": "gzip"})
    assert asked.headers["content-encoding"] == "gzip"
    assert "no_socket" not in asked.text
