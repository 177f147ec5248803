"""Prints the channel's messages as one JSON Schema, from which `make browser` makes the browser's types."""

import json
import sys
from typing import Any, get_args

from pydantic import TypeAdapter

from playground.channel import messages


def schema() -> dict[str, Any]:
    """All messages as definitions, in which `kind` is always there and what has a default may be left out."""
    definitions: dict[str, Any] = {}
    told = TypeAdapter(messages.Told).json_schema(mode="serialization", ref_template="#/definitions/{model}")
    asked = TypeAdapter(messages.Asked | messages.Hello).json_schema(
        mode="validation", ref_template="#/definitions/{model}"
    )
    for part in (told, asked):
        definitions |= {name: _with_kind(one) for name, one in part.pop("$defs").items()}
    definitions["Told"] = told
    definitions["Asked"] = {"oneOf": [{"$ref": f"#/definitions/{name}"} for name in _asked()]}
    return {"title": "Messages", "type": "object", "properties": {}, "definitions": _untitled(definitions)}


def _asked() -> list[str]:
    union, _ = get_args(messages.Asked)
    return [kind.__name__ for kind in get_args(union)]


def _with_kind(definition: dict[str, Any]) -> dict[str, Any]:
    required = {*definition.get("required", ()), "kind"}
    return definition | {"required": [name for name in definition["properties"] if name in required]}


def _untitled(value: Any) -> Any:
    """The same without the titles that pydantic gives to fields, which would become a type each."""
    if isinstance(value, dict):
        return {
            key: _untitled(inner) for key, inner in value.items() if not (key == "title" and isinstance(inner, str))
        }
    return [_untitled(inner) for inner in value] if isinstance(value, list) else value


if __name__ == "__main__":
    json.dump(schema(), sys.stdout, indent=1)
