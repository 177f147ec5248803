"""The facts at the head of a .gguf file, read without its weights: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.

Files come from anywhere, so the lengths in a file are not trusted: every read is bounded.
"""

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

_ENTRIES_AT_MOST = 10_000
_KEY_AT_MOST = 65_535
_TEXT_AT_MOST = 4_096
_STRINGS_AT_MOST = 2_000_000
"""In all lists of a head together; the largest vocabularies have some 300,000 tokens and as many merges."""
_BYTES_AT_MOST = 16_000_000
"""That are read and not skipped."""
_SHOWN_AT_MOST = 200

_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}

Scalar = str | int | float | bool


class GgufError(Exception):
    """The file is no .gguf file that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Gguf:
    """The metadata of a file. Text is cut to a line; missing or absurd numbers are None."""

    architecture: str
    name: str | None
    author: str | None
    license: str | None
    license_url: str | None
    context_length: int | None
    kv_bytes_per_token: int | None
    """Memory that one token of context takes in llama.cpp's cache, with its 16-bit values."""
    answers: bool
    """Whether it can answer: embedding models, adapters and image encoders cannot."""


def read_gguf(path: Path) -> Gguf:
    """The facts of a file, read again only when the file changed. Raises GgufError."""
    try:
        status = path.stat()
        found = _read(path, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise GgufError(f"it cannot be read: {error.strerror}") from error
    if isinstance(found, str):
        raise GgufError(found)
    return found


@lru_cache(maxsize=1_024)
def _read(path: Path, _mtime_ns: int, size: int) -> Gguf | str:
    """The metadata, or the reason why it cannot be read; both are cached."""
    with path.open("rb") as file:
        try:
            return _facts(_Head(file, size).values())
        except GgufError as error:
            return str(error)


class _Head:
    """The key-value part of a file, read once from front to back."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._order = "<"
        self._strings = 0
        self._bytes = 0

    def values(self) -> dict[str, Scalar]:
        if self._take(4) != b"GGUF":
            raise GgufError("it is not a .gguf file")
        version = self._take(4)
        if version[:2] == b"\0\0":
            self._order = ">"
        number = struct.unpack(self._order + "I", version)[0]
        if number not in (2, 3):
            raise GgufError(f"its format version {number} is not supported")
        self._number("Q")  # tensors
        entries = self._number("Q")
        if entries > _ENTRIES_AT_MOST:
            raise GgufError("its head is damaged")
        found: dict[str, Scalar] = {}
        for _ in range(entries):
            key = self._text(_KEY_AT_MOST, needed=True)
            value = self._value(self._number("I"))
            if key is not None and value is not None:
                found[key] = value
        return found

    def _value(self, kind: int) -> Scalar | None:
        if kind == _STRING:
            return self._text(_TEXT_AT_MOST)
        if kind == _ARRAY:
            return self._array()
        if kind not in _SCALARS:
            raise GgufError("its head is damaged")
        value: Scalar = struct.unpack(self._order + _SCALARS[kind], self._take(struct.calcsize("=" + _SCALARS[kind])))[
            0
        ]
        return value

    def _array(self) -> Scalar | None:
        """The largest of a short list of numbers, for some models have heads by layer; other lists are skipped."""
        kind, count = self._number("I"), self._number("Q")
        if kind == _STRING:
            self._strings += count
            if self._strings > _STRINGS_AT_MOST:
                raise GgufError("its head is damaged, or larger than any")
            for _ in range(count):
                self._skip(self._number("Q"))
            return None
        if kind not in _SCALARS:
            raise GgufError("its head is damaged")
        width = struct.calcsize("=" + _SCALARS[kind])
        if count == 0 or count > _TEXT_AT_MOST or kind in (6, 7, 12):
            self._skip(count * width)
            return None
        return int(max(struct.unpack(f"{self._order}{count}{_SCALARS[kind]}", self._take(count * width))))

    def _text(self, at_most: int, *, needed: bool = False) -> str | None:
        length = self._number("Q")
        if length > at_most:
            if needed:
                raise GgufError("its head is damaged")
            self._skip(length)
            return None
        return self._take(length).decode("utf-8", errors="replace")

    def _number(self, form: str) -> int:
        return int(struct.unpack(self._order + form, self._take(struct.calcsize("=" + form)))[0])

    def _take(self, count: int) -> bytes:
        self._bytes += count
        if self._bytes > _BYTES_AT_MOST + 8 * self._strings:
            raise GgufError("its head is damaged, or larger than any")
        content = self._file.read(count)
        if len(content) < count:
            raise GgufError("it ends in the middle of its head")
        return content

    def _skip(self, count: int) -> None:
        if count > self._size - self._file.tell():
            raise GgufError("it ends in the middle of its head")
        self._file.seek(count, os.SEEK_CUR)


def _facts(values: Mapping[str, Scalar]) -> Gguf:
    architecture = _line(values, "general.architecture")
    if architecture is None:
        raise GgufError("it does not say what kind of model it holds")
    kind = values.get("general.type", "model")
    pooled = values.get(f"{architecture}.pooling_type", 0) != 0
    return Gguf(
        architecture=architecture,
        name=_line(values, "general.name"),
        author=_line(values, "general.organization") or _line(values, "general.author"),
        license=_line(values, "general.license"),
        license_url=_https(_line(values, "general.license.link")),
        context_length=_count(values, f"{architecture}.context_length", 1 << 31),
        kv_bytes_per_token=_kv_bytes_per_token(values, architecture),
        answers=kind == "model" and architecture != "clip" and not pooled,
    )


def _kv_bytes_per_token(values: Mapping[str, Scalar], architecture: str) -> int | None:
    def count(key: str) -> int | None:
        return _count(values, f"{architecture}.{key}", 1 << 20)

    layers, heads = count("block_count"), count("attention.head_count")
    kv_heads, width = count("attention.head_count_kv") or heads, count("embedding_length")
    if layers is None or heads is None or kv_heads is None or width is None:
        return None
    key_width = count("attention.key_length") or width // heads
    value_width = count("attention.value_length") or width // heads
    return 2 * layers * kv_heads * (key_width + value_width)


def _count(values: Mapping[str, Scalar], key: str, below: int) -> int | None:
    value = values.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < below else None


def _line(values: Mapping[str, Scalar], key: str) -> str | None:
    value = values.get(key)
    if not isinstance(value, str):
        return None
    printable = "".join(c if c.isprintable() else " " for c in value)
    return " ".join(printable.split())[:_SHOWN_AT_MOST] or None


def _https(text: str | None) -> str | None:
    return text if text is not None and text.startswith("https://") and " " not in text else None
