"""A cache with a bound in characters, because a bound on entries means nothing for long texts."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

_P = ParamSpec("_P")
_T = TypeVar("_T")

_ENTRY = 200
"""About how much an entry takes beside its texts."""


def cached_within(most: int) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """A decorator that caches results by positional arguments, the last used ones, within so many characters.

    Counted are the texts in arguments and results; calls with more than a quarter of the bound, and those that raise,
    are not cached. Thread-safe.
    """

    def decorate(function: Callable[_P, _T]) -> Callable[_P, _T]:
        entries: OrderedDict[tuple[Hashable, ...], tuple[int, _T]] = OrderedDict()
        lock = threading.Lock()
        total = 0

        @wraps(function)
        def keeping(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            nonlocal total
            key = cast(tuple[Hashable, ...], args)
            with lock:
                found = entries.get(key)
                if found is not None:
                    entries.move_to_end(key)
                    return found[1]
            result = function(*args, **kwargs)
            size = _ENTRY + _size(args) + _size(result)
            if size <= most // 4:
                with lock:
                    total += size - entries.pop(key, (0, result))[0]
                    entries[key] = size, result
                    while total > most:
                        total -= entries.popitem(last=False)[1][0]
            return result

        keeping.size = lambda: total  # type: ignore[attr-defined]
        return keeping

    return decorate


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    return sum(map(_size, value)) if isinstance(value, tuple | list) else 0
