"""JSON from elsewhere as a value that is safe to traverse, write and show."""

import json
from collections.abc import Callable
from typing import Any

from playground.text.cleaning import clean

DEEPEST = 100
"""Levels of lists and objects, far below Python's limit of recursion."""
TOO_DEEP = "nested too deeply"


def read_json(text: str, *, pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """The value of a JSON text, its texts made harmless. Raises ValueError with the reason.

    `pairs` makes objects, as json.loads's `object_pairs_hook`. NaN, the infinities and more than DEEPEST levels are
    refused.
    """
    try:
        return harmless(json.loads(text, parse_constant=_refuse, object_pairs_hook=pairs))
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} in line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def harmless(value: Any, levels: int = DEEPEST) -> Any:
    """A JSON value with all texts and keys cleaned by `clean`; tuples become lists.

    Raises ValueError where it has more than so many levels.
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        if not levels:
            raise ValueError(TOO_DEEP)
        return {
            clean(name) if isinstance(name, str) else name: harmless(item, levels - 1) for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        if not levels:
            raise ValueError(TOO_DEEP)
        return [harmless(item, levels - 1) for item in value]
    return value


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")
