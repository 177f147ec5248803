"""Files and folders that no other user of this machine may read, whatever the umask."""

import logging
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
DATABASE = "playground.db"
"""An existing folder with a file of this name is one of ours."""

log = logging.getLogger(__name__)


def private_folder(path: Path) -> Path:
    """Make a folder and its missing parents, readable by the owner only; an existing one is unchanged.

    Raises OSError.
    """
    if not path.is_dir():
        if path.parent != path:
            private_folder(path.parent)
        with suppress(FileExistsError):
            path.mkdir(FOLDER)
            path.chmod(FOLDER)
    return path


def private_file(path: Path) -> Path:
    """Make an empty file if it is missing, and have it readable by the owner only. Raises OSError."""
    if path.exists():
        close_to_others(path)
    else:
        os.close(open_private(path, os.O_RDWR | os.O_CREAT))
    return path


def open_private(path: str | Path, flags: int) -> int:
    """An `opener` for `open` that makes files readable by the owner only. Raises OSError."""
    file = os.open(path, flags, FILE)
    close_to_others(Path(path))
    return file


def close_to_others(path: Path) -> None:
    """Remove the permissions of others from a file or folder, if it exists and they can be changed."""
    with suppress(OSError):
        found = path.stat()
        mode = FOLDER if stat.S_ISDIR(found.st_mode) else FILE
        regular = stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)
        if sys.platform != "win32" and regular and stat.S_IMODE(found.st_mode) != mode:
            path.chmod(mode)


def private_data_folder(path: Path, default: Path) -> Path:
    """Make the folder of all our data, or remove the permissions of others from it if it is ours. Raises OSError.

    Ours are the `default` one, an empty one, and one with our database. Any other that others can read stays as it is,
    with a warning; our files in it are private nonetheless.
    """
    private_folder(path)
    if sys.platform == "win32":
        return path
    found = path.stat()
    if not stat.S_IMODE(found.st_mode) & 0o077:
        return path
    ours = path == default or (path / DATABASE).exists() or not any(path.iterdir())
    shared = found.st_uid != os.geteuid() or found.st_mode & stat.S_ISVTX or _holds_homes(path)
    if ours and not shared:
        path.chmod(FOLDER)
    else:
        log.warning("others can see the names of files in %s; the files are for their owner alone", path)
    return path


def _holds_homes(path: Path) -> bool:
    try:
        return Path.home().resolve().is_relative_to(path.resolve())
    except RuntimeError:
        return path == Path(path.anchor)
