"""Short names of models that are unique."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from playground.models.catalog.card import ModelCard
from playground.text.labels import SEPARATOR, labels


def short_names(cards: Iterable[ModelCard]) -> dict[str, str]:
    """A unique name for each card, by its id: the card's own name where no other card has it.

    Else the name and the connection if that is unique, else more of the id.
    """
    groups: defaultdict[str, list[ModelCard]] = defaultdict(list)
    for card in cards:
        groups[card.name.casefold()].append(card)
    parts_by_id = {
        card.id: parts for group in groups.values() for card, parts in zip(group, _distinct_parts(group), strict=True)
    }
    return labels(parts_by_id)


def _distinct_parts(group: Sequence[ModelCard]) -> list[tuple[str, ...]]:
    candidates: tuple[list[tuple[str, ...]], ...] = (
        [(card.name,) for card in group],
        [(card.name, where_it_runs(card)) for card in group],
        [(card.wire_id,) for card in group],
        [(card.id,) for card in group],
    )
    for candidate in candidates:
        if len({SEPARATOR.join(parts).casefold() for parts in candidate}) == len(group):
            return candidate
    return candidates[-1]


def where_it_runs(card: ModelCard) -> str:
    """Where a model runs: the name of its connection, or its kind of service."""
    return card.connection or card.traits.place
