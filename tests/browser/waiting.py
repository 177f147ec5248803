"""Waiting for what can only be asked again and again."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(
    look: Callable[[], T],
    wanted: Callable[[T], object] = bool,
    *,
    pause: Callable[[], None] = lambda: time.sleep(0.01),
    timeout_s: float = 15,
) -> T:
    """Look until what is seen is as wanted, and answer with it; fails with what was seen last."""
    deadline = time.monotonic() + timeout_s
    while not wanted(seen := look()):
        assert time.monotonic() < deadline, f"not within {timeout_s:g} s; last seen: {seen!r}"
        pause()
    return seen
