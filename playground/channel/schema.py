"""Prints the channel's messages as a JSON Schema, from which `make browser` generates the browser's types.

With it come limits and the default values of fields, under their names in the browser.
"""

import json
import sys
from collections.abc import Collection
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter

from playground.channel import messages


def schema() -> dict[str, Any]:
    """All messages as definitions; `kind` is required, fields with defaults are optional."""
    definitions: dict[str, Any] = {}
    from_server = TypeAdapter(messages.ServerMessage).json_schema(
        mode="serialization", ref_template="#/definitions/{model}"
    )
    from_browser = TypeAdapter(messages.BrowserRequest | messages.Hello).json_schema(
        mode="validation", ref_template="#/definitions/{model}"
    )
    for part in (from_server, from_browser):
        definitions |= {name: _with_kind(definition) for name, definition in part.pop("$defs").items()}
    definitions["ServerMessage"] = from_server
    definitions["BrowserRequest"] = {"oneOf": [{"$ref": f"#/definitions/{name}"} for name in _requests()]}
    return {"title": "Messages", "type": "object", "properties": {}, "definitions": _untitled(definitions)}


def constants() -> dict[str, Any]:
    """Limits, and the defaults of the fields of messages that are sent without them."""
    limits = ("LONGEST_MESSAGE", "MOST_PICTURES", "MOST_KNOWN_TURNS")
    return {name: getattr(messages, name) for name in limits} | {
        "EMPTY_TURN": {"type": 'Required<Omit<TurnView, "turn" | "role">>', "value": _defaults(messages.TurnView)},
        "EMPTY_SLOT": {
            "type": 'Required<Omit<SlotMessage, "kind" | "slot" | "turns">>',
            "value": _defaults(messages.SlotMessage, but=("kind", "turns")),
        },
    }


def _defaults(message: type[BaseModel], but: Collection[str] = ()) -> dict[str, Any]:
    return {
        name: field.get_default(call_default_factory=True, validated_data={})
        for name, field in message.model_fields.items()
        if not field.is_required() and name not in but
    }


def _requests() -> list[str]:
    union, _ = get_args(messages.BrowserRequest)
    return [kind.__name__ for kind in get_args(union)]


def _with_kind(definition: dict[str, Any]) -> dict[str, Any]:
    required = {*definition.get("required", ()), "kind"}
    return definition | {"required": [name for name in definition["properties"] if name in required]}


def _untitled(value: Any) -> Any:
    """The schema without pydantic's titles of fields, which would each become a type."""
    if isinstance(value, dict):
        return {
            key: _untitled(inner) for key, inner in value.items() if not (key == "title" and isinstance(inner, str))
        }
    return [_untitled(inner) for inner in value] if isinstance(value, list) else value


if __name__ == "__main__":
    json.dump({"schema": schema(), "constants": constants()}, sys.stdout, indent=1)
