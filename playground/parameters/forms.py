"""The input forms of a model, recognised by their schemas."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

InputForm = Literal["messages", "prompt", "batch"]
Schema = Mapping[str, Any]


def forms(schema: Schema) -> dict[InputForm, Schema]:
    """The schema of each input form in a model's raw input schema, the batch form's being that of one item.

    Forms are known by their properties (`messages`, `prompt`, an array of `requests`), never by their titles, which
    differ from model to model. They may be nested in `oneOf` and `anyOf` to any depth; the first of a kind counts.
    Definitions (`$defs`) of the whole go with every form.
    """
    found: dict[InputForm, Schema] = {}
    for variant in _variants(schema):
        properties, required = variant.get("properties", {}), variant.get("required", ())
        item = _batch_item(properties.get("requests"))
        if item is not None:
            found.setdefault("batch", item)
            continue
        named: list[InputForm] = [form for form in ("messages", "prompt") if form in properties]
        for form in [form for form in named if form in required] or named:
            found.setdefault(form, variant)
    return found


def _variants(schema: Schema) -> Iterator[Schema]:
    """Every alternative, merged with the schema around it."""
    options = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
    if not options:
        yield schema
    outer = {key: value for key, value in schema.items() if key not in ("oneOf", "anyOf")}
    for option in options:
        if isinstance(option, Mapping):
            yield from _variants(_merged(outer, option))


def _merged(outer: Schema, inner: Schema) -> Schema:
    merged = {**outer, **inner}
    if "properties" in outer or "properties" in inner:
        merged["properties"] = {**outer.get("properties", {}), **inner.get("properties", {})}
    if "required" in outer and "required" in inner:
        merged["required"] = [*outer["required"], *inner["required"]]
    return merged


def _batch_item(requests: Any) -> Schema | None:
    """The schema of one item of `requests`; of items with several forms the properties of all of them."""
    if not isinstance(requests, Mapping):
        return None
    for variant in _variants(requests):
        items = variant.get("items")
        if not isinstance(items, Mapping):
            continue
        variants = list(_variants(items))
        if len(variants) == 1:
            return variants[0]
        properties: dict[str, Any] = {}
        for item in variants:
            properties = {**item.get("properties", {}), **properties}
        return {"type": "object", "properties": properties}
    return None
