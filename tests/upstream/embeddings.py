"""Embeddings that are always the same: how often each word is there, in numbers that a hash of the word chooses."""

import hashlib
from collections.abc import Sequence
from typing import Any

from tests.upstream.answer import Answer

SIZE = 64


def vector(text: str) -> list[float]:
    """Texts of the same words have the same one; of other words mostly one at a right angle."""
    found = [0.0] * SIZE
    for word in text.lower().split():
        digest = hashlib.sha256(word.strip(".,!?").encode()).digest()
        found[digest[0] % SIZE] += 1.0 if digest[1] % 2 else -1.0
    return found


def openai(body: dict[str, Any]) -> Answer:
    """An answer of `/v1/embeddings`; the rows are not in order, as they need not be."""
    texts = body["input"]
    rows = [{"object": "embedding", "index": at, "embedding": vector(text)} for at, text in enumerate(texts)]
    count = sum(len(text.split()) for text in texts)
    usage = {"prompt_tokens": count, "total_tokens": count}
    return Answer.json({"object": "list", "data": rows[::-1], "model": body["model"], "usage": usage})


def native(texts: Sequence[str]) -> Answer:
    """An answer of Workers AI, which counts no tokens."""
    vectors = [vector(text) for text in texts]
    result = {"shape": [len(vectors), SIZE], "data": vectors, "pooling": "mean"}
    return Answer.json({"result": result, "success": True, "errors": [], "messages": []})
