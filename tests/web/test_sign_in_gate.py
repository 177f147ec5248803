"""The gate in front of Streamlit's sign-in: what begins and ends a sign-in, and what is for visitors alone."""

import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from playground.access.admission import NotAdmittedError, SignInCookie, Visitor
from playground.owner import Owner
from playground.web.downloads import download_routes, downloads
from playground.web.sign_in_gate import SignInGate


@dataclass
class Door:
    """Who is in, by the ids of their cookies."""

    inside: set[str] = field(default_factory=set)

    def begin(self, cookie: SignInCookie) -> bool:
        self.inside.add(cookie.id)
        return True

    def end(self, cookie: SignInCookie) -> None:
        self.inside.discard(cookie.id)

    def visitor(self, cookie: SignInCookie | None) -> Visitor:
        if cookie is None or cookie.id not in self.inside:
            raise NotAdmittedError("nobody")
        return Visitor(cookie.owner, "user")


def read(cookies: Mapping[str, str]) -> SignInCookie | None:
    """A cookie that is its own id; signatures are Streamlit's."""
    id_ = cookies.get("user", "")
    return SignInCookie(id_, Owner(id_), "", True, "") if id_ else None


async def _callback(request: Request) -> Response:
    answer = RedirectResponse("/")
    answer.delete_cookie("user_1")
    if "code" in request.query_params:
        answer.set_cookie("user", request.query_params["code"])
    else:
        answer.delete_cookie("user")
    return answer


async def _words(_: Request) -> PlainTextResponse:
    return PlainTextResponse("words")


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def client(door: Door) -> Iterator[httpx.Client]:
    app = Starlette(
        routes=[Route("/oauth2callback", _callback), *download_routes(), Route("/{path:path}", _words)],
        middleware=[Middleware(SignInGate, read=read, doors=lambda: door)],
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}") as opened:
            yield opened
        server.should_exit = True
        thread.join()


def test_a_sign_in_begins_with_the_providers_answer_and_no_other_way(client: httpx.Client, door: Door) -> None:
    client.get("/oauth2callback?error=denied")
    client.get("/", headers={"cookie": "user=made-up"})
    assert door.inside == set()
    client.get("/oauth2callback?code=ada")
    assert door.inside == {"ada"}


def test_signing_in_again_ends_the_sign_in_whose_cookie_is_replaced(client: httpx.Client, door: Door) -> None:
    client.get("/oauth2callback?code=ada")
    client.get("/oauth2callback?code=bob")
    assert door.inside == {"bob"}


def test_signing_out_ends_it_under_any_base_path(client: httpx.Client, door: Door) -> None:
    client.get("/oauth2callback?code=ada")
    client.get("/play/auth/logout")
    assert door.inside == set()


@pytest.mark.parametrize(
    "path", ["/media/abc.csv", "/play/media/abc.csv", "/_stcore/upload_file/x/y", "/_stcore/metrics"]
)
def test_files_of_pages_are_for_who_is_signed_in(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 403
    assert client.get(path, headers={"cookie": "user=made-up"}).status_code == 403
    client.get("/oauth2callback?code=ada")
    assert client.get(path).text == "words"


def test_a_file_to_download_is_for_its_owner_alone(client: httpx.Client, tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(b"PK" * 100)
    address = f"/download/{downloads.offer(file, 'mine.zip', Owner('ada'))}"
    assert client.get(address).status_code == 403
    client.get("/oauth2callback?code=bob")
    assert client.get(address).status_code == 404
    client.get("/oauth2callback?code=ada")
    assert client.get(address).content == file.read_bytes()
    assert client.get(f"/play{address}").content == file.read_bytes()


@pytest.mark.parametrize("base", ["", "/play", "/static", "/static/media", "/static/media/x"])
def test_no_base_path_leads_around_the_gate(client: httpx.Client, base: str) -> None:
    assert client.get(f"{base}/download/abc").status_code == 403


@pytest.mark.parametrize("path", ["/", "/history", "/healthz", "/static/media/font.woff2", "/_stcore/health"])
def test_the_way_in_is_for_everybody(client: httpx.Client, path: str) -> None:
    assert client.get(path).text == "words"
