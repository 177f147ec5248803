"""Keys on disk: encrypted, for their owner alone, and never given out for another server."""

import json
import os
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked
from pydantic import SecretStr

from playground.connections import key_file
from playground.connections.key_file import FILE, OWN_KEY, KeyFile, KeyFileError

KEY = SecretStr("sk-very-secret")
SERVER = "https://api.example.com"


class Ring(KeyringBackend):
    """A keyring that can be unlocked, locked, and slow."""

    name = "Test ring"
    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False
        self.answers = threading.Event()
        self.answers.set()

    def get_password(self, service: str, username: str) -> str | None:
        self.answers.wait(20)
        if self.locked:
            raise KeyringLocked("locked")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("locked")
        self.entries[service, username] = password


def no_keyring() -> KeyringBackend:
    """What `keyring` gives where there is none."""
    return NoKeyring()  # type: ignore[no-untyped-call]


@pytest.fixture(params=["a keyring", "no keyring"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeyFile]:
    yield from _with(Ring() if request.param == "a keyring" else no_keyring(), tmp_path)


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[Ring]:
    ring = Ring()
    for _ in _with(ring, tmp_path):
        yield ring
        ring.answers.set()


def _with(ring: KeyringBackend, folder: Path) -> Iterator[KeyFile]:
    before = keyring.get_keyring()
    keyring.set_keyring(ring)
    yield KeyFile(folder / "data")
    keyring.set_keyring(before)


def test_a_key_comes_back_for_its_owner_and_server_alone(keys: KeyFile, tmp_path: Path) -> None:
    keys.save("ada", "home", SERVER, KEY)
    again = KeyFile(tmp_path / "data")
    assert again.key("ada", "home", SERVER) == KEY
    assert again.key("bob", "home", SERVER) is None
    assert again.key("ada", "office", SERVER) is None
    assert again.key("ada", "home", "https://evil.example") is None
    again.delete("ada", "home")
    assert keys.key("ada", "home", SERVER) is None


def test_nothing_is_to_be_read_in_any_file_and_nobody_else_may_open_one(keys: KeyFile, tmp_path: Path) -> None:
    keys.save("ada", "home", SERVER, KEY)
    files = [path for path in (tmp_path / "data").iterdir() if path.is_file()]
    assert {path.name for path in files} >= {FILE}
    for path in files:
        content = path.read_text()
        assert "secret" not in content
        assert "example.com" not in content
        if sys.platform != "win32":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_opens_the_file_is_in_the_keyring_where_there_is_one(ring: Ring, tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "data")
    assert keys.location().endswith("what opens it is in the system's keyring (Test ring)")
    assert not (tmp_path / "data").exists()
    keys.save("ada", "home", SERVER, KEY)
    assert len(ring.entries) == 1
    assert not (tmp_path / "data" / OWN_KEY).exists()
    ring.entries.clear()
    with pytest.raises(KeyFileError, match="no entry"):
        keys.key("ada", "home", SERVER)


def test_without_one_it_is_said_to_be_beside_it(tmp_path: Path) -> None:
    for keys in _with(no_keyring(), tmp_path):
        assert keys.location().endswith("what opens it is beside it")
        keys.save("ada", "home", SERVER, KEY)
        (tmp_path / "data" / OWN_KEY).unlink()
        with pytest.raises(KeyFileError, match="cannot be read"):
            keys.key("ada", "home", SERVER)


def test_a_keyring_that_is_locked_or_silent_is_said(
    ring: Ring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = KeyFile(tmp_path / "data")
    ring.locked = True
    with pytest.raises(KeyFileError, match=r"refused \(KeyringLocked\)"):
        keys.save("ada", "home", SERVER, KEY)
    ring.locked = False
    keys.save("ada", "home", SERVER, KEY)
    monkeypatch.setattr(key_file, "KEYRING_PATIENCE_S", 0.05)
    ring.answers.clear()
    with pytest.raises(KeyFileError, match="does not answer"):
        keys.key("ada", "home", SERVER)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"keyring": null}', '{"keyring": null, "keys": "x"}'])
def test_a_file_that_is_none_is_said_and_left_alone(keys: KeyFile, tmp_path: Path, content: str) -> None:
    keys.save("ada", "home", SERVER, KEY)
    file = tmp_path / "data" / FILE
    file.write_text(content)
    with pytest.raises(KeyFileError, match="Move it away"):
        keys.key("ada", "home", SERVER)
    with pytest.raises(KeyFileError, match="Move it away"):
        keys.save("ada", "office", SERVER, KEY)
    assert file.read_text() == content


def test_a_file_that_was_changed_is_not_believed(keys: KeyFile, tmp_path: Path) -> None:
    keys.save("ada", "home", SERVER, KEY)
    file = tmp_path / "data" / FILE
    stored = json.loads(file.read_text())
    file.write_text(json.dumps({**stored, "keys": stored["keys"][:-6] + "AAAAA="}))
    with pytest.raises(KeyFileError, match="cannot be opened"):
        keys.key("ada", "home", SERVER)


def test_two_processes_keep_both(keys: KeyFile, tmp_path: Path) -> None:
    other = KeyFile(tmp_path / "data")
    threads = [
        threading.Thread(target=keeper.save, args=("ada", f"{number}", SERVER, KEY))
        for number, keeper in enumerate([keys, other] * 4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(keys.key("ada", f"{number}", SERVER) == KEY for number in range(8))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the file system refuses root nothing")
def test_a_folder_that_cannot_be_written_is_said(keys: KeyFile, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    with pytest.raises(KeyFileError, match="Make it writable"):
        keys.save("ada", "home", SERVER, KEY)


def test_a_folder_that_is_a_file_is_said(keys: KeyFile, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(KeyFileError, match="cannot be saved"):
        keys.save("ada", "home", SERVER, KEY)
