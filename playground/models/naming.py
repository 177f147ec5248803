"""Which model a name means: one that is typed, pasted, saved in a preset or part of a URL.

A name that several models have means none of them: the meaning then holds the candidates, and
`components/settings/model_question.py` asks the person.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from playground.errors import BadRequestError, CapacityError, NotFoundError, ProviderError
from playground.models.catalog import ModelCard
from playground.text.labels import visible

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Found:
    """The one model with the name."""

    card: ModelCard


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The name may mean any of `cards`, or a model of a server in `unlisted`, whose list could not be read."""

    name: str
    cards: tuple[ModelCard, ...]
    unlisted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """The lists of these connections have not come yet and may decide; `cards` are the candidates so far."""

    name: str
    connections: tuple[str, ...]
    cards: tuple[ModelCard, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """No model has the name; `cards` are similar ones, `unlisted` as in Ambiguous.

    `problem` is a sentence about the connection that the name begins with, where that cannot be used.
    """

    name: str
    cards: tuple[ModelCard, ...] = ()
    unlisted: tuple[str, ...] = ()
    problem: str = ""


NameMeaning = Found | Ambiguous | Waiting | Unknown


def why_uncertain(meaning: Ambiguous | Waiting | Unknown) -> str:
    """A sentence about why the name means no single model."""
    name = visible(meaning.name)
    match meaning:
        case Ambiguous(cards=(only,)):
            return f"{name} may be {visible(only.id)}; {listed(meaning.unlisted)} did not say which models there are."
        case Ambiguous(cards=cards):
            return f"{name} is the name of {len(cards)} models."
        case Waiting(connections=connections):
            return f"Whether {name} is a model of {listed(connections)} is not known yet: the list has not come."
        case Unknown(problem=problem) if problem:
            return problem
        case Unknown(unlisted=unlisted):
            doubt = f" {listed(unlisted)} did not say which models there are." if unlisted else ""
            return f"No model is called {name}.{doubt}"


def name_refusal(meaning: Ambiguous | Waiting | Unknown) -> ProviderError:
    """The error for a request to a model with this name."""
    reason = why_uncertain(meaning)
    match meaning:
        case Ambiguous():
            return BadRequestError(reason, hint=f"Choose one in the list: {_ids(meaning.cards)}.")
        case Waiting():
            return CapacityError(
                why_uncertain(meaning), hint="Wait a moment, then try again, or choose a model from the list."
            )
        case Unknown():
            return NotFoundError(reason, hint="Choose another model.")


def listed(names: Iterable[str]) -> str:
    """Names joined as in a sentence: a, b and c."""
    *most, last = map(visible, names)
    return f"{', '.join(most)} and {last}" if most else last


def _ids(cards: tuple[ModelCard, ...]) -> str:
    more = len(cards) - _MOST_NAMED
    named = ", ".join(visible(card.id) for card in cards[:_MOST_NAMED])
    return f"{named} and {more} more" if more > 0 else named


def as_query(names: Iterable[str]) -> str:
    """Names in one URL parameter, separated by commas; a comma in a name is percent-encoded."""
    return ",".join(name.replace("%", "%25").replace(",", "%2C") for name in names)


def from_query(text: str) -> list[str]:
    """The names that `as_query` wrote; empty ones are left out."""
    return [name.replace("%2C", ",").replace("%25", "%") for name in text.split(",") if name.strip()]
