"""JSON in which money is a number with all of its digits."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_LINE_END = re.compile("[\x85\u2028\u2029]")
"""What some readers of lines take for the end of one."""


def exact_json(value: Any) -> str:
    """A value of JSON's types, and Decimal, as JSON on one line. Raises ValueError for NaN and the infinities."""
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts)


def _write(value: Any, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(_text(value))
    elif isinstance(value, Decimal):
        parts.append(f"{value:f}")
    elif isinstance(value, Mapping):
        separator = "{"
        for name, item in value.items():
            parts.append(f"{separator}{_text(str(name))}: ")
            _write(item, parts)
            separator = ", "
        parts.append("}" if value else "{}")
    elif isinstance(value, list | tuple):
        separator = "["
        for item in value:
            parts.append(separator)
            _write(item, parts)
            separator = ", "
        parts.append("]" if value else "[]")
    else:
        parts.append(json.dumps(value, allow_nan=False))


def _text(text: str) -> str:
    written = json.encoder.encode_basestring(text)
    return _LINE_END.sub(lambda end: f"\\u{ord(end[0]):04x}", written) if _LINE_END.search(written) else written
