"""What an answer was asked with: model and connection by name, and all that was set. Kept with it, told in words."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from playground.conversation.setup import Setup
from playground.models.catalog import ModelCard, id_at
from playground.store import StoredReply
from playground.text.labels import SEPARATOR, visible

_SHORT = 24
_ALSO: dict[str, Callable[[Any], str]] = {
    "tools": lambda value: f"{len(value)} tool{'s' * (len(value) != 1)}",
    "response_format": lambda value: {"json_schema": "JSON schema"}.get(value.get("type"), "JSON object"),
    "form": lambda value: "bare prompt",
    "raw": lambda value: "raw",
    "reject_if_busy": lambda value: "reject if busy",
}


def setup_record(setup: Setup, card: ModelCard | None, connection: str) -> dict[str, Any]:
    """What is kept with an answer, as JSON: `setup` is what its model was sent, not what was set and left out."""
    return {
        "model": setup.model,
        "name": setup.model if card is None else card.name if card.traits.here else card.wire_id,
        "connection": connection,
        "system_prompt": setup.system_prompt,
        "parameters": dict(setup.parameters),
        "options": setup.options,
    }


def asked_with(reply: StoredReply) -> Setup | None:
    """What an answer was asked with; None for one from before that was kept."""
    if reply.setup is None:
        return None
    setup = Setup(reply.model, reply.setup.get("system_prompt", ""), reply.setup.get("parameters", {}))
    return setup.with_options(reply.setup.get("options", {}))


def model_line(reply: StoredReply) -> str:
    """The model of an answer as its server calls it, and the connection by which it was asked."""
    return SEPARATOR.join(map(visible, filter(None, (_name(reply), reply.connection))))


def settings_words(reply: StoredReply) -> tuple[str, ...]:
    """What was set for an answer, in few words each; nothing where nothing was, or where that is not known."""
    held = reply.setup or {}
    parameters: Mapping[str, Any] = held.get("parameters") or {}
    options: Mapping[str, Any] = held.get("options") or {}
    return (
        *(["system prompt"] if str(held.get("system_prompt") or "").strip() else []),
        *(f"{visible(name)} {_short(value)}" for name, value in parameters.items()),
        *(said(options[name]) for name, said in _ALSO.items() if options.get(name)),
    )


def provenance_line(reply: StoredReply) -> str:
    """Model, connection and settings on one line."""
    return SEPARATOR.join((model_line(reply), *settings_words(reply)))


def _name(reply: StoredReply) -> str:
    return str((reply.setup or {}).get("name") or reply.model.removeprefix(id_at(reply.connection, "")))


def _short(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    shown = visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return shown if len(shown) <= _SHORT else f"{shown[: _SHORT - 1]}…"


def asked_differently(shown: StoredReply, other: StoredReply) -> str:
    """How what `other` was asked with differs from what `shown` was: model, connection, settings; empty for nothing."""
    before, after = shown.setup or {}, other.setup or {}
    names = [_name(reply) for reply in (shown, other)]
    changed = [_arrow(*_short_names(*names))] if names[0] != names[1] else []
    if shown.connection != other.connection:
        changed.append(_arrow(visible(shown.connection) or "none", visible(other.connection) or "none"))
    if shown.setup is not None and other.setup is not None:
        changed += _settings_changed(before, after)
    return SEPARATOR.join(changed)


def _settings_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    prompts = [str(held.get("system_prompt") or "").strip() for held in (before, after)]
    if prompts[0] != prompts[1]:
        yield "no system prompt" if not prompts[1] else "another system prompt" if prompts[0] else "system prompt"
    was, now = before.get("parameters") or {}, after.get("parameters") or {}
    for name in dict.fromkeys((*was, *now)):
        if was.get(name) != now.get(name):
            yield f"{visible(name)} {_arrow(*(_short(v[name]) if name in v else 'unset' for v in (was, now)))}"
    was, now = before.get("options") or {}, after.get("options") or {}
    for name, said in _ALSO.items():
        if was.get(name) != now.get(name):
            words = [said(held[name]) if held.get(name) else "" for held in (was, now)]
            yield f"other {words[1]}" if words[0] == words[1] else words[1] or f"no {name.replace('_', ' ')}"


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}"


def _short_names(*names: str) -> Iterable[str]:
    """Names of models without who made them, where they still differ then."""
    short = [name.rpartition("/")[2] for name in names]
    return map(visible, short if all(short) and len(set(short)) == len(short) else names)
