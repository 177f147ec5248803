"""The setup of an answer: what is stored of it, and how it is described in words."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from playground.conversation.setup import Setup
from playground.models.catalog import ModelCard, id_at
from playground.money.figures import counted
from playground.store import StoredReply
from playground.text.labels import SEPARATOR, visible

_LONGEST_VALUE = 24
_OPTION_LABELS: dict[str, Callable[[Any], str]] = {
    "tools": lambda value: counted(len(value), "tool"),
    "response_format": lambda value: {"json_schema": "JSON schema"}.get(value.get("type"), "JSON object"),
    "form": lambda value: "bare prompt",
    "raw": lambda value: "raw",
    "reject_if_busy": lambda value: "reject if busy",
}


def setup_record(setup: Setup, card: ModelCard | None, connection: str) -> dict[str, Any]:
    """The JSON that is stored with an answer: `setup` is the effective one, without what was left out."""
    return {
        "model": setup.model,
        "name": setup.model if card is None else card.name if card.traits.here else card.wire_id,
        "connection": connection,
        "system_prompt": setup.system_prompt,
        "parameters": dict(setup.parameters),
        "options": setup.options,
    }


def reply_setup(reply: StoredReply) -> Setup | None:
    """The setup of an answer; None for answers from before it was stored."""
    if reply.setup is None:
        return None
    setup = Setup(reply.model, reply.setup.get("system_prompt", ""), reply.setup.get("parameters", {}))
    return setup.with_options(reply.setup.get("options", {}))


def model_line(reply: StoredReply) -> str:
    """The model of an answer, by its server's name for it, and the connection."""
    return SEPARATOR.join(map(visible, filter(None, (_name(reply), reply.connection))))


def settings_labels(reply: StoredReply) -> tuple[str, ...]:
    """What was set for an answer, in a few words each; empty also where it is not known."""
    record = reply.setup or {}
    parameters: Mapping[str, Any] = record.get("parameters") or {}
    options: Mapping[str, Any] = record.get("options") or {}
    return (
        *(["system prompt"] if str(record.get("system_prompt") or "").strip() else []),
        *(f"{visible(name)} {_short(value)}" for name, value in parameters.items()),
        *(label(options[name]) for name, label in _OPTION_LABELS.items() if options.get(name)),
    )


def provenance_line(reply: StoredReply) -> str:
    """Model, connection and settings on one line."""
    return SEPARATOR.join((model_line(reply), *settings_labels(reply)))


def _name(reply: StoredReply) -> str:
    return str((reply.setup or {}).get("name") or reply.model.removeprefix(id_at(reply.connection, "")))


def _short(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    shown = visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[: _LONGEST_VALUE - 1]}…"


def setup_difference(shown: StoredReply, other: StoredReply) -> str:
    """How the setup of `other` differs from that of `shown`: model, connection, settings; empty if it does not."""
    before, after = shown.setup or {}, other.setup or {}
    names = [_name(reply) for reply in (shown, other)]
    changed = [_arrow(*_short_names(*names))] if names[0] != names[1] else []
    if shown.connection != other.connection:
        changed.append(_arrow(visible(shown.connection) or "none", visible(other.connection) or "none"))
    if shown.setup is not None and other.setup is not None:
        changed += _settings_changed(before, after)
    return SEPARATOR.join(changed)


def _settings_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    prompts = [str(record.get("system_prompt") or "").strip() for record in (before, after)]
    if prompts[0] != prompts[1]:
        yield "no system prompt" if not prompts[1] else "another system prompt" if prompts[0] else "system prompt"
    was, now = before.get("parameters") or {}, after.get("parameters") or {}
    for name in dict.fromkeys((*was, *now)):
        if was.get(name) != now.get(name):
            yield f"{visible(name)} {_arrow(*(_short(v[name]) if name in v else 'unset' for v in (was, now)))}"
    was, now = before.get("options") or {}, after.get("options") or {}
    for name, label in _OPTION_LABELS.items():
        if was.get(name) != now.get(name):
            words = [label(record[name]) if record.get(name) else "" for record in (was, now)]
            yield f"other {words[1]}" if words[0] == words[1] else words[1] or f"no {name.replace('_', ' ')}"


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}"


def _short_names(*names: str) -> Iterable[str]:
    """Names of models without their vendors, if they differ without them."""
    short = [name.rpartition("/")[2] for name in names]
    return map(visible, short if all(short) and len(set(short)) == len(short) else names)
