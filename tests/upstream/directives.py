"""Orders to the server inside a prompt ("upstream: rate=100 tokens=600 fail=3040") or a model's name.

In a model's name they are joined with underscores and dashes: `@cf/upstream/rate-100_tokens-600`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

_IN_TEXT = re.compile(r"upstream:\s*((?:[a-z_]+=\S+\s*)+)")
_IN_MODEL = re.compile(r"(?:^|/)upstream/(.+)$")


@dataclass(frozen=True, slots=True)
class Directives:
    """How to answer. Counts are in tokens, times in seconds, -1 is "never" and 0 in `rate` "as fast as it goes".

    `fail` is an error code of the service or an HTTP status, for the first `times` requests that say so (0: always);
    `cut`, `reset` and `hang` happen after that many tokens. `shape` is classic or openai; `usage` is increments, last,
    cumulative or none; `body` the shape of an error: rest, gateway, aig, openai or text.
    `model=embedded` has plain text written by the embedded model, where it is there.
    """

    rate: float = 0
    tokens: int = 40
    think: int = 0
    delay: float = 0
    pause: float = 0
    fail: int = 0
    times: int = 0
    retry_after: float = -1
    cut: int = -1
    reset: int = -1
    hang: int = -1
    drip: bool = False
    echo: bool = False
    tool: str = ""
    done: bool = True
    empty: bool = False
    type: str = ""
    shape: str = ""
    usage: str = "increments"
    finish: str = ""
    body: str = ""
    model: str = ""


def directives(model: str, text: str, default: Directives) -> Directives:
    """The orders of the prompt, else of the model's name, else the server's own."""
    orders: dict[str, str] = {}
    if found := _IN_MODEL.search(model):
        orders.update(_pair(word, "-") for word in found[1].split("_"))
    if found := _IN_TEXT.search(text):
        orders.update(_pair(word, "=") for word in found[1].split())
    return _read({name.replace("-", "_"): value for name, value in orders.items()}, default)


def _pair(word: str, separator: str) -> tuple[str, str]:
    name, _, value = word.partition(separator)
    return name, value


def _read(orders: Mapping[str, str], default: Directives) -> Directives:
    values: dict[str, Any] = {field.name: getattr(default, field.name) for field in fields(Directives)}
    for name, value in orders.items():
        if name in values:
            kind = type(values[name])
            values[name] = value not in ("0", "no", "false") if kind is bool else kind(value)
    return Directives(**values)
