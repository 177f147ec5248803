"""Embeddings: the vectors of texts, by the two wires that connections have for them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from playground.answers.exchange import Exchange
from playground.errors import ProtocolError

Vector = tuple[float, ...]
_MOST_NUMBERS = 20_000


@dataclass(frozen=True, slots=True)
class Embedded:
    """The vectors of texts, in their order; `prompt_tokens` as the server counted, None where it did not."""

    vectors: tuple[Vector, ...]
    prompt_tokens: int | None = None


@runtime_checkable
class Embedding(Protocol):
    """A provider that makes vectors of texts. Methods raise ProviderError."""

    async def embed(self, model: str, texts: Sequence[str], exchange: Exchange | None = None) -> Embedded:
        """The vectors of texts, in one request."""
        ...


def openai_embedded(answer: Any, count: int) -> Embedded:
    """Those of an answer in OpenAI's form. Raises ProtocolError.

    https://platform.openai.com/docs/api-reference/embeddings/create
    """
    rows = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ProtocolError("There are no embeddings in the answer.")
    placed = sorted(enumerate(rows), key=lambda pair: _index(pair[1], pair[0]))
    usage = answer.get("usage")
    return Embedded(_vectors([row.get("embedding") for _, row in placed], count), _tokens(usage))


def workers_ai_embedded(answer: Any, count: int) -> Embedded:
    """Those of an answer of Workers AI's native endpoint, which counts no tokens. Raises ProtocolError.

    https://developers.cloudflare.com/workers-ai/models/bge-base-en-v1.5/
    """
    result = answer.get("result", answer) if isinstance(answer, Mapping) else None
    rows = result.get("data") if isinstance(result, Mapping) else None
    return Embedded(_vectors(rows, count), _tokens(result.get("usage") if isinstance(result, Mapping) else None))


def cosine(one: Vector, other: Vector) -> float:
    """The cosine of the angle between two vectors, from -1 to 1. Raises ProtocolError where there is none."""
    if len(one) != len(other):
        raise ProtocolError(f"The embeddings have {len(one):,} and {len(other):,} numbers.")
    length = math.hypot(*one) * math.hypot(*other)
    if not length or not math.isfinite(length):
        raise ProtocolError("An embedding has no direction.")
    return min(max(math.fsum(a * b for a, b in zip(one, other, strict=True)) / length, -1.0), 1.0)


def _index(row: Mapping[str, Any], place: int) -> int:
    index = row.get("index")
    return index if type(index) is int else place


def _tokens(usage: Any) -> int | None:
    count = usage.get("prompt_tokens") if isinstance(usage, Mapping) else None
    return count if type(count) is int and count >= 0 else None


def _vectors(rows: Any, count: int) -> tuple[Vector, ...]:
    if not isinstance(rows, list) or len(rows) != count:
        raise ProtocolError(f"The answer does not have {count:,} embeddings.")
    return tuple(map(_vector, rows))


def _vector(row: Any) -> Vector:
    numbers = row if isinstance(row, list) else ()
    fits = 0 < len(numbers) <= _MOST_NUMBERS
    if not fits or not all(type(one) in (int, float) and math.isfinite(one) for one in numbers):
        raise ProtocolError("An embedding is no list of numbers.")
    return tuple(map(float, numbers))
