"""Keys of connections on disk: one encrypted file, whose own key is in the system's keyring where there is one.

The file holds JSON: where its own key is, and the keys of all owners, encrypted together (Fernet). Without a keyring
its own key is in a second file beside it: that keeps keys out of a copy of the first file alone, no more.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from pydantic import SecretStr

from playground.system.file_lock import locked
from playground.system.private_files import open_private, private_folder

FILE = "connection-keys.json"
OWN_KEY = "connection-keys.key"
SERVICE = "llm-playground"
"""By this name the entry in the keyring is known."""
KEYRING_PATIENCE_S = 20.0
"""How long a keyring may ask a person to unlock it."""

_T = TypeVar("_T")
_Keys = dict[str, dict[str, dict[str, str]]]
"""By owner and by connection: the key, and the server that it may be sent to."""


class KeyFileError(Exception):
    """Keys that cannot be read or saved: why, and what to do. Holds no secret."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class KeyFile:
    """The keys that are stored in a folder, for any owner, from any thread and process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / FILE

    def location(self) -> str:
        """Where a key would be stored, in a few words. Raises KeyFileError.

        The first time may take a moment: the keyring is looked for.
        """
        stored = self._stored()
        keyring = _keyring() if stored is None else stored.get("keyring")
        if keyring:
            return f"encrypted in {self._file}; what opens it is in the system's keyring ({keyring})"
        return (
            f"in {self._file}, which only your account on this machine can read. There is no keyring, so what opens it "
            "is beside it"
        )

    def key(self, owner: str, name: str, server: str) -> SecretStr | None:
        """The key of an owner's connection; None where none is stored for that server. Raises KeyFileError."""
        if not self._file.exists():
            return None
        with self._locked():
            entry = self._read().get(owner, {}).get(name, {})
        return SecretStr(entry["key"]) if entry.get("server") == server and entry.get("key") else None

    def save(self, owner: str, name: str, server: str, key: SecretStr) -> None:
        """Store the key of an owner's connection, to be used for that server alone. Raises KeyFileError."""
        with self._locked():
            keys = self._read()
            keys.setdefault(owner, {})[name] = {"server": server, "key": key.get_secret_value()}
            self._write(keys)

    def delete(self, owner: str, name: str) -> None:
        """Delete the key of that connection. Raises KeyFileError."""
        if not self._file.exists():
            return
        with self._locked():
            keys = self._read()
            if keys.get(owner, {}).pop(name, None) is not None:
                self._write({known: own for known, own in keys.items() if own})

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            private_folder(self._folder)
            with locked(self._folder / f"{FILE}.lock"):
                yield
        except OSError as error:
            raise self._unwritable(error) from None

    def _stored(self) -> dict[str, Any] | None:
        try:
            stored = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise KeyFileError(f"{self._file} cannot be read: {_reason(error)} {_AWAY}") from None
        if not isinstance(stored, dict) or not isinstance(stored.get("keys"), str):
            raise KeyFileError(f"{self._file} is not a file of this playground. {_AWAY}")
        return stored

    def _read(self) -> _Keys:
        from cryptography.fernet import Fernet, InvalidToken

        stored = self._stored()
        if stored is None:
            return {}
        try:
            text = Fernet(self._own_key(stored)).decrypt(stored["keys"].encode())
            keys: _Keys = json.loads(text)
        except (InvalidToken, ValueError):
            raise KeyFileError(f"{self._file} cannot be opened by the key that is there for it. {_AWAY}") from None
        return keys

    def _write(self, keys: _Keys) -> None:
        from cryptography.fernet import Fernet

        stored = self._stored()
        stored, own_key = self._first() if stored is None else (stored, self._own_key(stored))
        stored["keys"] = Fernet(own_key).encrypt(json.dumps(keys).encode()).decode()
        _replace(self._file, json.dumps(stored).encode())

    def _first(self) -> tuple[dict[str, Any], bytes]:
        """A file's beginning, and its own key, put into the keyring or a file."""
        from cryptography.fernet import Fernet

        own_key = Fernet.generate_key()
        keyring = _keyring()
        if not keyring:
            _replace(self._folder / OWN_KEY, own_key)
            return {"keyring": None}, own_key
        entry = secrets.token_hex(8)
        import keyring as system

        _ask(lambda: system.set_password(SERVICE, entry, own_key.decode()))
        return {"keyring": keyring, "entry": entry}, own_key

    def _own_key(self, stored: dict[str, Any]) -> bytes:
        if not stored.get("keyring"):
            try:
                return (self._folder / OWN_KEY).read_bytes().strip()
            except OSError as error:
                raise KeyFileError(f"{self._folder / OWN_KEY} cannot be read: {_reason(error)} {_AWAY}") from None
        import keyring as system

        found = _ask(lambda: system.get_password(SERVICE, str(stored.get("entry"))))
        if found is None:
            raise KeyFileError(f"The system's keyring has no entry for {self._file} any more. {_AWAY}")
        return found.encode()

    def _unwritable(self, error: OSError) -> KeyFileError:
        return KeyFileError(
            f"Keys cannot be saved in {self._folder}: {_reason(error)} Make it writable, or keep the key until the "
            "playground stops."
        )


class KeyMemory:
    """Keys that are kept until this process ends, for any owner, from any thread; used as those of a KeyFile."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], tuple[str, SecretStr]] = {}

    def key(self, owner: str, name: str, server: str) -> SecretStr | None:
        """The key of an owner's connection; None where none is kept for that server."""
        kept_for, key = self._keys.get((owner, name), ("", None))
        return key if kept_for == server else None

    def save(self, owner: str, name: str, server: str, key: SecretStr) -> None:
        """Keep the key of an owner's connection, to be used for that server alone."""
        self._keys[owner, name] = server, key

    def delete(self, owner: str, name: str) -> None:
        """Forget the key of that connection."""
        self._keys.pop((owner, name), None)


_AWAY = "Move it away, then enter the keys of your connections again."


def _keyring() -> str:
    """The name of the system's keyring, "" where there is none. No entry is read yet."""
    import keyring as system
    from keyring.backends import fail, null

    found = _ask(system.get_keyring)  # which is found once
    return "" if isinstance(found, fail.Keyring | null.Keyring) else str(found.name)


def _ask(work: Callable[[], _T]) -> _T:
    """What a keyring answers; it may ask a person, who may not be there. Raises KeyFileError."""
    from keyring.errors import KeyringError

    answer: Future[_T] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:  # to be raised where it is waited for
            answer.set_exception(error)

    Thread(target=run, name="keyring", daemon=True).start()
    try:
        return answer.result(KEYRING_PATIENCE_S)
    except FutureTimeoutError:
        raise KeyFileError("The system's keyring does not answer. Unlock it, then try again.") from None
    except (KeyringError, OSError, RuntimeError) as error:
        raise KeyFileError(
            f"The system's keyring refused ({type(error).__name__}). Unlock it, or keep the key until the playground "
            "stops."
        ) from None


def _replace(path: Path, content: bytes) -> None:
    """Write a file of ours whole or not at all. Raises OSError."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(open_private(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is not JSON"
    return f"{reason}."
