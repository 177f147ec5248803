"""JSON Schema -> parameter specs."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from playground.parameters.forms import Schema, forms
from playground.parameters.kinds import VALUE_KINDS, ValueKind
from playground.parameters.numeric import numeric_spec
from playground.parameters.spec import GROUPS, Group, ParameterSpec
from playground.parameters.unshown import is_offered
from playground.text.sized_cache import cached_within

_CONTENT = ("messages", "prompt", "input", "image", "tools", "functions", "response_format", "raw")
_TRANSPORT = ("model", "stream", "stream_options", "requests", "external_reference")

NOT_PARAMETERS = frozenset((*_CONTENT, *_TRANSPORT))
"""Properties of a request that are not parameters."""

_PLACES: Mapping[Group, tuple[str, ...]] = {
    "length": ("max_tokens", "max_completion_tokens", "max_output_tokens", "min_tokens", "stop", "stop_sequences"),
    "sampling": ("temperature", "top_p", "top_k", "min_p", "typical_p"),
    "penalties": ("repetition_penalty", "repeat_penalty", "frequency_penalty", "presence_penalty"),
    "reproducibility": ("seed",),
    "advanced": ("reasoning_effort", "effort", "thinking_budget", "thinking", "chat_template_kwargs", "lora"),
}
ENDS = frozenset(("stop", "stop_sequences", "min_tokens"))
"""Parameters of the length that let no answer get longer than its cap."""
WELL_KNOWN = frozenset(name for names in _PLACES.values() for name in names)
"""Parameters that mean the same everywhere."""
_TYPES: Mapping[str, ValueKind] = {"number": "number", "integer": "integer", "boolean": "boolean", "string": "text"}
_KEYS_OF_TYPES: Mapping[str, frozenset[str]] = {
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
    "string": frozenset({"minLength", "maxLength", "pattern"}),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "object": frozenset({"properties", "additionalProperties"}),
}


def specs(schema: Schema, *, without: Collection[str] = NOT_PARAMETERS) -> tuple[ParameterSpec, ...]:
    """The parameters of one input form, in the order of a panel: by group, well-known ones first, then as documented.

    Of a schema with several forms the messages form is read, else the prompt form, else the batch item. Every property
    that is not in `without` has a control, at least one for JSON text, unless its effect cannot be shown; if `without`
    is empty, all have one. Results are cached, because a page asks several times in a run.
    """
    return _read(json.dumps(schema), frozenset(without))


@cached_within(16_000_000)
def _read(text: str, without: frozenset[str]) -> tuple[ParameterSpec, ...]:
    schema = json.loads(text)
    if not isinstance(schema.get("properties"), Mapping) or "requests" in schema["properties"]:
        split = forms(schema)
        schema = split.get("messages") or split.get("prompt") or split.get("batch") or {}
    definitions = {key: schema[key] for key in ("$defs", "definitions") if key in schema}
    required = schema.get("required", ())
    found = [
        replace(
            _spec(
                name, {**definitions, **(_dereferenced(property_, schema) if isinstance(property_, Mapping) else {})}
            ),
            required=isinstance(required, list) and name in required,
        )
        for name, property_ in schema.get("properties", {}).items()
        if name not in without and property_ is not False
    ]
    if without:
        found = [spec for spec in found if is_offered(spec.name, spec.schema)]
    return tuple(sorted(found, key=lambda spec: (GROUPS.index(spec.group), _position(spec))))


def _position(spec: ParameterSpec) -> int:
    known = _PLACES[spec.group]
    return known.index(spec.name) if spec.name in known else len(known)


def group_of(name: str) -> Group:
    for group, names in _PLACES.items():
        if name in names:
            return group
    return "penalties" if name.endswith("_penalty") else "advanced"


def _dereferenced(schema: Schema, root: Schema) -> Schema:
    """The schema with a local reference (`#/$defs/…`) resolved."""
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
        "group": group_of(name),
        "nullable": nullable,
        "schema": schema,
        "description": next((str(b["description"]) for b in (schema, *branches) if b.get("description")), ""),
    }
    defaults = [b["default"] for b in (schema, *branches) if b.get("default") is not None]
    if kind == "number" or kind == "integer":
        return numeric_spec(known, branch, defaults)
    default = defaults[0] if defaults else None
    choices = _choices(kinds) if kind == "enum" else tuple(_items(branch).get("enum", ()))
    if kind == "enum" and nullable:
        choices = (*choices, None)
    if (kind == "enum" and default not in choices) or (kind == "boolean" and not isinstance(default, bool)):
        default = None
    return ParameterSpec(
        **known,
        control=VALUE_KINDS[kind].control,
        default=default,
        choices=choices,
        max_items=branch.get("maxItems") if VALUE_KINDS[kind].is_list else None,
        bare_text=kind == "text_list" and any(other == "text" for other, _ in kinds),
    )


def _branches(schema: Schema) -> list[Schema]:
    """The alternatives of a property, one type each, merged with the schema around them."""
    outer = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "allOf")}
    for part in schema.get("allOf", ()):
        outer = {**outer, **part}
    options = [option for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())) if isinstance(option, Mapping)]
    if options:
        return [branch for option in options for branch in _branches({**outer, **option})]
    types = outer.get("type")
    return [{**outer, "type": kind} for kind in types] if isinstance(types, list) else [outer]


def _takes_null(branch: Schema) -> bool:
    listed = "enum" in branch or "const" in branch
    if listed and None not in (*branch.get("enum", ()), *([branch["const"]] if "const" in branch else ())):
        return False
    return branch.get("type") == "null" or (listed and "type" not in branch)


def _kind(branch: Schema) -> ValueKind | None:
    """The kind of value of a branch; None for one that takes only null."""
    if branch.get("type") == "null":
        return None
    if "const" in branch or "enum" in branch:
        return "enum" if _choices([("enum", branch)]) else None
    type_ = branch.get("type") or next((name for name, keys in _KEYS_OF_TYPES.items() if keys & branch.keys()), None)
    if type_ == "array":
        return "text_list" if _items(branch).get("type") == "string" else "json"
    return _TYPES.get(str(type_), "json")


def _items(branch: Schema) -> Schema:
    items = branch.get("items")
    return items if isinstance(items, Mapping) else {}


def _choices(kinds: list[tuple[ValueKind, Schema]]) -> tuple[Any, ...]:
    """All listed values except null, in the order of the schema; a boolean alternative adds true and false."""
    listed: list[Any] = []
    for kind, branch in kinds:
        if kind == "boolean":
            listed += [True, False]
        elif kind == "enum":
            listed += [branch["const"]] if "const" in branch else branch["enum"]
    return tuple(value for value in listed if value is not None)


def _chosen(kinds: list[tuple[ValueKind, Schema]]) -> tuple[ValueKind, Schema]:
    """The control for all alternatives: the most specific one whose values are all valid."""
    by_kind: dict[ValueKind, Schema] = {}
    for kind, branch in kinds:
        by_kind.setdefault(kind, branch)
    return next(((kind, by_kind[kind]) for kind in VALUE_KINDS if kind in by_kind and kind != "json"), ("json", {}))
