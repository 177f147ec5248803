"""Messages as they go over the wire: without what has its default value."""

from typing import Any

import orjson

from playground.channel.messages import OneTimeMessage, Run, SlotMessage, TurnView

WORDS = frozenset({"text", "thoughts", "meter"})
"""Parts of a turn that are told by key."""

_DEFAULTS = {
    name: orjson.loads(orjson.dumps(field.get_default(call_default_factory=False)))
    for name, field in TurnView.model_fields.items()
    if not field.is_required()
}


def packed_message_json(message: SlotMessage | OneTimeMessage | Run) -> bytes:
    """A message as JSON."""
    return orjson.dumps({"kind": message.kind, **message.model_dump(mode="json", exclude_defaults=True)})


def fields_of(view: TurnView) -> dict[str, Any]:
    """What a view says beside the parts that are told by key."""
    return view.model_dump(mode="json", exclude_defaults=True, exclude=set(WORDS))


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What is other than before, with its new value, which may be the default."""
    return {
        name: after.get(name, _DEFAULTS.get(name))
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    }
