"""Assertions of promptfoo as checks: https://www.promptfoo.dev/docs/configuration/expected-outputs/."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from playground.importing.bounds import Bounds
from playground.importing.imported import UnreadableError
from playground.importing.yaml_text import read_yaml
from playground.presets.template import literal_prompt, template_of
from playground.text.cleaning import line

CODE = ("javascript", "python", "ruby", "webhook", "exec")
"""What would run somebody's code, or ask somebody's server."""
_GRADED = ("llm-rubric", "g-eval", "model-graded-closedqa", "model-graded-factuality", "factuality", "answer-relevance")
_PATHS = ("file://", "package:")


_USUAL_DISTANCE, _USUAL_COSINE = 5, 0.75
"""What promptfoo takes where an assertion names no threshold."""


class UnmappedError(Exception):
    """What an assertion says has no check here; the message says what it was."""


def check_of(assertion: Mapping[str, Any]) -> dict[str, Any]:
    """The check of an assertion, as a definition's file has it. Raises UnmappedError."""
    kind = str(assertion.get("type") or "")
    negated, kind = kind.startswith("not-"), kind.removeprefix("not-")
    if kind in CODE:
        raise UnmappedError(f"{kind}: code in a file is never run")
    value = assertion.get("value")
    if isinstance(value, str) and value.startswith(_PATHS):
        raise UnmappedError(f"{kind}: its value is a file, {line(value, 80)}")
    if kind not in _KINDS:
        raise UnmappedError(f"{line(kind, 60) or 'an assertion without a type'}: there is no such check here")
    check = dict(_KINDS[kind](value, assertion))
    for name in ("weight", "metric"):
        if assertion.get(name) is not None:
            check[name] = assertion[name]
    return check | ({"negate": not check.get("negate", False)} if negated else {})


def check_of_text(written: str) -> dict[str, Any]:
    """The check of a cell of a column `__expected`, such as `contains: tea`. Raises UnmappedError."""
    written = written.strip()
    for code in ("javascript:", "fn:", "eval:", "python:", "file://"):
        if written.startswith(code):
            raise UnmappedError(f"{code.rstrip(':/')}: code in a file is never run")
    if written.startswith(("grade:", "llm-rubric:")):
        return check_of({"type": "llm-rubric", "value": written.partition(":")[2].strip()})
    head, colon, value = written.partition(":")
    kind, _, threshold = head.strip().partition("(")
    alone = kind.removeprefix("not-") in ("is-json", "contains-json", "is-refusal", "latency", "cost")
    if not (colon or alone) or kind.removeprefix("not-") not in (*_KINDS, *CODE):
        return {"check": "equals", "value": template_of(written)}
    limit = _number(threshold.rstrip(") ")) if threshold else None
    return check_of({"type": kind, "value": value.strip(), **({} if limit is None else {"threshold": limit})})


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        raise UnmappedError("its value is no text")
    written = str(value).lower() if isinstance(value, bool) else str(value)
    return template_of(written)


def _texts(value: Any) -> list[str]:
    several = value if isinstance(value, list) else str(value or "").split(",")
    found = [_text(one.strip() if isinstance(one, str) else one) for one in several]
    if not (found := [one for one in found if one]):
        raise UnmappedError("it has no values")
    return found


def _one(check: str, **more: Any) -> Callable[[Any, Mapping[str, Any]], dict[str, Any]]:
    return lambda value, assertion: {"check": check, "value": _text(value), **more}


def _many(check: str, **more: Any) -> Callable[[Any, Mapping[str, Any]], dict[str, Any]]:
    return lambda value, assertion: {"check": check, "values": _texts(value), **more}


def _regex(value: Any, assertion: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(value, str):
        raise UnmappedError("regex: its value is no text")
    return {"check": "regex", "value": value}


def _json(anywhere: bool) -> Callable[[Any, Mapping[str, Any]], dict[str, Any]]:
    def read(value: Any, assertion: Mapping[str, Any]) -> dict[str, Any]:
        more = {"anywhere": True} if anywhere else {}
        if isinstance(value, str) and value.strip():
            value = _schema_in(value)
        if isinstance(value, Mapping):
            return {"check": "json_schema", "schema": dict(value), **more}
        if value not in (None, ""):
            raise UnmappedError("is-json: its schema is no mapping")
        return {"check": "is_json", **more}

    return read


def _schema_in(text: str) -> Any:
    """The schema that a text is, as JSON or YAML."""
    try:
        return read_yaml(text, Bounds()).value
    except UnreadableError as error:
        raise UnmappedError("is-json: its schema cannot be read") from error


def _equals(value: Any, assertion: Mapping[str, Any]) -> dict[str, Any]:
    """An object is compared with the answer's JSON, whatever its order and blanks are."""
    if not isinstance(value, dict | list):
        return {"check": "equals", "value": _text(value)}
    return {"check": "json_path", "path": "$", "value": literal_prompt(json.dumps(value, ensure_ascii=False))}


def _limit(check: str, divided: float = 1) -> Callable[[Any, Mapping[str, Any]], dict[str, Any]]:
    def read(value: Any, assertion: Mapping[str, Any]) -> dict[str, Any]:
        limit = _number(assertion.get("threshold", value))
        if limit is None:
            raise UnmappedError(f"{check}: it has no threshold")
        return {"check": check, "max": limit / divided}

    return read


def _words(value: Any, assertion: Mapping[str, Any]) -> dict[str, Any]:
    bounds = value if isinstance(value, Mapping) else {"min": value, "max": value}
    named = {name: _number(bounds[name]) for name in ("min", "max") if bounds.get(name) is not None}
    if not named or None in named.values():
        raise UnmappedError("word-count: it has no number")
    return {"check": "length", "unit": "words", **named}


def _distance(value: Any, assertion: Mapping[str, Any]) -> dict[str, Any]:
    most = _number(assertion.get("threshold"))
    return {"check": "similarity", "value": _text(value), "distance": int(_USUAL_DISTANCE if most is None else most)}


def _similar(value: Any, assertion: Mapping[str, Any]) -> dict[str, Any]:
    least = _number(assertion.get("threshold"))
    return {"check": "similar_meaning", "value": _text(value), "threshold": _USUAL_COSINE if least is None else least}


def _graded(value: Any, assertion: Mapping[str, Any]) -> dict[str, Any]:
    check = {"check": "judge", "prompt": _text(value)}
    threshold = _number(assertion.get("threshold"))
    return check if threshold is None else {**check, "threshold": threshold}


def _finish(value: Any, assertion: Mapping[str, Any]) -> dict[str, Any]:
    if value not in ("stop", "length", "tool_calls", "content_filter"):
        raise UnmappedError(f"finish-reason: {line(str(value), 40)} is none that is known here")
    return {"check": "finish_reason", "values": [value]}


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


_KINDS: Mapping[str, Callable[[Any, Mapping[str, Any]], dict[str, Any]]] = {
    "equals": _equals,
    "contains": _one("contains"),
    "icontains": _one("contains", ignore_case=True),
    "contains-any": _many("contains_any"),
    "icontains-any": _many("contains_any", ignore_case=True),
    "contains-all": _many("contains_all"),
    "icontains-all": _many("contains_all", ignore_case=True),
    "starts-with": _one("starts_with"),
    "ends-with": _one("ends_with"),
    "regex": _regex,
    "is-json": _json(anywhere=False),
    "contains-json": _json(anywhere=True),
    "cost": _limit("cost"),
    "latency": _limit("seconds", 1_000),
    "word-count": _words,
    "levenshtein": _distance,
    "similar": _similar,
    "is-refusal": lambda value, assertion: {"check": "refusal"},
    "finish-reason": _finish,
    "is-valid-openai-tools-call": lambda value, assertion: {"check": "tool_call"},
    **dict.fromkeys(_GRADED, _graded),
}
