"""JSON from elsewhere as a value that the rest of the program can walk through, write and show without a thought."""

import json
from collections.abc import Callable
from typing import Any

from playground.text.cleaning import clean

DEEPEST = 100
"""Levels of lists and objects: nobody needs more, and functions that call themselves end at some hundreds."""
TOO_DEEP = "nested too deeply"


def read_json(text: str, *, pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """The value of a JSON text, its texts made harmless. Raises ValueError with the reason.

    `pairs` makes objects of their pairs, as json.loads's object_pairs_hook does. NaN and the infinities are refused,
    and so is what has more than DEEPEST levels.
    """
    try:
        return harmless(json.loads(text, parse_constant=_refuse, object_pairs_hook=pairs))
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} in line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def harmless(value: Any, levels: int = DEEPEST) -> Any:
    """A JSON value with all its texts as `clean` has them, names of fields too; tuples become lists.

    Raises ValueError where it has more than so many levels.
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        if not levels:
            raise ValueError(TOO_DEEP)
        return {
            clean(name) if isinstance(name, str) else name: harmless(held, levels - 1) for name, held in value.items()
        }
    if isinstance(value, list | tuple):
        if not levels:
            raise ValueError(TOO_DEEP)
        return [harmless(held, levels - 1) for held in value]
    return value


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")
