"""Which model a name means: one that is typed, pasted, kept in a preset or written in an address.

A name never means a model that does not go by it, and never the first of several: where it is not certain, whoever
asked is told what it may be. A new kind of answer belongs here, and in
`components/settings/model_question.py`, which draws it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from playground.errors import BadRequestError, CapacityError, NotFoundError, ProviderError
from playground.models.catalog import ModelCard
from playground.text.labels import visible

_TOLD = 5


@dataclass(frozen=True, slots=True)
class Found:
    """The one model of that name."""

    card: ModelCard


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The name may mean any of these, or, where a server of `unlisted` did not say what it has, one of that server."""

    name: str
    cards: tuple[ModelCard, ...]
    unlisted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """These connections have not listed their models yet, and what they list may decide; `cards` are known so far."""

    name: str
    connections: tuple[str, ...]
    cards: tuple[ModelCard, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing goes by that name; `cards` are models that it may be a slip for, `unlisted` as in Ambiguous."""

    name: str
    cards: tuple[ModelCard, ...] = ()
    unlisted: tuple[str, ...] = ()


NameMeaning = Found | Ambiguous | Waiting | Unknown


def why_uncertain(meaning: Ambiguous | Waiting | Unknown) -> str:
    """What stands in the way, in a sentence."""
    name = visible(meaning.name)
    match meaning:
        case Ambiguous(cards=(only,)):
            return f"{name} may be {visible(only.id)}; {listed(meaning.unlisted)} did not say which models there are."
        case Ambiguous(cards=cards):
            return f"{name} is the name of {len(cards)} models."
        case Waiting(connections=connections):
            return f"Whether {name} is a model of {listed(connections)} is not known yet: the list has not come."
        case Unknown(unlisted=unlisted):
            doubt = f" {listed(unlisted)} did not say which models there are." if unlisted else ""
            return f"No model is called {name}.{doubt}"


def name_refusal(meaning: Ambiguous | Waiting | Unknown) -> ProviderError:
    """Why nothing can be asked by that name, and what to do."""
    why = why_uncertain(meaning)
    match meaning:
        case Ambiguous():
            return BadRequestError(why, hint=f"Choose one in the list: {_ids(meaning.cards)}.")
        case Waiting():
            return CapacityError(
                why_uncertain(meaning), hint="Wait a moment, then try again, or choose a model from the list."
            )
        case Unknown():
            return NotFoundError(why, hint="Choose another model.")


def listed(names: Iterable[str]) -> str:
    """Names as a sentence lists them: a, b and c."""
    *most, last = map(visible, names)
    return f"{', '.join(most)} and {last}" if most else last


def _ids(cards: tuple[ModelCard, ...]) -> str:
    more = len(cards) - _TOLD
    named = ", ".join(visible(card.id) for card in cards[:_TOLD])
    return f"{named} and {more} more" if more > 0 else named


def as_query(names: Iterable[str]) -> str:
    """Names in one parameter of an address, by commas; a comma in a name is written as in an address."""
    return ",".join(name.replace("%", "%25").replace(",", "%2C") for name in names)


def from_query(text: str) -> list[str]:
    """The names that `as_query` wrote, each once; empty ones are left out."""
    names = (name.replace("%2C", ",").replace("%25", "%") for name in text.split(","))
    return list(dict.fromkeys(name for name in names if name.strip()))
