"""Checks JSON texts against JSON Schemas, both of which may be hostile.

Nothing is fetched: a `$ref` to the network or a file is not followed. The check runs in a child process with limits on
time and memory, because recursion, combinations and patterns can make it hang. The meta-schemas of all drafts are
known by their ids.
"""

import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from playground.json_schema.process import CheckerError, ask

__all__ = ["SchemaProblem", "UncheckedError", "format_error", "schema_error"]

LONGEST_CHECKED_TEXT = 20_000_000
"""Characters of a text or a schema."""
_ANSWERS_KEPT = 4_096
"""The cached answers, a sentence or two each, take a megabyte or two."""

_cache: OrderedDict[bytes, dict[str, Any]] = OrderedDict()
_lock = threading.Lock()


class UncheckedError(Exception):
    """The reason why something could not be checked, as the end of "could not be checked: …"."""


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """A problem of a schema, as a clause without a full stop, and its path, "" for the schema itself."""

    message: str
    where: str = ""


def schema_error(schema: Any) -> SchemaProblem | None:
    """The problem of a JSON Schema, None where it is valid. Raises UncheckedError.

    Checked by the draft in `$schema`, else by 2020-12: https://json-schema.org/draft/2020-12
    """
    answer = _answer(schema, None)
    return SchemaProblem(answer["problem"], answer["where"]) if "problem" in answer else None


def format_error(text: str, schema: Any) -> str | None:
    """The reason why a text does not fit a schema, for instance because it is no JSON; None where it fits.

    Raises UncheckedError, also for an invalid schema.
    """
    misfit: str | None = _answer(schema, text).get("format_error")
    return misfit


def _answer(schema: Any, text: str | None) -> dict[str, Any]:
    """The child's answer, cached by content, because pages ask again with every run."""
    try:
        written = json.dumps(schema)
    except RecursionError:
        raise UncheckedError("the schema is nested too deeply") from None
    except (TypeError, ValueError):
        raise UncheckedError("the schema is not JSON") from None
    if len(written) > LONGEST_CHECKED_TEXT or (text is not None and len(text) > LONGEST_CHECKED_TEXT):
        subject = "the schema" if len(written) > LONGEST_CHECKED_TEXT else "the text"
        raise UncheckedError(f"{subject} is longer than {LONGEST_CHECKED_TEXT:,} characters")
    question = json.dumps({"schema": written} if text is None else {"schema": written, "text": text}).encode()
    key = hashlib.sha256(question).digest()
    with _lock:
        answer = _cache.get(key)
        if answer is not None:
            _cache.move_to_end(key)
    if answer is None:
        try:
            answer = ask(question)
        except CheckerError as error:  # a retry may succeed, so it is not cached
            raise UncheckedError(str(error)) from None
        with _lock:
            _cache[key] = answer
            while len(_cache) > _ANSWERS_KEPT:
                _cache.popitem(last=False)
    if "unchecked" in answer:
        raise UncheckedError(answer["unchecked"])
    return answer
