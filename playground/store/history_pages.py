"""What is looked for in the history, and a page of what was found, with its place in the list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from playground.store.entry_facts import EntryFacts, EntryKind, FacetName


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What is looked for: all that is given must fit. `since` and `until` bound the time of the last use.

    `by_relevance` is the order of a search; where there are too many hits, it is the newest first all the same.
    """

    text: str = ""
    facets: Mapping[FacetName, str] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    archived: bool = False
    by_relevance: bool = False


NO_FILTER = HistoryFilter()


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A chat, a comparison, a batch or an experiment in the list.

    `excerpt` is what was found, or its first words: pieces, each with whether it is a hit. `turn` is the id of the turn
    that was found, on whatever branch, or empty. `facts` are None where it has not been read since there are facts.
    `body` is that of a comparison.
    """

    number: int
    kind: EntryKind
    id: str
    title: str
    updated_at: datetime
    pinned: bool
    archived: bool
    note: str
    tags: tuple[str, ...]
    facts: EntryFacts | None
    excerpt: tuple[tuple[str, bool], ...] = ()
    turn: str = ""
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of the list. `after` is where the next, older page begins; None where this is the last one. `before` is
    where the newer page ends; None where this is the first one.

    With `unfinished` the search looked through as much as it does at once and has found no more so far. `few` says of a
    search that its hits are few enough to be ordered by relevance.
    """

    entries: tuple[HistoryEntry, ...]
    after: str | None = None
    before: str | None = None
    unfinished: bool = False
    few: bool = False


def place_of(row: Any) -> str:
    """The place of an entry in the list, for an address."""
    return f"{row['updated_at'].isoformat()}~{row['number']}"


def read_place(place: str) -> tuple[datetime, int] | None:
    """The place that an address names; None for any other text: that of the first page."""
    moment, _, number = place.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return (at, int(number)) if at.tzinfo is not None and len(number) < 18 else None
    except (ValueError, OverflowError):
        return None
