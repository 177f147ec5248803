"""The routes of the channel: who may open its socket, and how the built files are served, wherever the app stands."""

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from playground.channel.pages import Page
from playground.channel.serving import built
from tests.channel.browser import Browser

CODE = "export const mountTranscript = 1;"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A browser part that was built."""
    folder = tmp_path / "built"
    (folder / "fonts").mkdir(parents=True)
    (folder / "main.js").write_text(CODE)
    (folder / "main.css").write_text("p {}")
    (folder / "fonts" / "math.woff2").write_bytes(b"font")
    (folder / "notes.txt").write_text("not served")
    (tmp_path / "secret.js").write_text("not served")
    monkeypatch.setattr(built, "FOLDER", folder)
    forget()
    yield folder
    forget()


def forget() -> None:
    built.files.cache_clear()
    built.built_version.cache_clear()


def fetched(url: str, path: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body, of exactly this path."""
    client = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        client.request("GET", path)
        answer = client.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        client.close()


@pytest.mark.parametrize("base", ["", "/app", "/a/deep/path"])
def test_built_files_are_served_for_good_under_their_version(url: str, folder: Path, base: str) -> None:
    status, headers, body = fetched(url, f"{base}/channel/{built.built_version()}/main.js")
    assert (status, body.decode()) == (200, CODE)
    assert headers["content-type"].startswith("text/javascript")
    assert "immutable" in headers["cache-control"]
    assert headers["x-content-type-options"] == "nosniff"
    assert fetched(url, f"{base}/channel/{built.built_version()}/fonts/math.woff2")[1]["content-type"] == "font/woff2"


def test_a_page_from_before_a_restart_gets_the_files_of_now_and_keeps_them_not(url: str, folder: Path) -> None:
    status, headers, _ = fetched(url, "/channel/0123456789abcdef/main.css")
    assert (status, headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize(
    "name", ["none.js", "notes.txt", "../secret.js", "..%2fsecret.js", "fonts/../../secret.js", "fonts", ""]
)
def test_nothing_else_is_served(url: str, folder: Path, name: str) -> None:
    assert fetched(url, f"/channel/{built.built_version()}/{name}")[0] == 404


def test_the_version_changes_with_any_file(folder: Path) -> None:
    before = built.built_version()
    (folder / "main.css").write_text("p { color: red }")
    forget()
    assert built.built_version() != before


def test_a_part_that_was_not_built_has_no_version(folder: Path) -> None:
    (folder / "main.js").unlink()
    forget()
    assert built.built_version() == ""


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "http://localhost.evil.example"])
def test_pages_of_others_cannot_open_the_socket(url: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(url, origin=Origin(origin)):
        pass
    assert refused.value.response.status_code == 403


def test_a_name_that_points_here_cannot_open_the_socket(url: str) -> None:
    address = urlsplit(url)
    with (
        socket.create_connection((address.hostname, address.port)) as reached,
        pytest.raises(InvalidStatus) as refused,
        connect(url.replace("127.0.0.1", "evil.example"), sock=reached),
    ):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("base", ["/app", "/a/deep/path"])
def test_the_socket_is_there_under_whatever_path_the_app_has(url: str, page: Page, base: str) -> None:
    address = urlsplit(url)
    with Browser(f"{address.scheme}://{address.netloc}{base}/channel", page.token) as browser:
        browser.until(lambda: "main" in browser.slots)
