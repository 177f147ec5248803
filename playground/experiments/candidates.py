"""The columns of an experiment: each variant with each model in each setting of the axes, as far as models allow it."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from playground.conversation.requests import effective_setup
from playground.conversation.setup import Setup, form_specs
from playground.errors import NotFoundError, ProviderError
from playground.experiments.checks.judging import ModelChoice
from playground.experiments.definition import Definition, PromptVariant
from playground.models.catalog import ModelCard, id_at
from playground.models.naming import Found, name_refusal
from playground.models.roster import Roster
from playground.parameters import clamp
from playground.text.labels import visible

MOST_CANDIDATES = 5_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One column: a variant, a model at a connection, and what it is asked with.

    `setting` has a value for each axis; `parameters` are all that are sent. `notes` say what was changed for the model.
    """

    number: int
    variant: str
    model: str
    connection: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    setting: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is called: its variant, its model, and the values of the axes."""
        setting = ", ".join(f"{name} {value}" for name, value in self.setting.items())
        return " · ".join(filter(None, (self.variant, visible(self.model), setting)))

    def as_json(self) -> dict[str, Any]:
        """It as JSON."""
        return {**asdict(self), "notes": list(self.notes)}

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Self:
        """The candidate that `as_json` wrote."""
        return cls(**{**packed, "notes": tuple(packed["notes"])})


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A combination that is not asked, and why."""

    variant: str
    model: str
    setting: Mapping[str, Any]
    why: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """The columns of an experiment, and the combinations that are left out of it."""

    kept: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...] = ()


def candidates_of(definition: Definition, roster: Roster) -> Candidates:
    """The candidates of an experiment with the models of a roster, by variant, then model, then setting.

    Raises ProviderError where a model is not known or nothing runs it, or there are more than MOST_CANDIDATES.
    """
    cards = [(choice, chosen_card(choice, roster)) for choice in definition.models]
    _refuse_twice(cards)
    settings = list(_settings(definition.axes))
    if len(definition.variants) * len(cards) * len(settings) > MOST_CANDIDATES:
        raise ProviderError(
            f"More than {MOST_CANDIDATES:,} columns: each variant with each model in each setting.",
            hint="Take fewer values of the axes, or fewer models.",
        )
    kept: list[Candidate] = []
    left_out: list[LeftOut] = []
    for variant, (choice, card), setting in itertools.product(definition.variants, cards, settings):
        if why := _illegal(card, setting):
            left_out.append(LeftOut(variant.name, card.id, setting, why))
            continue
        setup, notes = effective_setup(setup_of_variant(variant, choice, setting), card)
        connection = roster.connection(card).name
        kept.append(Candidate(len(kept), variant.name, card.id, connection, setup.parameters, setting, notes))
    return Candidates(tuple(kept), tuple(left_out))


def _refuse_twice(cards: Sequence[tuple[ModelChoice, ModelCard]]) -> None:
    """Raises ProviderError where two names mean the same model with the same parameters."""
    seen: list[tuple[str, Mapping[str, Any]]] = []
    for choice, card in cards:
        if (card.id, choice.parameters) in seen:
            raise ProviderError(f"{visible(card.id)} is there twice among the models.", hint="Take one of them away.")
        seen.append((card.id, choice.parameters))


def setup_of_variant(variant: PromptVariant, choice: ModelChoice, setting: Mapping[str, Any]) -> Setup:
    """What a variant asks a model with, its system prompt apart: that is among its messages."""
    parameters = {**variant.parameters, **choice.parameters, **setting}
    return Setup(choice.id, parameters=parameters, tools=variant.tools, response_format=variant.response_format)


def chosen_card(choice: ModelChoice, roster: Roster) -> ModelCard:
    """The model that is chosen, by its id alone or at a connection. Raises ProviderError where there is none."""
    names = [choice.id] if not choice.connection else [id_at(choice.connection, choice.id), choice.id]
    for name in names:
        meaning = roster.find(name)
        if isinstance(meaning, Found) and choice.connection in ("", roster.where(meaning.card)):
            roster.connection(meaning.card)
            return meaning.card
    first = roster.find(names[0])
    if isinstance(first, Found):
        roster.connection(first.card)
        raise ProviderError(
            f"{first.card.name} does not run at the connection {visible(choice.connection)!r}.",
            hint="Name another connection, or none.",
        )
    if choice.connection and choice.connection not in roster.connections:
        raise NotFoundError(
            f"There is no connection {visible(choice.connection)!r}, which {visible(choice.id)} is to be asked at.",
            hint="Set it up on the Connections page or by the environment, or choose another model.",
        )
    raise name_refusal(first)


def _settings(axes: Mapping[str, tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    """One value for each axis, in each way; a single empty setting where there are none."""
    for values in itertools.product(*axes.values()):
        yield dict(zip(axes, values, strict=True))


def _illegal(card: ModelCard, setting: Mapping[str, Any]) -> str:
    """Why a model does not allow values of axes as they are; "" where it does."""
    _, notes = clamp(setting, form_specs(card, "messages"), model=card.name)
    return "; ".join(notes)
