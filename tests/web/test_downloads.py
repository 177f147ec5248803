"""Downloads: by a token alone, whole, and no longer than they are offered."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.owner import DEFAULT_OWNER
from playground.web.downloads import Downloads, download_routes, downloads


def test_a_file_is_sent_to_whoever_has_its_token(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(b"PK" * 100_000)
    token = downloads.offer(file, "mine.zip", DEFAULT_OWNER)
    assert downloads.offer(file, "mine.zip", DEFAULT_OWNER) == token
    with TestClient(Starlette(routes=download_routes())) as client:
        for base in ("", "/base/path"):
            answer = client.get(f"{base}/download/{token}")
            assert answer.status_code == 200
            assert answer.content == file.read_bytes()
            assert answer.headers["content-disposition"] == 'attachment; filename="mine.zip"'
            assert answer.headers["cache-control"] == "no-store"
        assert client.get(f"/download/{token[:-1]}x").status_code == 404
        assert client.get("/download/..%2F..%2Fetc%2Fpasswd").status_code == 404
        downloads.withdraw(file)
        assert client.get(f"/download/{token}").status_code == 404


def test_a_file_that_was_removed_is_said_to_be_gone(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(b"PK")
    token = downloads.offer(file, "mine.zip", DEFAULT_OWNER)
    file.unlink()
    with TestClient(Starlette(routes=download_routes())) as client:
        answer = client.get(f"/download/{token}")
    assert (answer.status_code, "not there any more" in answer.text) == (404, True)


def test_the_oldest_offers_go_first(tmp_path: Path) -> None:
    offers = Downloads()
    first = offers.offer(tmp_path / "first", "x", DEFAULT_OWNER)
    for number in range(1_000):
        offers.offer(tmp_path / f"{number}", "x", DEFAULT_OWNER)
    assert first not in offers._offered
