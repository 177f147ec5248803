"""Whether a JSON text fits a JSON Schema, when both may come from anybody.

Nothing is fetched: a `$ref` out of the schema is not followed, be it to the network or to a file. Nothing hangs: the
check runs in a child process that ends when it takes too long or too much memory, whatever a schema's recursion,
combinations or patterns ask of it. The meta-schemas of all drafts are known by their ids.
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
"""Characters of a text or a schema that are looked at."""
_ANSWERS_KEPT = 4_096
"""Each is a sentence or two, so that all of them together take a megabyte or two."""

_kept: OrderedDict[bytes, dict[str, Any]] = OrderedDict()
_lock = threading.Lock()


class UncheckedError(Exception):
    """Why it cannot be told whether a text fits, or a schema is one, as the end of "could not be checked: …"."""


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """What is wrong with a schema, as a clause without a full stop, and at which path, "" for the schema itself."""

    message: str
    where: str = ""


def schema_error(schema: Any) -> SchemaProblem | None:
    """What makes a JSON value no JSON Schema, None where it is one. Raises UncheckedError.

    Judged by the draft that it names in `$schema`, else by 2020-12: https://json-schema.org/draft/2020-12
    """
    answer = _answer(schema, None)
    return SchemaProblem(answer["problem"], answer["where"]) if "problem" in answer else None


def format_error(text: str, schema: Any) -> str | None:
    """Why a text is not what a schema asks for, a text that is no JSON included; None where it is.

    Raises UncheckedError, also for a schema that is none.
    """
    misfit: str | None = _answer(schema, text).get("format_error")
    return misfit


def _answer(schema: Any, text: str | None) -> dict[str, Any]:
    """The child's answer, kept by content: a page asks for the same again whenever it is drawn."""
    try:
        written = json.dumps(schema)
    except RecursionError:
        raise UncheckedError("the schema is nested too deeply") from None
    except (TypeError, ValueError):
        raise UncheckedError("the schema is not JSON") from None
    if len(written) > LONGEST_CHECKED_TEXT or (text is not None and len(text) > LONGEST_CHECKED_TEXT):
        what = "the schema" if len(written) > LONGEST_CHECKED_TEXT else "the text"
        raise UncheckedError(f"{what} is longer than {LONGEST_CHECKED_TEXT:,} characters")
    question = json.dumps({"schema": written} if text is None else {"schema": written, "text": text}).encode()
    key = hashlib.sha256(question).digest()
    with _lock:
        answer = _kept.get(key)
        if answer is not None:
            _kept.move_to_end(key)
    if answer is None:
        try:
            answer = ask(question)
        except CheckerError as error:  # another time it may be told
            raise UncheckedError(str(error)) from None
        with _lock:
            _kept[key] = answer
            while len(_kept) > _ANSWERS_KEPT:
                _kept.popitem(last=False)
    if "unchecked" in answer:
        raise UncheckedError(answer["unchecked"])
    return answer
