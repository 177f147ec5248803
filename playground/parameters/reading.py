"""JSON Schema -> parameter specs."""

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from playground.parameters.forms import Schema, forms
from playground.parameters.spec import GROUPS, Control, Group, Number, ParameterSpec, ValueKind, exact
from playground.parameters.steps import field_step, slider_step
from playground.parameters.unshown import is_offered
from playground.text.sized_cache import cached_within

_CONTENT = ("messages", "prompt", "input", "image", "tools", "functions", "response_format", "raw")
_TRANSPORT = ("model", "stream", "stream_options", "requests", "external_reference")

NOT_PARAMETERS = frozenset((*_CONTENT, *_TRANSPORT))
"""Properties that a request has a place of its own for."""

_PLACES: Mapping[Group, tuple[str, ...]] = {
    "length": ("max_tokens", "max_completion_tokens", "max_output_tokens", "min_tokens", "stop", "stop_sequences"),
    "sampling": ("temperature", "top_p", "top_k", "min_p", "typical_p"),
    "penalties": ("repetition_penalty", "repeat_penalty", "frequency_penalty", "presence_penalty"),
    "reproducibility": ("seed",),
    "advanced": ("reasoning_effort", "effort", "thinking_budget", "thinking", "chat_template_kwargs", "lora"),
}
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
"""Where a control rests if the schema names no default: the values that change nothing, or change little."""

_CONTROLS: Mapping[ValueKind, Control] = {
    "boolean": "toggle",
    "enum": "select",
    "text": "text",
    "text_list": "list",
    "json": "json",
}
_RESTS: Mapping[ValueKind, Any] = {"boolean": False, "text": "", "text_list": (), "json": None}
_TYPES: Mapping[str, ValueKind] = {"number": "number", "integer": "integer", "boolean": "boolean", "string": "text"}
_TELLTALES: Mapping[str, frozenset[str]] = {
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
    "string": frozenset({"minLength", "maxLength", "pattern"}),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "object": frozenset({"properties", "additionalProperties"}),
}


def specs(schema: Schema, *, without: Collection[str] = NOT_PARAMETERS) -> tuple[ParameterSpec, ...]:
    """The parameters of one input form, in the order of a panel: by group, the well-known first, then as documented.

    A schema of several forms is read as its messages form, else its prompt form, else its batch item. Every property
    that is not in `without` gives a control, at worst one for JSON text, unless what it brings cannot be shown; with
    nothing to leave out, all do. Each schema is read once: a page asks several times a run.
    """
    return _read(json.dumps(schema), frozenset(without))


@cached_within(16_000_000)
def _read(text: str, without: frozenset[str]) -> tuple[ParameterSpec, ...]:
    schema = json.loads(text)
    if not isinstance(schema.get("properties"), Mapping) or "requests" in schema["properties"]:
        split = forms(schema)
        schema = split.get("messages") or split.get("prompt") or split.get("batch") or {}
    definitions = {key: schema[key] for key in ("$defs", "definitions") if key in schema}
    wanted = schema.get("required", ())
    found = [
        replace(
            _spec(name, {**definitions, **(_dereferenced(given, schema) if isinstance(given, Mapping) else {})}),
            required=isinstance(wanted, list) and name in wanted,
        )
        for name, given in schema.get("properties", {}).items()
        if name not in without and given is not False
    ]
    if without:
        found = [spec for spec in found if is_offered(spec.name, spec.schema)]
    return tuple(sorted(found, key=lambda spec: (GROUPS.index(spec.group), _place(spec))))


def _place(spec: ParameterSpec) -> int:
    known = _PLACES[spec.group]
    return known.index(spec.name) if spec.name in known else len(known)


def _group(name: str) -> Group:
    for group, names in _PLACES.items():
        if name in names:
            return group
    return "penalties" if name.endswith("_penalty") else "advanced"


def _dereferenced(schema: Schema, root: Schema) -> Schema:
    """The schema with a reference into its own document (`#/$defs/…`) replaced by what that names."""
    for _ in range(8):
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        target: Any = root
        for key in reference[2:].split("/"):
            target = target.get(key) if isinstance(target, Mapping) else None
        if not isinstance(target, Mapping):
            break
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def _spec(name: str, schema: Schema) -> ParameterSpec:
    branches = _branches(schema)
    nullable = any(_takes_null(branch) for branch in branches)
    kinds = [(kind, branch) for branch in branches if (kind := _kind(branch)) is not None]
    kind, branch = _chosen(kinds)
    known: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "group": _group(name),
        "nullable": nullable,
        "schema": schema,
        "description": next((str(b["description"]) for b in (schema, *branches) if b.get("description")), ""),
    }
    defaults = [b["default"] for b in (schema, *branches) if b.get("default") is not None]
    if kind == "number" or kind == "integer":
        return _numeric(known, branch, defaults)
    default = defaults[0] if defaults else None
    choices = _choices(kinds) if kind == "enum" else tuple(_items(branch).get("enum", ()))
    if kind == "enum" and nullable:
        choices = (*choices, None)
    rest = _RESTS.get(kind) if default is None else default
    if kind == "enum":
        default = default if default in choices else None
        rest = choices[0] if default is None else default
    if kind == "boolean" and not isinstance(default, bool):
        default, rest = None, False
    return ParameterSpec(
        **known,
        control=_CONTROLS[kind],
        default=default,
        rest=rest,
        choices=choices,
        max_items=branch.get("maxItems") if kind == "text_list" else None,
        bare_text=kind == "text_list" and any(other == "text" for other, _ in kinds),
    )


def _numeric(known: dict[str, Any], branch: Schema, defaults: list[Any]) -> ParameterSpec:
    whole = known["kind"] == "integer"
    low, high = _number(branch.get("minimum")), _number(branch.get("maximum"))
    # Draft 4 says exclusiveMinimum: true beside the minimum; later drafts give the number itself.
    above, below = branch.get("exclusiveMinimum"), branch.get("exclusiveMaximum")
    open_low, open_high = above is True, below is True
    if (bound := _number(above)) is not None and (low is None or bound >= low):
        low, open_low = bound, True
    if (bound := _number(below)) is not None and (high is None or bound <= high):
        high, open_high = bound, True
    if whole:
        low = None if low is None else math.floor(low) + 1 if open_low else math.ceil(low)
        high = None if high is None else math.ceil(high) - 1 if open_high else math.floor(high)
        open_low = open_high = False
        if known["name"] in _TOKEN_COUNTS and (low is None or low < 1):
            low = 1  # The schemas name no least number of tokens; an answer of none is no answer.
    unit = _number(branch.get("multipleOf")) or None
    if unit is not None:
        low, high = _multiples_within(low, high, unit, open_low, open_high)
        open_low = open_high = False
    default = next((value for given in defaults if (value := _number(given)) is not None), None)
    slide = slider_step(low, high, whole=whole, multiple_of=unit, through=default)
    step = slide or unit or field_step(low, high, whole=whole)
    spec = ParameterSpec(
        **known,
        control="number" if slide is None else "slider",
        minimum=_end(low, step if open_low else 0, whole),
        maximum=_end(high, -step if open_high else 0, whole),
        above=low if open_low else None,
        below=high if open_high else None,
        multiple_of=unit,
        step=step,
    )
    if default is not None:
        default = (int(default) if whole else float(default)) if spec.allows(default) else None
    neutral = _NEUTRAL.get(spec.name, 0 if spec.minimum is None else spec.minimum)
    return replace(spec, default=default, rest=spec.snap(neutral if default is None else default))


def _end(bound: Number | None, inward: Number, whole: bool) -> Number | None:
    if bound is None:
        return None
    end = exact(bound) + exact(inward)
    return int(end) if whole else float(end)


def _multiples_within(
    low: Number | None, high: Number | None, unit: Number, open_low: bool, open_high: bool
) -> tuple[Number | None, Number | None]:
    """The outermost multiples of `unit` that the bounds let in."""
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


def _branches(schema: Schema) -> list[Schema]:
    """The alternatives of a property, one type each, with what they inherit from around them."""
    outer = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "allOf")}
    for part in schema.get("allOf", ()):
        outer = {**outer, **part}
    options = [option for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())) if isinstance(option, Mapping)]
    if options:
        return [branch for option in options for branch in _branches({**outer, **option})]
    types = outer.get("type")
    return [{**outer, "type": one} for one in types] if isinstance(types, list) else [outer]


def _takes_null(branch: Schema) -> bool:
    listed = "enum" in branch or "const" in branch
    if listed and None not in (*branch.get("enum", ()), *([branch["const"]] if "const" in branch else ())):
        return False
    return branch.get("type") == "null" or (listed and "type" not in branch)


def _kind(branch: Schema) -> ValueKind | None:
    """What a branch takes; None for one that takes nothing but null."""
    if branch.get("type") == "null":
        return None
    if "const" in branch or "enum" in branch:
        return "enum" if _choices([("enum", branch)]) else None
    given = branch.get("type") or next((name for name, words in _TELLTALES.items() if words & branch.keys()), None)
    if given == "array":
        return "text_list" if _items(branch).get("type") == "string" else "json"
    return _TYPES.get(str(given), "json")


def _items(branch: Schema) -> Schema:
    items = branch.get("items")
    return items if isinstance(items, Mapping) else {}


def _choices(kinds: list[tuple[ValueKind, Schema]]) -> tuple[Any, ...]:
    """Every listed value but null, in the order of the schema; a boolean beside them adds true and false."""
    listed: list[Any] = []
    for kind, branch in kinds:
        if kind == "boolean":
            listed += [True, False]
        elif kind == "enum":
            listed += [branch["const"]] if "const" in branch else branch["enum"]
    return tuple(value for value in listed if value is not None)


def _chosen(kinds: list[tuple[ValueKind, Schema]]) -> tuple[ValueKind, Schema]:
    """The one control for all alternatives: the richest whose every value is legal."""
    by_kind: dict[ValueKind, Schema] = {}
    for kind, branch in kinds:
        by_kind.setdefault(kind, branch)
    order: tuple[ValueKind, ...] = ("number", "integer", "text_list", "text", "enum", "boolean")
    return next(((kind, by_kind[kind]) for kind in order if kind in by_kind), ("json", {}))
