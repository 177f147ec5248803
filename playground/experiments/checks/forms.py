"""Checks of the form of an answer: JSON, what stands at a place in it, and numbers."""

import json
import math
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, JsonValue, model_validator

from playground import json_schema
from playground.experiments.checks.seen import RuleCheck, Seen, Told, UntoldError
from playground.experiments.part import Template
from playground.text.cleaning import line
from playground.text.json_value import read_json

LONGEST_JSON = 2_000_000
"""Characters of an answer that is read as JSON."""
_FENCED = re.compile(r"```[A-Za-z0-9_+-]*[ \t]*\n(.*?)```", re.DOTALL)
_MOST_BEGINNINGS = 50


class _JsonCheck(RuleCheck):
    anywhere: bool = Field(False, description="JSON in a fence, or in the middle of other words, counts too.")

    def _value(self, seen: Seen) -> tuple[str, Any]:
        """The JSON of the answer, as text and as value. Raises ValueError with the reason, UntoldError."""
        text = seen.answer.text.strip()
        if len(text) > LONGEST_JSON:
            raise UntoldError(f"the answer is longer than {LONGEST_JSON:,} characters")
        try:
            return text, read_json(text)
        except ValueError:
            if not self.anywhere:
                raise
            for part in _parts(text):
                try:
                    return part, read_json(part)
                except ValueError:
                    continue
            raise


def _parts(text: str) -> Iterator[str]:
    """The parts of a text that may be JSON: what stands in fences, then what begins with a brace or bracket."""
    for number, found in enumerate(_FENCED.finditer(text)):
        if number == _MOST_BEGINNINGS:
            break
        yield found[1]
    decoder = json.JSONDecoder()
    at, tried = 0, 0
    while tried < _MOST_BEGINNINGS and (begun := re.compile(r"[{\[]").search(text, at)):
        tried += 1
        at = begun.start()
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
            continue
        yield text[at:end]
        at = end


class IsJson(_JsonCheck):
    """The answer is JSON."""

    check: Literal["is_json"]

    def told(self, seen: Seen) -> Told:
        try:
            self._value(seen)
        except ValueError as error:
            return Told(False, note=f"not JSON: {error}")
        return Told(True)


def _valid_schema(schema: Any) -> Any:
    try:
        problem = json_schema.schema_error(schema)
    except json_schema.UncheckedError as error:
        raise ValueError(f"this schema could not be checked: {error}") from None
    if problem is not None:
        raise ValueError(f"no JSON Schema: {problem.message}{f' at {problem.where}' if problem.where else ''}")
    return schema


class FitsSchema(_JsonCheck):
    """The answer is JSON that fits a JSON Schema."""

    check: Literal["json_schema"]
    value: Annotated[dict[str, JsonValue], AfterValidator(_valid_schema)] = Field(alias="schema")

    def told(self, seen: Seen) -> Told:
        try:
            text, _ = self._value(seen)
        except ValueError as error:
            return Told(False, note=f"not JSON: {error}")
        try:
            misfit = json_schema.format_error(text, self.value)
        except json_schema.UncheckedError as error:
            raise UntoldError(f"could not be checked: {error}") from None
        return Told(misfit is None, note=line(misfit or ""))


_STEP = re.compile(r"""\.?([^.\[\]"']+)|\[(-?[0-9]{1,9})\]|\[(?:"([^"]*)"|'([^']*)')\]""")


def _steps(path: str) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    at = 1 if path.startswith("$") else 0
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None:
            raise ValueError(f"no path: {line(path[at:], 40)}; write it as $.name[0].other")
        at = found.end()
        steps.append(int(found[2]) if found[2] is not None else found[1] or found[3] or found[4] or "")
    return tuple(steps)


def _known_path(path: str) -> str:
    _steps(path)
    return path


class JsonPath(_JsonCheck):
    """What stands at a place in the answer's JSON is this."""

    check: Literal["json_path"]
    path: Annotated[str, Field(max_length=500), AfterValidator(_known_path)] = Field(
        description="Names and numbers that lead there, such as $.items[0].name."
    )
    value: Template = Field(description="JSON, or a text; with {{expected}} and the variables of the row.")

    @property
    def label(self) -> str:
        return f"{self.path} = {line(self.value, 40)}"

    def told(self, seen: Seen) -> Told:
        try:
            _, value = self._value(seen)
        except ValueError as error:
            return Told(False, note=f"not JSON: {error}")
        for step in _steps(self.path):
            try:
                value = _below(value, step)
            except LookupError:
                return Told(False, note=f"nothing at {line(self.path, 100)}")
        wanted = seen.filled(self.value)
        if isinstance(value, str) and value == wanted:
            return Told(True)
        try:
            same = _same(value, read_json(wanted))
        except ValueError:
            same = False
        return Told(same, note="" if same else f"there: {line(json.dumps(value, ensure_ascii=False), 200)}")


def _below(value: Any, step: str | int) -> Any:
    """What stands at a name or number of a JSON value. Raises LookupError."""
    if isinstance(value, list) and isinstance(step, int):
        return value[step]
    if isinstance(value, dict) and isinstance(step, str):
        return value[step]
    raise LookupError(step)


def _same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; true is not 1, but 1 is 1.0."""
    return bool(one == other) and json.dumps(one, sort_keys=True).replace(".0", "") == json.dumps(
        other, sort_keys=True
    ).replace(".0", "")


_NUMBER = re.compile(r"(?<![\w.])[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,3})?(?![\w])")
LONGEST_NUMBERED = 200_000
"""Characters of an answer in which numbers are looked for."""


def numbers_in(text: str) -> list[float]:
    """The numbers of a text, with points for decimals and commas between thousands, in their order."""
    found = (float(one[0].replace(",", "").replace("−", "-")) for one in _NUMBER.finditer(text[:LONGEST_NUMBERED]))
    return [number for number in found if math.isfinite(number)]


class NumberCheck(RuleCheck):
    """The answer's number is this one, or lies between two."""

    check: Literal["number"]
    value: Template | None = Field(None, description="The number, such as {{expected}}.")
    within: float = Field(0, ge=0, description="How far from it the answer's may be.")
    percent: bool = Field(False, description="`within` is in percent of the number.")
    min: float | None = None
    max: float | None = None
    pick: Literal["only", "first", "last"] = Field("only", description="Which of several numbers counts.")

    @model_validator(mode="after")
    def _some_bound(self) -> "NumberCheck":
        if self.value is None and self.min is None and self.max is None:
            raise ValueError("a number check has a value, a min or a max")
        return self

    def told(self, seen: Seen) -> Told:
        found = numbers_in(seen.answer.text)
        if not found:
            return Told(False, note="no number in the answer")
        if self.pick == "only" and len(set(found)) > 1:
            return Told(False, note=f"{len(found)} numbers in the answer; `pick` says which counts")
        number = found[-1 if self.pick == "last" else 0]
        fits = (self.min is None or number >= self.min) and (self.max is None or number <= self.max)
        if self.value is not None:
            wanted = numbers_in(seen.filled(self.value))
            if len(wanted) != 1:
                raise UntoldError(f"{line(seen.filled(self.value), 60)!r} is no number")
            allowed = self.within * abs(wanted[0]) / 100 if self.percent else self.within
            # Ends belong to it, whatever binary fractions make of them.
            fits = fits and abs(number - wanted[0]) <= allowed + 1e-12 * max(abs(wanted[0]), allowed)
        return Told(fits, note=f"{number:g}")
