"""New databases for tests: copies of one that was made once, as to make one takes a processor a tenth of a second."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from playground.store import open_stores, sqlite_url


def new_database(folder: Path) -> str:
    """The URL of the SQLite database in a folder; where there is none yet, one with all tables and nothing in them."""
    file = folder / "playground.db"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(_template(), file)
    return sqlite_url(folder)


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="playground-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_stores(sqlite_url(folder)).close()
    return folder / "playground.db"
