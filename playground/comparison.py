"""A comparison: panes that answer the same prompt, and what they share. Values only."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from playground.catalog import ModelCard
from playground.setup import Setup, fit

MOST_PANES = 6
FEWEST_PANES = 2
MOST_REPETITIONS = 10
PROMPT, SYSTEM_PROMPT = "prompt", "system prompt"
"""What can be unlinked beside the parameters, which go by their own names."""


@dataclass(frozen=True, slots=True)
class Pane:
    """One column: a model with a conversation of its own. What `unlinked` names is its own, the rest is shared."""

    model: str
    conversation_id: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(6))
    unlinked: frozenset[str] = frozenset()
    system_prompt: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vote:
    """What a person thought: the pane that was better, or None for `verdict` "tie" or "both bad"."""

    verdict: str
    pane_id: str | None = None
    note: str = ""
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to six panes side by side. `order` shuffles them for the eye while names are hidden."""

    panes: tuple[Pane, ...]
    system_prompt: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    repetitions: int = 1
    blind: bool = False
    order: tuple[int, ...] = ()
    votes: tuple[Vote, ...] = ()
    baseline: str | None = None

    def pane(self, pane_id: str) -> Pane | None:
        """The pane of that id."""
        return next((pane for pane in self.panes if pane.id == pane_id), None)

    def with_pane(self, pane: Pane) -> "Comparison":
        """The same with one pane changed."""
        return replace(self, panes=tuple(pane if known.id == pane.id else known for known in self.panes))

    def without(self, pane_id: str) -> "Comparison":
        """The same with one pane less; two always remain."""
        left = tuple(pane for pane in self.panes if pane.id != pane_id)
        return self if len(left) < FEWEST_PANES else replace(self, panes=left, order=())

    def inserted(self, pane: Pane, after: str | None = None) -> "Comparison":
        """The same with one pane more, at the end or after another; six at the most."""
        if len(self.panes) >= MOST_PANES:
            return self
        ids = [known.id for known in self.panes]
        at = ids.index(after) + 1 if after in ids else len(ids)
        return replace(self, panes=(*self.panes[:at], pane, *self.panes[at:]), order=())

    def moved(self, pane_id: str, by: int) -> "Comparison":
        """The same with a pane further left (negative) or right."""
        panes = list(self.panes)
        at = next((number for number, pane in enumerate(panes) if pane.id == pane_id), None)
        if at is None:
            return self
        pane = panes.pop(at)
        panes.insert(max(0, min(at + by, len(panes))), pane)
        return replace(self, panes=tuple(panes), order=())

    def set_parameters(self, pane: Pane, name: str, value: Any, *, unset: bool = False) -> "Comparison":
        """A parameter set (or taken back) from within a pane: for all that share it, or for this pane alone."""
        own = name in pane.unlinked
        values = {known: kept for known, kept in (pane if own else self).parameters.items() if known != name}
        if not unset:
            values[name] = value
        return self.with_pane(replace(pane, parameters=values)) if own else replace(self, parameters=values)

    def unlink(self, pane: Pane, name: str) -> "Comparison":
        """Give a pane its own value of something, beginning with the shared one."""
        own = {known: value for known, value in pane.parameters.items() if known != name}
        if name in self.parameters:
            own[name] = self.parameters[name]
        changed = replace(pane, unlinked=pane.unlinked | {name}, parameters=own)
        if name == SYSTEM_PROMPT:
            changed = replace(changed, system_prompt=self.system_prompt)
        return self.with_pane(changed)

    def link(self, pane: Pane, name: str) -> "Comparison":
        """Let a pane share something again."""
        own = {known: value for known, value in pane.parameters.items() if known != name}
        return self.with_pane(replace(pane, unlinked=pane.unlinked - {name}, parameters=own))

    def setup(self, pane: Pane) -> Setup:
        """What a pane is set to before its model has a say."""
        shared = {name: value for name, value in self.parameters.items() if name not in pane.unlinked}
        own = {name: value for name, value in pane.parameters.items() if name in pane.unlinked}
        system_prompt = pane.system_prompt if SYSTEM_PROMPT in pane.unlinked else self.system_prompt
        return Setup(pane.model, system_prompt, {**shared, **own})

    def fitted(self, pane: Pane, card: ModelCard | None) -> tuple[Setup, tuple[str, ...]]:
        """What a pane sends, clamped to its own model alone, and a sentence for each thing that was changed."""
        setup = self.setup(pane)
        return (setup, ()) if card is None else fit(setup, card)

    def shown(self) -> tuple[Pane, ...]:
        """The panes in the order of the screen."""
        if self.blind and sorted(self.order) == list(range(len(self.panes))):
            return tuple(self.panes[number] for number in self.order)
        return self.panes

    @property
    def hidden(self) -> bool:
        """Whether names and meters are hidden: blind, and not voted on yet."""
        return self.blind and not any(vote.blind for vote in self.votes)

    def as_json(self) -> dict[str, Any]:
        """For storage."""
        packed = asdict(self)
        packed["panes"] = [{**asdict(pane), "unlinked": sorted(pane.unlinked)} for pane in self.panes]
        return packed

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> "Comparison":
        """The value that `as_json` packed."""
        panes = tuple(Pane(**{**pane, "unlinked": frozenset(pane["unlinked"])}) for pane in packed["panes"])
        votes = tuple(Vote(**vote) for vote in packed.get("votes", ()))
        return cls(**{**packed, "panes": panes, "votes": votes, "order": tuple(packed.get("order", ()))})


def titles(comparison: Comparison, names: Mapping[str, str]) -> tuple[str, ...]:
    """What each pane is called: its model, and where panes share that, what makes it differ from them.

    `names` are the short names of models by id. Panes that differ in nothing are numbered.
    """
    setups = [comparison.setup(pane) for pane in comparison.panes]
    models = [names.get(pane.model, pane.model) for pane in comparison.panes]
    said = [
        " · ".join(filter(None, (_model(models, number), _differences(setups, _alike(models, number), number))))
        or models[number]
        for number in range(len(models))
    ]
    return tuple(
        f"{title} ({said[: number + 1].count(title)})" if said.count(title) > 1 else title
        for number, title in enumerate(said)
    )


def _model(models: Sequence[str], number: int) -> str:
    return models[number] if len(set(models)) > 1 else ""


def _alike(models: Sequence[str], number: int) -> list[int]:
    return [other for other, model in enumerate(models) if model == models[number] and other != number]


def _differences(setups: Sequence[Setup], others: Iterable[int], number: int) -> str:
    mine, told = setups[number], []
    others = list(others)
    names = sorted({name for other in (number, *others) for name in setups[other].parameters})
    for name in names:
        values = [setups[other].parameters.get(name) for other in others]
        if any(value != mine.parameters.get(name) for value in values):
            value = mine.parameters.get(name, "unset") if name in mine.parameters else "unset"
            told.append(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}")
    if any(setups[other].system_prompt != mine.system_prompt for other in others):
        told.append("own system prompt" if mine.system_prompt else "no system prompt")
    return ", ".join(told)
