"""Prints the channel's messages as one JSON Schema, from which `make browser` makes the browser's types."""

import json
import sys
from collections.abc import Iterable
from typing import Any, get_args

from pydantic import TypeAdapter

from playground.channel import messages


def schema() -> dict[str, Any]:
    """All messages as definitions: of what is told every field is there; of what is asked only `kind` and those without
    a default.
    """
    definitions: dict[str, Any] = {}
    told = TypeAdapter(messages.Told).json_schema(mode="serialization", ref_template="#/definitions/{model}")
    asked = TypeAdapter(messages.Asked | messages.Hello).json_schema(
        mode="validation", ref_template="#/definitions/{model}"
    )
    definitions |= {name: _requiring(one, one["properties"]) for name, one in told.pop("$defs").items()}
    definitions |= {name: _requiring(one, ["kind"]) for name, one in asked.pop("$defs").items()}
    definitions["Told"] = told
    definitions["Asked"] = {"oneOf": [{"$ref": f"#/definitions/{name}"} for name in _asked()]}
    return {"title": "Messages", "type": "object", "properties": {}, "definitions": _untitled(definitions)}


def _asked() -> list[str]:
    union, _ = get_args(messages.Asked)
    return [kind.__name__ for kind in get_args(union)]


def _requiring(definition: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    required = {*definition.get("required", ()), *names} & definition["properties"].keys()
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
