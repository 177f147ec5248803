"""What results are computed and drawn with, loaded before it is needed."""

import threading
from functools import cache, partial
from importlib import import_module

from playground.system.imports import importing

_MODULES = ("pandas", "altair", "scipy.special", "scipy.stats")
"""By what is needed first."""


@cache
def load_ahead() -> None:
    """Import on a thread what takes long to import, once a process."""
    threading.Thread(target=_load, name="experiment imports", daemon=True).start()


def _load() -> None:
    for name in _MODULES:
        importing(partial(import_module, name))
