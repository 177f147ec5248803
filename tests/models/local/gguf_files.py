"""Heads of .gguf files, and whole files made from the embedded model's."""

import struct
from collections.abc import Mapping
from pathlib import Path

Value = int | float | str | list[str] | list[int]

ADDS_NO_BOS = b"tokenizer.ggml.add_bos_token\x07\x00\x00\x00\x00"


def text(value: str) -> bytes:
    """A string as the format has it."""
    return struct.pack("<Q", len(value.encode())) + value.encode()


def head(values: Mapping[str, Value], version: int = 3) -> bytes:
    """The head of a file without tensors."""
    entries = [text(key) + _value(value) for key, value in values.items()]
    return b"GGUF" + struct.pack("<IQQ", version, 0, len(entries)) + b"".join(entries)


def _value(value: Value) -> bytes:
    match value:
        case str():
            return struct.pack("<I", 8) + text(value)
        case float():
            return struct.pack("<If", 6, value)
        case int():
            return struct.pack("<II", 4, value)
        case _ if all(isinstance(item, str) for item in value):
            return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(text(str(item)) for item in value)
        case _:
            return struct.pack("<IIQ", 9, 4, len(value)) + b"".join(struct.pack("<I", item) for item in value)


MODEL: dict[str, Value] = {
    "general.architecture": "llama",
    "general.name": "Tiny",
    "general.license": "mit",
    "llama.context_length": 4096,
    "llama.block_count": 2,
    "llama.embedding_length": 64,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.tokens": ["a", "b"],
}


def with_bos(model: Path, target: Path) -> Path:
    """A copy of the embedded model that wants a beginning-of-text token, as most other models do."""
    content = model.read_bytes()
    assert content.count(ADDS_NO_BOS) == 1
    target.write_bytes(content.replace(ADDS_NO_BOS, ADDS_NO_BOS[:-1] + b"\x01"))
    return target
