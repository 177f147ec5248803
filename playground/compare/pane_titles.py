"""The titles of panes: what makes each differ from the others."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from playground.conversation.setup import Setup

_UNSET = object()
_LONGEST_VALUE = 24


def pane_titles(setups: Sequence[Setup], names: Mapping[str, str]) -> tuple[str, ...]:
    """The title of each pane: its model, and the settings that differ from those of other panes with that model.

    `setups` are what the panes send, `names` the short names of models by id. Panes that do not differ are numbered.
    """
    models = [names.get(setup.model, setup.model) for setup in setups]
    titles = []
    for number, model in enumerate(models):
        others = [setup for other, setup in enumerate(setups) if models[other] == model and other != number]
        parts = (model if len(set(models)) > 1 else "", ", ".join(_differences(setups[number], others)))
        titles.append(" · ".join(filter(None, parts)) or model)
    return _numbered(titles)


def _numbered(titles: Sequence[str]) -> tuple[str, ...]:
    """The titles, with numbers where they would be the same."""
    numbered: list[str] = []
    taken = set(titles)
    for title in titles:
        number = 0
        name = title
        while titles.count(title) > 1 and (number == 0 or name in taken):
            number += 1
            name = f"{title} ({number})"
        taken.add(name)
        numbered.append(name)
    return tuple(numbered)


def _differences(own: Setup, others: Sequence[Setup]) -> Iterator[str]:
    for name in sorted({name for setup in (own, *others) for name in setup.parameters}):
        value = own.parameters.get(name, _UNSET)
        if any(setup.parameters.get(name, _UNSET) != value for setup in others):
            yield f"{name} {_short(value)}"
    if any(setup.system_prompt != own.system_prompt for setup in others):
        yield f"system prompt {_short(own.system_prompt)}" if own.system_prompt else "no system prompt"


def _short(value: Any) -> str:
    if value is _UNSET:
        return "unset"
    if isinstance(value, bool):
        return "on" if value else "off"
    text = f"{value:g}" if isinstance(value, float) else " ".join(str(value).split())
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1].rstrip()}…"
