"""A comparison: panes that answer the same prompt, and their shared settings. Values only."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from playground.conversation.setup import Setup, fit
from playground.models.catalog import ModelCard
from playground.money.figures import counted
from playground.text.labels import visible

MOST_PANES = 6
FEWEST_PANES = 2
MOST_REPETITIONS = 10
PROMPT, SYSTEM_PROMPT = "prompt", "system prompt"
"""What can be unlinked beside the parameters, which go by their own names."""


@dataclass(frozen=True, slots=True)
class Pane:
    """One column: a model with a conversation of its own. Settings named in `unlinked` are its own, others shared."""

    model: str
    conversation_id: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(6))
    unlinked: frozenset[str] = frozenset()
    system_prompt: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    preset: str = ""
    """The id of the preset that it was set by, whatever was changed since; "" for none."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to six panes side by side, after `round` prompts. `order` is that of the panes on screen in blind mode.

    `named_round` is the last prompt whose answers were seen with names, as they are after a vote.
    """

    panes: tuple[Pane, ...]
    system_prompt: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    repetitions: int = 1
    round: int = 0
    blind: bool = False
    order: tuple[int, ...] = ()
    named_round: int = 0
    baseline: str | None = None

    def pane(self, pane_id: str) -> Pane | None:
        """The pane with an id; None where there is none."""
        return next((pane for pane in self.panes if pane.id == pane_id), None)

    def with_pane(self, pane: Pane) -> "Comparison":
        """The same with one pane changed."""
        return replace(self, panes=tuple(pane if known.id == pane.id else known for known in self.panes))

    def without(self, pane_id: str) -> "Comparison":
        """The same with one pane less; unchanged where only two are left."""
        remaining = tuple(pane for pane in self.shown() if pane.id != pane_id)
        return replace(self, panes=remaining, order=()) if self.can_remove_pane else self

    def inserted(self, pane: Pane, after: str | None = None) -> "Comparison":
        """The same with one pane more, at the end or after another; unchanged where there are six."""
        if not self.has_room:
            return self
        panes = self.shown()
        ids = [known.id for known in panes]
        index = ids.index(after) + 1 if after in ids else len(ids)
        return replace(self, panes=(*panes[:index], pane, *panes[index:]), order=())

    def moved(self, pane_id: str, by: int) -> "Comparison":
        """The same with a pane further left (negative) or right."""
        panes = list(self.shown())
        index = next((number for number, pane in enumerate(panes) if pane.id == pane_id), None)
        if index is None:
            return self
        pane = panes.pop(index)
        panes.insert(max(0, min(index + by, len(panes))), pane)
        return replace(self, panes=tuple(panes), order=())

    def set_parameters(self, pane: Pane, name: str, value: Any, *, unset: bool = False) -> "Comparison":
        """Set or unset a parameter in a pane: for all panes that share it, or for this one if it is unlinked there."""
        own = name in pane.unlinked
        values = {known: old for known, old in (pane if own else self).parameters.items() if known != name}
        if not unset:
            values[name] = value
        return self.with_pane(replace(pane, parameters=values)) if own else replace(self, parameters=values)

    def unlink(self, pane: Pane, name: str) -> "Comparison":
        """Give a pane its own value of a setting, at first the shared one."""
        own = {known: value for known, value in pane.parameters.items() if known != name}
        if name in self.parameters:
            own[name] = self.parameters[name]
        changed = replace(pane, unlinked=pane.unlinked | {name}, parameters=own)
        if name == SYSTEM_PROMPT:
            changed = replace(changed, system_prompt=self.system_prompt)
        return self.with_pane(changed)

    def link(self, pane: Pane, name: str) -> "Comparison":
        """Let a pane share a setting again."""
        own = {known: value for known, value in pane.parameters.items() if known != name}
        return self.with_pane(replace(pane, unlinked=pane.unlinked - {name}, parameters=own))

    def set_system_prompt(self, pane: Pane, text: str) -> "Comparison":
        """Set the system prompt in a pane: for all panes that share it, or for this one if it is unlinked there."""
        if SYSTEM_PROMPT in pane.unlinked:
            return self.with_pane(replace(pane, system_prompt=text))
        return replace(self, system_prompt=text)

    def reset(self, pane: Pane) -> "Comparison":
        """Unset all parameters that a pane sends: its own values, and those it shares."""
        own = {name: value for name, value in self.parameters.items() if name in pane.unlinked}
        return replace(self.with_pane(replace(pane, parameters={})), parameters=own)

    def all_like(self, pane: Pane) -> "Comparison":
        """All panes with the model and settings of one, linked again; unlinked prompts stay unlinked."""
        setup = self.setup(pane)
        panes = tuple(
            replace(known, model=pane.model, unlinked=known.unlinked & {PROMPT}, parameters={}, system_prompt="")
            for known in self.panes
        )
        return replace(self, panes=panes, parameters=setup.parameters, system_prompt=setup.system_prompt)

    def changes_from(self, before: "Comparison") -> str:
        """A sentence about which settings differ from those of a comparison of the same panes, and in how many."""
        pairs = [(before.setup(old), self.setup(new)) for old, new in zip(before.panes, self.panes, strict=True)]
        changes = [(old, new) for old, new in pairs if old != new]
        if not changes:
            return "Nothing changed: all panes were set alike."
        names: dict[str, None] = {}
        for old, new in changes:
            names |= dict.fromkeys(["model"] if old.model != new.model else [])
            names |= dict.fromkeys(["system prompt"] if old.system_prompt != new.system_prompt else [])
            both = {**old.parameters, **new.parameters}
            names |= dict.fromkeys(name for name in both if old.parameters.get(name) != new.parameters.get(name))
        return f"Changed in {counted(len(changes), 'pane')}: {', '.join(map(visible, names))}."

    def with_setup(self, pane: Pane, setup: Setup) -> "Comparison":
        """One pane with the model, system prompt and parameters of a setup as its own; its prompt stays as linked."""
        own = {SYSTEM_PROMPT, *self.parameters, *setup.parameters} | (pane.unlinked & {PROMPT})
        changed = replace(pane, model=setup.model, unlinked=frozenset(own), parameters=dict(setup.parameters))
        return self.with_pane(replace(changed, system_prompt=setup.system_prompt, preset=setup.preset))

    def setup(self, pane: Pane) -> Setup:
        """The setup of a pane, before it is fitted to its model."""
        shared = {name: value for name, value in self.parameters.items() if name not in pane.unlinked}
        own = {name: value for name, value in pane.parameters.items() if name in pane.unlinked}
        system_prompt = pane.system_prompt if SYSTEM_PROMPT in pane.unlinked else self.system_prompt
        return Setup(pane.model, system_prompt, {**shared, **own}, preset=pane.preset)

    def fitted(self, pane: Pane, card: ModelCard | None) -> tuple[Setup, tuple[str, ...]]:
        """The setup that a pane sends, fitted to its model, and a note for each thing that was changed."""
        setup = self.setup(pane)
        return (setup, ()) if card is None else fit(setup, card)

    @property
    def has_room(self) -> bool:
        """Whether a pane can be added."""
        return len(self.panes) < MOST_PANES

    @property
    def can_remove_pane(self) -> bool:
        """Whether a pane can be removed."""
        return len(self.panes) > FEWEST_PANES

    @property
    def linked_panes(self) -> tuple[Pane, ...]:
        """The panes that share the prompt."""
        return tuple(pane for pane in self.panes if PROMPT not in pane.unlinked)

    def shown(self) -> tuple[Pane, ...]:
        """The panes in the order in which they are shown."""
        if self.blind and sorted(self.order) == list(range(len(self.panes))):
            return tuple(self.panes[number] for number in self.order)
        return self.panes

    def next_round(self, order: Sequence[int] = ()) -> "Comparison":
        """The same after one more prompt; `order` is that of the panes on screen in blind mode."""
        return replace(self, round=self.round + 1, order=tuple(order) if self.blind else ())

    def next_round_alone(self, order: Sequence[int] = (), *, voted: bool = False) -> "Comparison":
        """The same after a prompt to one pane: a new round at first, and after a vote if no pane shares the prompt.

        `voted`: there is a vote on this round.
        """
        return self.next_round(order) if self.round == 0 or (voted and not self.linked_panes) else self

    @property
    def hidden(self) -> bool:
        """Whether names and meters are hidden: in blind mode after a prompt, until they are shown."""
        return self.blind and self.round > self.named_round

    def with_names(self) -> "Comparison":
        """The same once names are seen beside the answers to the last prompt, as they are after a vote."""
        return replace(self, named_round=self.round)

    def with_blind(self, blind: bool, order: Sequence[int] = ()) -> "Comparison":
        """The same with names hidden from the next prompt on, or not; answers that were seen with names stay so."""
        named = self.named_round if self.hidden and blind else self.round
        return replace(self, blind=blind, order=tuple(order) if blind else (), named_round=named)

    def as_json(self) -> dict[str, Any]:
        """The comparison as JSON, for the store."""
        packed = asdict(self)
        packed["panes"] = [{**asdict(pane), "unlinked": sorted(pane.unlinked)} for pane in self.panes]
        return packed

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> "Comparison":
        """The value that `as_json` packed."""
        panes = tuple(Pane(**{**pane, "unlinked": frozenset(pane["unlinked"])}) for pane in packed["panes"])
        return cls(**{**packed, "panes": panes, "order": tuple(packed.get("order", ()))})
