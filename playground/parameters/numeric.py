"""The range and step of a number's control, and its value while unset, from the bounds in a schema."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from playground.parameters.forms import Schema
from playground.parameters.spec import Number, ParameterSpec, exact
from playground.parameters.steps import field_step, slider_step

_TOKEN_COUNTS = {"max_tokens": 1024, "max_completion_tokens": 1024, "max_output_tokens": 1024}
_NEUTRAL: Mapping[str, Number] = {
    "temperature": 1,
    "top_p": 1,
    "top_k": 40,
    "repetition_penalty": 1,
    "repeat_penalty": 1,
    "frequency_penalty": 0,
    "presence_penalty": 0,
    **_TOKEN_COUNTS,
}
"""The value of an unset control if the schema has no default: one that changes nothing, or little."""


def numeric_spec(known: Mapping[str, Any], branch: Schema, defaults: Sequence[Any]) -> ParameterSpec:
    """The spec of a number: `known` are its other fields; of the schema's `defaults` the first number counts."""
    is_integer = known["kind"] == "integer"
    low, high = _number(branch.get("minimum")), _number(branch.get("maximum"))
    # Draft 4 says exclusiveMinimum: true beside the minimum; later drafts give the number itself.
    above, below = branch.get("exclusiveMinimum"), branch.get("exclusiveMaximum")
    open_low, open_high = above is True, below is True
    if (bound := _number(above)) is not None and (low is None or bound >= low):
        low, open_low = bound, True
    if (bound := _number(below)) is not None and (high is None or bound <= high):
        high, open_high = bound, True
    if is_integer:
        low = None if low is None else math.floor(low) + 1 if open_low else math.ceil(low)
        high = None if high is None else math.ceil(high) - 1 if open_high else math.floor(high)
        open_low = open_high = False
        if known["name"] in _TOKEN_COUNTS and (low is None or low < 1):
            low = 1  # The schemas name no least number of tokens; an answer of none is no answer.
    unit = _number(branch.get("multipleOf")) or None
    if unit is not None:
        low, high = _multiples_within(low, high, unit, open_low, open_high)
        open_low = open_high = False
    default = next((number for value in defaults if (number := _number(value)) is not None), None)
    slide = slider_step(low, high, whole=is_integer, multiple_of=unit, through=default)
    step = slide or unit or field_step(low, high, whole=is_integer)
    spec = ParameterSpec(
        **known,
        control="number" if slide is None else "slider",
        minimum=_end(low, step if open_low else 0, is_integer),
        maximum=_end(high, -step if open_high else 0, is_integer),
        above=low if open_low else None,
        below=high if open_high else None,
        multiple_of=unit,
        step=step,
    )
    if default is not None:
        default = (int(default) if is_integer else float(default)) if spec.allows(default) else None
    neutral = _NEUTRAL.get(spec.name, 0 if spec.minimum is None else spec.minimum)
    return replace(spec, default=default, rest=spec.snap(neutral if default is None else default))


def _end(bound: Number | None, inward: Number, is_integer: bool) -> Number | None:
    if bound is None:
        return None
    end = exact(bound) + exact(inward)
    return int(end) if is_integer else float(end)


def _multiples_within(
    low: Number | None, high: Number | None, unit: Number, open_low: bool, open_high: bool
) -> tuple[Number | None, Number | None]:
    """The smallest and largest multiples of `unit` within the bounds."""
    clean = int if isinstance(unit, int) else float
    if low is not None:
        steps = exact(low) / exact(unit)
        low = clean((math.floor(steps) + 1 if open_low else math.ceil(steps)) * exact(unit))
    if high is not None:
        steps = exact(high) / exact(unit)
        high = clean((math.ceil(steps) - 1 if open_high else math.floor(steps)) * exact(unit))
    return low, high


def _number(value: Any) -> Number | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if is_number else None
