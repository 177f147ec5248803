"""What we write is for its owner alone, whatever the umask and whatever was there before."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.connections import settings
from playground.messages import Message
from playground.models.catalog.refresh import refresh
from playground.models.local import assets
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.providers.workers_ai import WorkersAI
from playground.store import open_stores, sqlite_url
from playground.system.private_files import open_private, private_data_folder, private_file, private_folder
from tests.package_index import Index, serve
from tests.upstream import ACCOUNT, TOKEN, Upstream

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="rights are something else there"),
]


@pytest.fixture(params=[0o000, 0o022, 0o177], ids=["umask 000", "umask 022", "umask 177"], autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_to_others(folder: Path) -> list[str]:
    """Everything below a folder, and itself, that somebody else has a right to, or that its owner lacks one to."""
    wanted = {True: 0o700, False: 0o600}
    return [f"{path} {mode(path):o}" for path in (folder, *folder.rglob("*")) if mode(path) != wanted[path.is_dir()]]


def test_the_database_and_its_companions(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    with open_stores(sqlite_url(folder)) as stores:
        store = stores.of(DEFAULT_OWNER)
        chat = store.create_conversation()
        store.add_turn(chat.id, None, Message("user", "Hi"))
        store.start_reply(chat.id, None, model="m")  # an owner is held
        names = {path.name for path in folder.rglob("*") if path.is_file()}
        assert {"playground.db", "playground.db-wal", "playground.db-shm"} < names
        assert open_to_others(tmp_path / "made") == []


def test_a_database_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    with open_stores(sqlite_url(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)
        store.start_reply(store.create_conversation().id, None, model="m")
    for path in (tmp_path / "playground.db", tmp_path / "playground.db-claims"):
        path.chmod(0o777)
    with open_stores(sqlite_url(tmp_path)):
        assert mode(tmp_path / "playground.db") == 0o600
        assert mode(tmp_path / "playground.db-claims") == 0o700


async def test_the_list_of_models(tmp_path: Path, upstream: Upstream) -> None:
    connection = Connection(kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN)
    async with WorkersAI(connection) as source:
        await refresh(source, tmp_path / "made" / "models.json")
    assert (tmp_path / "made" / "models.json").exists()
    assert open_to_others(tmp_path / "made") == []


def test_a_fetched_file_and_its_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with serve(Index()) as index:
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        assets.fetch(index.asset(), tmp_path / "data").result.result(timeout=60)
    assert open_to_others(tmp_path / "data") == []


def test_folders_that_are_made_are_private_and_those_that_are_there_stay(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there").chmod(0o755)
    private_folder(tmp_path / "there" / "a" / "b")
    assert mode(tmp_path / "there") == 0o755
    assert open_to_others(tmp_path / "there" / "a") == []


def test_a_file_keeps_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("kept")
    path.chmod(0o666)
    assert private_file(path).read_text() == "kept"
    assert mode(path) == 0o600
    os.close(open_private(tmp_path / "b", os.O_WRONLY | os.O_CREAT))
    assert mode(tmp_path / "b") == 0o600


@pytest.mark.parametrize("holds", [(), ("playground.db", "x")], ids=["empty", "our database"])
def test_a_data_folder_that_is_ours_is_closed(tmp_path: Path, holds: tuple[str, ...]) -> None:
    for name in holds:
        (tmp_path / name).write_text("")
    tmp_path.chmod(0o755)
    private_data_folder(tmp_path, default=Path("/nowhere"))
    assert mode(tmp_path) == 0o700


def test_the_default_one_is_ours(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    tmp_path.chmod(0o755)
    private_data_folder(tmp_path, default=tmp_path)
    assert mode(tmp_path) == 0o700


@pytest.mark.parametrize(
    ("name", "rights"), [("somebody's work.txt", 0o755), ("", 0o1777)], ids=["other files in it", "as /tmp is"]
)
def test_a_folder_of_others_stays_and_that_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, rights: int
) -> None:
    if name:
        (tmp_path / name).write_text("")
    tmp_path.chmod(rights)
    private_data_folder(tmp_path, default=Path("/nowhere"))
    assert mode(tmp_path) == rights
    assert "others can see the names" in caplog.text


def test_a_home_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home" / "me"))
    (tmp_path / "home" / "me").mkdir(parents=True)
    for folder in (tmp_path / "home", tmp_path / "home" / "me"):
        folder.chmod(0o755)
        private_data_folder(folder, default=Path("/nowhere"))
        assert mode(folder) == 0o755


def test_the_setting_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "data"))
    settings.open_data_dir()
    assert mode(tmp_path / "data") == 0o700


def test_a_database_that_can_only_be_read_is_opened(tmp_path: Path) -> None:
    with open_stores(sqlite_url(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)
        store.create_conversation()
    asked = f"sqlite:///file:{tmp_path}/playground.db?mode=ro&uri=true"
    code = f"from playground.store import open_stores; print(open_stores({asked!r}).migration)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
