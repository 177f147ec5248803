"""Links that set up a chat: `?model=…&temperature=0.2&system=…&prompt=…`, read strictly; nothing is sent by one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from playground.conversation.setup import Setup, fit, form_specs
from playground.models.catalog import ModelCard
from playground.text.cleaning import clean, line
from playground.text.json_value import read_json

SYSTEM, MESSAGE = "system", "prompt"
NOT_SETTINGS = ("c", "model", "models", "preset", "turn", "snapshot", "embed", "embed_options")
"""What else stands in the addresses of the chat page."""
MOST_SET = 60
LONGEST_VALUE = 50_000
LONGEST_LINK = 8_000
"""Characters: what browsers, proxies and chat programs carry without harm."""
_FLAGS = ("raw", "reject_if_busy")
_FORMS = ("messages", "prompt")


@dataclass(frozen=True, slots=True)
class SetupLink:
    """What a link sets: the system prompt and message as they are, settings as texts, by their names."""

    system: str | None = None
    message: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_link(query: Mapping[str, str]) -> SetupLink | None:
    """What the parts of an address set; None where they set nothing, or name a chat, which has settings of its own."""
    named = {name: clean(value) for name, value in query.items() if name not in NOT_SETTINGS}
    if not named or "c" in query:
        return None
    notes = [
        f"{line(name, 40)} dropped, it is too long for a link" for name, v in named.items() if len(v) > LONGEST_VALUE
    ]
    kept = {name: value for name, value in named.items() if len(value) <= LONGEST_VALUE}
    settings = {name: value for name, value in kept.items() if name not in (SYSTEM, MESSAGE)}
    if len(settings) > MOST_SET:
        notes.append(f"{len(settings) - MOST_SET} settings dropped, a link has {MOST_SET} at most")
        settings = dict(list(settings.items())[:MOST_SET])
    return SetupLink(kept.get(SYSTEM), kept.get(MESSAGE, ""), settings, tuple(notes))


def set_up_by(link: SetupLink, model: str, card: ModelCard | None) -> tuple[Setup, tuple[str, ...]]:
    """The setup of a link for a model, as far as the model takes it, and a note for each thing that it does not.

    Where the model is not known for certain yet (`card` is None), it is fitted once it is.
    """
    notes = [*link.notes]
    setup = Setup(model, link.system or "")
    form = link.settings.get("form", "messages")
    if form not in _FORMS:
        notes.append(f"form dropped, it is one of {' and '.join(_FORMS)}")
        form = "messages"
    setup = replace(setup, form="prompt" if form == "prompt" else "messages")
    kinds = {} if card is None else {spec.name: spec.kind for spec in form_specs(card, setup.form)}
    parameters: dict[str, Any] = {}
    for name, text in link.settings.items():
        if name == "form":
            continue
        value: Any = text if kinds.get(name) == "text" else _value(text)
        if name in _FLAGS and isinstance(value, bool):
            setup = replace(setup, raw=value) if name == "raw" else replace(setup, reject_if_busy=value)
        elif name == "tools" and _are_objects(value):
            setup = replace(setup, tools=tuple(value))
        elif name == "response_format" and isinstance(value, dict) and isinstance(value.get("type"), str):
            setup = replace(setup, response_format=value)
        elif name in (*_FLAGS, "tools", "response_format"):
            notes.append(f"{name} dropped, its value cannot be read")
        else:
            parameters[line(name, 100)] = value
    setup = replace(setup, parameters=parameters)
    if card is None:
        return setup, tuple(notes)
    fitted, changed = fit(setup, card)
    return fitted, (*notes, *changed)


def link_of(setup: Setup) -> str | None:
    """The query of a link that sets up the same; None where that is too long for a link."""
    named: dict[str, str] = {"model": setup.model}
    if setup.system_prompt.strip():
        named[SYSTEM] = setup.system_prompt
    for name, value in {**setup.parameters, **setup.options}.items():
        if name not in (*NOT_SETTINGS, SYSTEM, MESSAGE):
            named[name] = (
                value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            )
    query = urlencode(named, safe="@/:,", errors="replace")
    return query if len(query) <= LONGEST_LINK else None


def _value(text: str) -> Any:
    """The JSON of a text, or the text where it is none."""
    try:
        return read_json(text)
    except ValueError:
        return text


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
