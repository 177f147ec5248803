"""The standings as they are now, counted anew only where votes have changed."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from playground.compare.standings import Standings, VoteChoice, standings
from playground.owner import Owner
from playground.store import Stores, Vote


def votes_now(stores: Stores, reader: Owner, since: datetime | None) -> tuple[Sequence[Vote], Sequence[Vote]]:
    """A reader's votes from a moment on, and those of others without what is theirs alone. Raises StoreError."""
    return _votes(stores, reader, since, stores.votes_mark())


def standings_now(stores: Stores, reader: Owner, since: datetime | None, choice: VoteChoice) -> Standings:
    """The standings by these votes. Raises StoreError."""
    return _standings(stores, reader, since, choice, stores.votes_mark())


def models_voted_on(stores: Stores, reader: Owner, since: datetime | None) -> Sequence[str]:
    """The models that there are such votes on, by their ids. Raises StoreError."""
    return _models(stores, reader, since, stores.votes_mark())


@lru_cache(maxsize=4)
def _votes(
    stores: Stores, reader: Owner, since: datetime | None, mark: object
) -> tuple[Sequence[Vote], Sequence[Vote]]:
    return stores.of(reader).votes(since), stores.others_votes(reader, since)


@lru_cache(maxsize=32)
def _standings(stores: Stores, reader: Owner, since: datetime | None, choice: VoteChoice, mark: object) -> Standings:
    return standings(*_votes(stores, reader, since, mark), choice)


@lru_cache(maxsize=32)
def _models(stores: Stores, reader: Owner, since: datetime | None, mark: object) -> Sequence[str]:
    own, _ = _votes(stores, reader, since, mark)
    shown = _standings(stores, reader, since, VoteChoice(), mark).rows
    return sorted({answer.model for vote in own for answer in vote.answers} | {row.contestant.model for row in shown})
