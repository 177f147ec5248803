"""Adjusts values to what a model takes, with a note about each change."""

import json
import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from playground import json_schema
from playground.parameters.kinds import VALUE_KINDS
from playground.parameters.spec import Number, ParameterSpec
from playground.parameters.unshown import left_out

_WHOLE_BITS = 1023
"""Whole numbers of more bits than this do not fit a double, and so no JSON reader's number."""


class _DroppedError(Exception):
    """The reason why a value is dropped, as the second half of a note."""


def clamp(
    values: Mapping[str, Any],
    specs: Iterable[ParameterSpec],
    model: str = "",
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The part of `values` that a model takes, and a note for every value that was changed or dropped.

    Numbers are clamped, rounded where whole ones are wanted, lists cut to their length; unknown parameters and invalid
    values (another type, NaN, a choice that is not offered) are dropped. What is not in `values` stays unset.
    `model` is the name that the notes use. Every value returned is valid against the spec's own schema and can be
    written as JSON.
    """
    name = model or "this model"
    known = {spec.name: spec for spec in specs}
    clamped: dict[str, Any] = {}
    notes: list[str] = []
    for key, value in values.items():
        spec = known.get(key)
        try:
            if spec is None and (reason := left_out(key)):
                notes.append(reason)
                continue
            if spec is None:
                raise _DroppedError(f"{name} does not take it")
            clamped[key] = _fitted(spec, value, name)
        except _DroppedError as error:
            notes.append(f"{key} dropped, {error}")
            continue
        if isinstance(value, int | float | Decimal) and _shown(clamped[key]) != _shown(value):
            rounded = spec.kind == "integer" and value != int(value)
            allowed = "whole numbers" if rounded and spec.allows(math.floor(value)) else _range(spec)
            notes.append(f"{key} {_shown(value)} → {_shown(clamped[key])}, {name} allows {allowed}")
        elif VALUE_KINDS[spec.kind].is_list and isinstance(value, list | tuple) and len(clamped[key]) < len(value):
            notes.append(f"{key} cut to {len(clamped[key])}, {name} takes no more")
    return clamped, tuple(notes)


def payload_parameters(values: Mapping[str, Any], specs: Iterable[ParameterSpec]) -> dict[str, Any]:
    """The parameters of a request: those that are set and valid, in the order of the specs, as JSON values."""
    specs = tuple(specs)
    legal, _ = clamp(values, specs)
    return {spec.name: legal[spec.name] for spec in specs if spec.name in legal}


def _fitted(spec: ParameterSpec, value: Any, name: str) -> Any:
    if value is None:
        if spec.nullable:
            return None
        raise _DroppedError(f"{name} does not take null for it")
    if spec.kind == "number" or spec.kind == "integer":
        return _number(spec, value, name)
    if spec.kind == "enum":
        return _choice(spec, value, name)
    if spec.kind == "boolean" and isinstance(value, bool):
        return value
    candidates = () if spec.kind == "boolean" else _readable(spec, value)
    try:
        return next(candidate for candidate in candidates if _valid(candidate, spec.schema))
    except json_schema.UncheckedError as error:
        raise _DroppedError(f"it could not be checked: {error}") from None
    except StopIteration:
        raise _DroppedError(f"{name} takes {VALUE_KINDS[spec.kind].takes}") from None


def _readable(spec: ParameterSpec, value: Any) -> list[Any]:
    """The readings of a value to try; none for a value that JSON cannot hold."""
    readings: list[Any] = []
    with suppress(TypeError, ValueError, RecursionError):
        readings.extend(_readings(spec, _json(value)))
    return readings


def _choice(spec: ParameterSpec, value: Any, name: str) -> Any:
    choices = [choice for choice in spec.choices if choice is not None]
    for choice in choices:
        if choice == value and isinstance(choice, bool) == isinstance(value, bool):
            return choice
    raise _DroppedError(f"{name} takes {', '.join(map(_shown, choices))}")


def _json(value: Any) -> Any:
    """A copy that JSON can hold. Raises ValueError, TypeError or RecursionError for any other value."""
    copy = json.loads(json.dumps(value, allow_nan=False))
    # A lone surrogate can be written as an escape, but never be sent as UTF-8.
    json.dumps(copy, ensure_ascii=False).encode()
    return copy


def _number(spec: ParameterSpec, value: Any, name: str) -> Number:
    if isinstance(value, Decimal):
        value = int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _DroppedError(f"{name} takes {VALUE_KINDS[spec.kind].takes}")
    if (isinstance(value, int) and value.bit_length() > _WHOLE_BITS) or not math.isfinite(value):
        raise _DroppedError(f"{name} takes {VALUE_KINDS[spec.kind].takes}")
    if spec.kind == "integer" and value == int(value):
        value = int(value)
    if spec.allows(value):
        return value + 0.0 if isinstance(value, float) else value  # Never -0.0.
    nearest = spec.snap(value)
    if not spec.allows(nearest):
        raise _DroppedError(f"{name} allows {_range(spec)}")
    return nearest


def _readings(spec: ParameterSpec, value: Any) -> Iterable[Any]:
    """The readings of a value for a text, a list or JSON, the most literal first."""
    if spec.kind == "text":
        if isinstance(value, str):
            yield value
        return
    if VALUE_KINDS[spec.kind].is_list:
        if isinstance(value, list):
            yield value[: spec.max_items]
        else:
            yield value if spec.bare_text else [value]
        return
    yield value
    if isinstance(value, str):
        yield _json(json.loads(value))


def _valid(value: Any, schema: Mapping[str, Any]) -> bool:
    return json_schema.format_error(json.dumps(value), schema) is None


def _range(spec: ParameterSpec) -> str:
    low = spec.minimum if spec.above is None else spec.above
    high = spec.maximum if spec.below is None else spec.below
    multiples = f" in steps of {_shown(spec.multiple_of)}" if spec.multiple_of else ""
    if low is not None and high is not None:
        without = [_shown(end) for end in (spec.above, spec.below) if end is not None]
        return f"{_shown(low)}–{_shown(high)}{multiples}" + (f" without {' and '.join(without)}" if without else "")
    if low is not None:
        return f"{'at least' if spec.above is None else 'more than'} {_shown(low)}{multiples}"
    if high is not None:
        return f"{'at most' if spec.below is None else 'less than'} {_shown(high)}{multiples}"
    return f"{'whole numbers' if spec.kind == 'integer' else 'numbers'}{multiples}"


def _shown(value: Any) -> str:
    if isinstance(value, float | Decimal):
        return f"{Decimal(str(value)) or Decimal():f}".removesuffix(".0")  # Nor is -0 shown.
    return str(value) if not isinstance(value, bool) else str(value).lower()
