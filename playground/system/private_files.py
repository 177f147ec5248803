"""Files and folders of ours, which nobody else on this machine may read, whatever the umask says."""

import logging
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
DATABASE = "playground.db"
"""By this name a folder that was there before is known to be ours."""

log = logging.getLogger(__name__)


def private_folder(path: Path) -> Path:
    """The folder, made with those above it where they are missing, each for its owner alone. Raises OSError.

    One that is there is left as it is.
    """
    if not path.is_dir():
        if path.parent != path:
            private_folder(path.parent)
        with suppress(FileExistsError):
            path.mkdir(FOLDER)
            path.chmod(FOLDER)
    return path


def private_file(path: Path) -> Path:
    """The file, made empty where it is missing; for its owner alone also where it was there. Raises OSError."""
    if path.exists():
        close_to_others(path)
    else:
        os.close(open_private(path, os.O_RDWR | os.O_CREAT))
    return path


def open_private(path: str | Path, flags: int) -> int:
    """A descriptor of a file for its owner alone, as the `opener` of `open` is to give it. Raises OSError."""
    file = os.open(path, flags, FILE)
    close_to_others(Path(path))
    return file


def close_to_others(path: Path) -> None:
    """Take away what others may do with a file or folder of ours, where it is there and can be changed."""
    with suppress(OSError):
        found = path.stat()
        wanted = FOLDER if stat.S_ISDIR(found.st_mode) else FILE
        regular = stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)
        if sys.platform != "win32" and regular and stat.S_IMODE(found.st_mode) != wanted:
            path.chmod(wanted)


def private_data_folder(path: Path, default: Path) -> Path:
    """The folder of all our data, made where it is missing, and closed to others where it was there and is ours.

    Ours is the `default` one, one that is empty, and one that has our database in it. Any other that others can look
    into stays as its owner made it, with a warning; what we put in it is private all the same. Raises OSError.
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
