"""What models are called where there is little room, so that nobody takes one for another."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from playground.models.catalog.card import ModelCard
from playground.text.labels import SEPARATOR, labels


def short_names(cards: Iterable[ModelCard]) -> dict[str, str]:
    """A name for each card by its id, no two alike: its own where it is the only one of that name.

    Where names meet, the connection stands after it if that tells them apart, else more of the id in its place.
    """
    groups: defaultdict[str, list[ModelCard]] = defaultdict(list)
    for card in cards:
        groups[card.name.casefold()].append(card)
    said = {card.id: parts for group in groups.values() for card, parts in zip(group, _told_apart(group), strict=True)}
    return labels(said)


def _told_apart(group: Sequence[ModelCard]) -> list[tuple[str, ...]]:
    ways: tuple[list[tuple[str, ...]], ...] = (
        [(card.name,) for card in group],
        [(card.name, where_it_runs(card)) for card in group],
        [(card.wire_id,) for card in group],
        [(card.id,) for card in group],
    )
    for way in ways:
        if len({SEPARATOR.join(parts).casefold() for parts in way}) == len(group):
            return way
    return ways[-1]


def where_it_runs(card: ModelCard) -> str:
    """Where a model runs: the name of its connection, or what kind of service it is."""
    return card.connection or card.traits.place
