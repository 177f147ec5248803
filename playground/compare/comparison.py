"""A comparison: panes that answer the same prompt, and what they share. Values only."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from playground.conversation.setup import Setup, fit
from playground.models.catalog import ModelCard
from playground.text.labels import visible

MOST_PANES = 6
FEWEST_PANES = 2
MOST_REPETITIONS = 10
PROMPT, SYSTEM_PROMPT = "prompt", "system prompt"
"""What can be unlinked beside the parameters, which go by their own names."""

_UNSET = object()
_TITLE_VALUE = 24

VoteKind = Literal["better", "tie", "bad"]


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
    """What a person thought of the answers to prompt number `round`: which pane was "better", a "tie", all "bad".

    `blind` says that names were hidden, `name` what the pane was called whose answer it was.
    """

    kind: VoteKind
    pane_id: str | None = None
    note: str = ""
    blind: bool = False
    round: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to six panes side by side, asked `round` prompts so far. `order` shuffles them for the eye in blind mode."""

    panes: tuple[Pane, ...]
    system_prompt: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    repetitions: int = 1
    round: int = 0
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
        left = tuple(pane for pane in self.shown() if pane.id != pane_id)
        return replace(self, panes=left, order=()) if self.can_lose_one else self

    def inserted(self, pane: Pane, after: str | None = None) -> "Comparison":
        """The same with one pane more, at the end or after another; six at the most."""
        if not self.has_room:
            return self
        panes = self.shown()
        ids = [known.id for known in panes]
        at = ids.index(after) + 1 if after in ids else len(ids)
        return replace(self, panes=(*panes[:at], pane, *panes[at:]), order=())

    def moved(self, pane_id: str, by: int) -> "Comparison":
        """The same with a pane further left (negative) or right."""
        panes = list(self.shown())
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

    def set_system_prompt(self, pane: Pane, text: str) -> "Comparison":
        """The system prompt set from within a pane: for all that share it, or for this pane alone."""
        if SYSTEM_PROMPT in pane.unlinked:
            return self.with_pane(replace(pane, system_prompt=text))
        return replace(self, system_prompt=text)

    def reset(self, pane: Pane) -> "Comparison":
        """What a pane sends taken back: its own values, and those it shares."""
        kept = {name: value for name, value in self.parameters.items() if name in pane.unlinked}
        return replace(self.with_pane(replace(pane, parameters={})), parameters=kept)

    def alike(self, pane: Pane) -> "Comparison":
        """All panes with the model and the settings of one, and linked again; prompts of their own stay."""
        setup = self.setup(pane)
        panes = tuple(
            replace(known, model=pane.model, unlinked=known.unlinked & {PROMPT}, parameters={}, system_prompt="")
            for known in self.panes
        )
        return replace(self, panes=panes, parameters=setup.parameters, system_prompt=setup.system_prompt)

    def changed_by(self, before: "Comparison") -> str:
        """What is set otherwise than in a comparison of the same panes, and in how many of them, in words."""
        pairs = [(before.setup(old), self.setup(new)) for old, new in zip(before.panes, self.panes, strict=True)]
        others = [(old, new) for old, new in pairs if old != new]
        if not others:
            return "Nothing changed: all panes were set alike."
        names: dict[str, None] = {}
        for old, new in others:
            names |= dict.fromkeys(["model"] if old.model != new.model else [])
            names |= dict.fromkeys(["system prompt"] if old.system_prompt != new.system_prompt else [])
            both = {**old.parameters, **new.parameters}
            names |= dict.fromkeys(name for name in both if old.parameters.get(name) != new.parameters.get(name))
        count = len(others)
        return f"Changed in {count} pane{'s' * (count != 1)}: {', '.join(map(visible, names))}."

    def set_as(self, pane: Pane, setup: Setup) -> "Comparison":
        """One pane with the model, system prompt and parameters of a setup as its own, the prompt shared as before."""
        own = {SYSTEM_PROMPT, *self.parameters, *setup.parameters} | (pane.unlinked & {PROMPT})
        changed = replace(pane, model=setup.model, unlinked=frozenset(own), parameters=dict(setup.parameters))
        return self.with_pane(replace(changed, system_prompt=setup.system_prompt))

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

    @property
    def has_room(self) -> bool:
        """Whether one pane more is possible."""
        return len(self.panes) < MOST_PANES

    @property
    def can_lose_one(self) -> bool:
        """Whether one pane less is possible."""
        return len(self.panes) > FEWEST_PANES

    @property
    def addressed(self) -> tuple[Pane, ...]:
        """The panes that share the prompt."""
        return tuple(pane for pane in self.panes if PROMPT not in pane.unlinked)

    def shown(self) -> tuple[Pane, ...]:
        """The panes in the order of the screen."""
        if self.blind and sorted(self.order) == list(range(len(self.panes))):
            return tuple(self.panes[number] for number in self.order)
        return self.panes

    def asked_again(self, order: Sequence[int] = ()) -> "Comparison":
        """The same, asked once more; `order` is that of the screen in blind mode."""
        return replace(self, round=self.round + 1, order=tuple(order) if self.blind else ())

    def asked_alone(self, order: Sequence[int] = ()) -> "Comparison":
        """The same, asked in one pane: a new round at first, and after a vote where no prompt is shared."""
        voted = any(vote.round == self.round for vote in self.votes)
        return self.asked_again(order) if self.round == 0 or (voted and not self.addressed) else self

    @property
    def hidden(self) -> bool:
        """Whether names and meters are hidden: blind, asked, and not voted on yet."""
        return self.blind and self.round > 0 and not any(vote.blind and vote.round == self.round for vote in self.votes)

    @property
    def chosen(self) -> str | None:
        """The pane that the last vote on the last prompt found better."""
        votes = [vote for vote in self.votes if vote.round == self.round]
        return votes[-1].pane_id if votes else None

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


def pane_titles(setups: Sequence[Setup], names: Mapping[str, str]) -> tuple[str, ...]:
    """What each pane is called: its model, and where panes share that, what makes it differ from them.

    `setups` are what the panes send, `names` the short names of models by id. Panes that differ in nothing are
    numbered.
    """
    models = [names.get(setup.model, setup.model) for setup in setups]
    said = []
    for number, model in enumerate(models):
        others = [setup for other, setup in enumerate(setups) if models[other] == model and other != number]
        parts = (model if len(set(models)) > 1 else "", ", ".join(_differences(setups[number], others)))
        said.append(" · ".join(filter(None, parts)) or model)
    return _numbered(said)


def _numbered(titles: Sequence[str]) -> tuple[str, ...]:
    """The titles, with numbers where they would be alike; no number makes a title that another one has."""
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


def _differences(mine: Setup, others: Sequence[Setup]) -> Iterator[str]:
    for name in sorted({name for setup in (mine, *others) for name in setup.parameters}):
        value = mine.parameters.get(name, _UNSET)
        if any(setup.parameters.get(name, _UNSET) != value for setup in others):
            yield f"{name} {_short(value)}"
    if any(setup.system_prompt != mine.system_prompt for setup in others):
        yield f"system prompt {_short(mine.system_prompt)}" if mine.system_prompt else "no system prompt"


def _short(value: Any) -> str:
    if value is _UNSET:
        return "unset"
    if isinstance(value, bool):
        return "on" if value else "off"
    words = f"{value:g}" if isinstance(value, float) else " ".join(str(value).split())
    return words if len(words) <= _TITLE_VALUE else f"{words[: _TITLE_VALUE - 1].rstrip()}…"
