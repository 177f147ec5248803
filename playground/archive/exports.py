"""Files of exports, which are kept for a day to be downloaded."""

import time
from contextlib import suppress
from pathlib import Path

from playground.web.downloads import downloads

EXPORT_KEPT_FOR_S = 24 * 3600.0
"""How long an export can be downloaded."""


def remove_old_exports(folder: Path) -> None:
    """Remove exports that were made long ago, and what is left of those that were broken off."""
    for file in folder.glob("*") if folder.is_dir() else ():
        with suppress(OSError):
            if time.time() - file.stat().st_mtime > EXPORT_KEPT_FOR_S:
                downloads.withdraw(file)
                file.unlink()
