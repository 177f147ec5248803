"""Messages as they are sent: without default values."""

from typing import Any

import orjson

from playground.channel.messages import OneTimeMessage, Run, SlotMessage, StageView, TurnView

TEXT_PARTS = frozenset({"text", "thoughts", "meter"})
"""Parts of a turn that are sent by key."""

_DEFAULTS = {
    name: orjson.loads(orjson.dumps(field.get_default(call_default_factory=False)))
    for name, field in TurnView.model_fields.items()
    if not field.is_required()
}


def packed_message_json(message: SlotMessage | OneTimeMessage | Run) -> bytes:
    """A message as JSON."""
    return orjson.dumps({"kind": message.kind, **message.model_dump(mode="json", exclude_defaults=True)})


def stage_json(view: StageView | None) -> bytes:
    """The message about the stage as JSON, with all its fields."""
    return orjson.dumps({"kind": "stage", "view": None if view is None else view.model_dump(mode="json")})


def fields_of(view: TurnView) -> dict[str, Any]:
    """The fields of a view without the parts that are sent by key."""
    return view.model_dump(mode="json", exclude_defaults=True, exclude=set(TEXT_PARTS))


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The fields that have changed, with their new values, which may be defaults."""
    return {
        name: after.get(name, _DEFAULTS.get(name))
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    }
