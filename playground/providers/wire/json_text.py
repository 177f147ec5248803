"""JSON as servers write it: fast where it is correct, lenient where it is not, exact where it matters."""

import codecs
import json
from collections.abc import Mapping
from typing import Any

import orjson

from playground.text.cleaning import clean
from playground.text.json_value import TOO_DEEP, harmless

for _codec in ("utf-8-sig", "utf-16-le"):
    codecs.lookup(_codec)  # its module is a file, which the loop of all answers is not to read


class WrittenFloat(float):
    """A float that remembers its digits: `3.10` stays 3.10."""

    __slots__ = ("written",)

    def __new__(cls, written: str) -> "WrittenFloat":
        number = super().__new__(cls, written)
        number.written = written
        return number

    written: str


def decode(text: str) -> Any:
    """The value of `text`. Raises ValueError.

    orjson is the fastest decoder there is for a frame of a stream, but it refuses NaN, raw control characters and
    lone surrogates, all of which servers send; such text is read again by the standard library.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return decode_exactly(text)


def decode_exactly(text: str) -> Any:
    """The same, with integers of any size and floats as they are written; slower. Raises ValueError."""
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_float=WrittenFloat, strict=False)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def decode_document(content: bytes) -> Any:
    """The value of a whole body, its texts made harmless. Raises ValueError, for one nested too deeply too."""
    return harmless(decode(content.decode("utf-8-sig", "replace")))


def compact_json(value: Any) -> str:
    """JSON text of `value` without blanks; TOO_DEEP in brackets where it is nested too deeply to be written."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return f"({TOO_DEEP})"


def text_of_json(value: Any) -> str:
    """The text of an answer that its server decoded as JSON: text as it is, nothing for null, else JSON text."""
    match value:
        case str():
            return value
        case None:
            return ""
        case WrittenFloat():
            return value.written
        case _:
            return compact_json(value)


class SurrogateMender:
    """Joins halves of characters that a server cut apart between two pieces of text, each escaped on its own.

    A half without its other half becomes U+FFFD, for such text could neither be stored nor shown.
    """

    def __init__(self) -> None:
        self._half = ""

    def mend(self, text: str) -> str:
        """`text` with the half before it, made harmless; a half at its end is kept for the next piece."""
        if not self._half and text.isascii():
            return clean(text)
        text = self._half + text
        self._half = ""
        if "\ud800" <= text[-1:] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return clean(text)


def as_text(value: Any) -> str:
    """The value where it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def as_mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: Any) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []
