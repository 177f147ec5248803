"""The properties of a model's input in words, and where its input forms differ."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.parameters.forms import InputForm
from playground.parameters.kinds import VALUE_KINDS
from playground.parameters.reading import specs
from playground.parameters.spec import ParameterSpec


@dataclass(frozen=True, slots=True)
class Variant:
    """A property as some input forms have it; texts are empty where the schema has nothing."""

    forms: tuple[InputForm, ...]
    type: str
    range: str
    default: str
    required: bool
    description: str

    @property
    def summary(self) -> str:
        """Type, range and default on one line."""
        kind = (
            f"{self.type} {self.range}" if self.type == "one of" else ", ".join(filter(None, (self.type, self.range)))
        )
        default = f"default {self.default}" if self.default else ""
        return ", ".join(filter(None, (kind, default, "required" if self.required else "")))


@dataclass(frozen=True, slots=True)
class Line:
    """One property, with a variant for each different definition of it. `missing` are the forms without it."""

    name: str
    variants: tuple[Variant, ...]
    missing: tuple[InputForm, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether forms differ in type, range, default or whether it is required."""
        return len(self.variants) > 1


def overview(schemas: Mapping[InputForm, Mapping[str, Any]]) -> tuple[Line, ...]:
    """Every property of every input form: messages and the like first, then parameters in the order of a panel."""
    by_name: dict[str, dict[InputForm, tuple[ParameterSpec, bool]]] = {}
    for parameters in (False, True):
        for form, schema in schemas.items():
            settable = {spec.name for spec in specs(schema)}
            required = schema["required"] if isinstance(schema.get("required"), list) else ()
            for spec in specs(schema, without=frozenset()):
                if (spec.name in settable) == parameters:
                    by_name.setdefault(spec.name, {})[form] = (spec, spec.name in required)
    return tuple(_line(name, found, tuple(schemas)) for name, found in by_name.items())


def _line(name: str, found: Mapping[InputForm, tuple[ParameterSpec, bool]], forms: tuple[InputForm, ...]) -> Line:
    groups: dict[tuple[str, str, str, bool], list[InputForm]] = {}
    for form, (spec, required) in found.items():
        groups.setdefault((type_of(spec), range_of(spec), default_of(spec), required), []).append(form)
    variants = tuple(Variant(tuple(group), *key, found[group[0]][0].description) for key, group in groups.items())
    return Line(name, variants, tuple(form for form in forms if form not in found))


def type_of(spec: ParameterSpec) -> str:
    """The type of its values."""
    kind = VALUE_KINDS[spec.kind].type
    if spec.kind == "json":
        kind = {"array": "list", "object": "object"}.get(str(spec.schema.get("type")), kind)
    return f"{kind} or null" if spec.nullable and spec.kind != "enum" else kind


def range_of(spec: ParameterSpec) -> str:
    """The range of its values, empty for any of its type."""
    if spec.choices:
        return ", ".join("null" if choice is None else str(choice) for choice in spec.choices)
    if spec.kind == "text":
        return _between(spec.schema.get("minLength"), spec.schema.get("maxLength"), "character")
    if VALUE_KINDS[spec.kind].is_list:
        return _between(spec.schema.get("minItems"), spec.max_items, "item")
    low = spec.minimum if spec.above is None else spec.above
    high = spec.maximum if spec.below is None else spec.below
    multiples = f" in steps of {_figure(spec.multiple_of)}" if spec.multiple_of else ""
    if spec.above is None and spec.below is None:
        return _between(low, high) + multiples
    ends = [] if low is None else [f"{'at least' if spec.above is None else 'more than'} {_figure(low)}"]
    ends += [] if high is None else [f"{'at most' if spec.below is None else 'less than'} {_figure(high)}"]
    return ", ".join(ends) + multiples


def default_of(spec: ParameterSpec) -> str:
    """The schema's default, empty where there is none."""
    if spec.default is None:
        return ""
    if isinstance(spec.default, bool) or not isinstance(spec.default, int | float):
        return json.dumps(spec.default, ensure_ascii=False)
    return _figure(spec.default)


def _between(low: Any, high: Any, unit: str = "") -> str:
    if low is None and high is None:
        return ""
    last = low if high is None else high
    named = f" {unit}" if unit and last == 1 else f" {unit}s" if unit else ""
    if low is not None and high is not None:
        return f"{_figure(low)} to {_figure(high)}{named}"
    return f"{'at most' if low is None else 'at least'} {_figure(last)}{named}"


def _figure(value: Any) -> str:
    return f"{value:,}".removesuffix(".0") if isinstance(value, int | float) else str(value)
