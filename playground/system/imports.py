"""Imports on threads beside page runs."""

from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def importing(do: Callable[[], _T]) -> _T:
    """What `do` answers with, which is done once more where a module was not found.

    Each page run of Streamlit ends with a folder taken out of `sys.path`: a search for a module that goes on meanwhile
    passes over the folder behind.
    """
    try:
        return do()
    except ModuleNotFoundError:
        return do()
