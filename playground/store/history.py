"""The history: chats, comparisons, batches and experiments in one list, searched, filtered, in pages along indexes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, tuple_, update

from playground.store.best_hits import best_hits, texts_of_hits
from playground.store.comparisons import comparison_bodies
from playground.store.database.database import first
from playground.store.database.entry_tables import IS_OUTDATED, entries, entry_facets
from playground.store.database.errors import MissingError, StoreError
from playground.store.database.schema import turns
from playground.store.entries import (
    ARCHIVED,
    CHANGED,
    HIDDEN,
    LISTED,
    PINNED,
    refresh_entry,
)
from playground.store.entry_facts import EntryFacts, FacetName
from playground.store.history_pages import NO_FILTER, HistoryEntry, HistoryFilter, HistoryPage, place_of, read_place
from playground.store.hits import Hits, find_hits, has_few, newer_hits
from playground.store.owned import OwnedRows
from playground.store.words import match
from playground.text.cleaning import clean, line
from playground.text.search_terms import excerpt, read_query

PAGE = 25
MOST_PINNED = 50
MOST_VALUES = 500
MOST_TAGS = 20
LONGEST_TAG = 40
MOST_NOTE = 2_000
_REFRESHED_AT_ONCE = 50
_PORTIONS = 4
"""Portions that a look at the history waits for; where thousands changed at once, the rest follows by itself."""
_FEW = 2_000
"""Entries that are counted to find the filter that leaves the fewest."""


class History(OwnedRows):
    """The history of a store."""

    def history(
        self, wanted: HistoryFilter = NO_FILTER, *, after: str = "", before: str = "", limit: int = PAGE
    ) -> HistoryPage:
        """A page of what fits a filter; what is pinned comes first where nothing is looked for.

        With words, in the order of what was found, the newest first, or the best where those are few. `after` and
        `before` are those of the page that was left for an older or a newer one; any text may be given. What is newer
        than a page and would not fill one is the first page.
        """
        self._refresh()
        with self._read() as connection:
            look = self._found if wanted.text.strip() else self._listed
            page = look(connection, wanted, before, limit, upwards=True) if before else None
            return page or look(connection, wanted, after, limit) or HistoryPage(())

    def history_values(self, name: FacetName) -> tuple[str, ...]:
        """The values that a filter can have, at most MOST_VALUES, in their order."""
        own = and_(entry_facets.c.owner == self.owner.id, entry_facets.c.name == name)
        found: list[str] = []
        with self._read() as connection:
            # The next one after each: an index has it at once, and it is read for each value instead of each entry.
            query = select(entry_facets.c.value).where(own).order_by(entry_facets.c.value).limit(1)
            value = connection.scalar(query)
            while value is not None and len(found) < MOST_VALUES:
                found.append(value)
                value = connection.scalar(query.where(entry_facets.c.value > value))
        return tuple(found)

    def unindexed(self) -> int:
        """How many entries changed and have not been read since, or are from before there was an index: a search does
        not find all of their words yet.
        """
        outdated = (IS_OUTDATED, entries.c.owner == self.owner.id)
        with self._read() as connection:
            return connection.scalar(select(func.count()).select_from(entries).where(*outdated)) or 0

    def mark_entry(
        self,
        id_: str,
        *,
        pinned: bool | None = None,
        archived: bool | None = None,
        name: str | None = None,
        note: str | None = None,
        tags: Sequence[str] | None = None,
    ) -> None:
        """Pin, put away, name, note and tag an entry; what is None stays. Raises MissingError.

        What is in no list, deleted or without a word, is not there. A chat, a comparison and an experiment are named by
        `rename`, `rename_comparison` and `rename_experiment`.
        """
        given: dict[str, Any] = {"pinned": pinned, "archived": archived}
        given |= {
            "name": None if name is None else line(name),
            "note": None if note is None else clean(note)[:MOST_NOTE],
        }
        if tags is not None:
            given["tags"] = list(dict.fromkeys(filter(None, (line(tag, LONGEST_TAG) for tag in tags))))[:MOST_TAGS]
        values = {column: value for column, value in given.items() if value is not None} | {"outdated": CHANGED}
        self._refresh()  # whether it was deleted
        with self._write() as connection:
            known = (entries.c.id == id_, entries.c.place != HIDDEN, self._is_own(entries))
            if connection.execute(update(entries).where(*known).values(values)).rowcount == 0:
                raise MissingError("entry", id_)

    def entry(self, id_: str) -> HistoryEntry | None:
        """The entry of a chat, a comparison, a batch or an experiment; None where there is none."""
        self._refresh()
        with self._read() as connection:
            row = first(connection, select(entries).where(entries.c.id == id_, self._is_own(entries)))
            return None if row is None else self._entries(connection, [row])[0]

    def _refresh(self) -> None:
        """Bring entries up to date in which something changed; where that cannot be written, they stay as they are."""
        changed = (IS_OUTDATED, entries.c.outdated == CHANGED, entries.c.owner == self.owner.id)
        query = select(entries.c.number).where(*changed).order_by(entries.c.number.desc()).limit(_REFRESHED_AT_ONCE)
        with suppress(StoreError):
            for _ in range(_PORTIONS):
                with self._database.read() as connection:
                    numbers = connection.scalars(query).all()
                if not numbers:
                    return
                with self._database.write() as connection:
                    for number in reversed(numbers):
                        refresh_entry(connection, number)

    def _listed(
        self, connection: Connection, wanted: HistoryFilter, place: str, limit: int, *, upwards: bool = False
    ) -> HistoryPage | None:
        """The page below a place, or the one above it; None where that one would not be full."""
        start = read_place(place)
        if upwards and start is None:
            return None
        pinned: Sequence[Any] = ()
        if not wanted.facets and not wanted.archived and start is None:
            query = _along(entries, self._by_place(wanted, PINNED), None)
            pinned = connection.execute(query.limit(MOST_PINNED)).mappings().all()
        if wanted.facets:
            query = _along(entry_facets, self._by_facet(connection, wanted), start, upwards=upwards)
        else:
            kind = ARCHIVED if wanted.archived else LISTED
            query = _along(entries, self._by_place(wanted, kind), start, upwards=upwards)
        rows = connection.execute(query.limit(limit + 1)).mappings().all()
        more = len(rows) > limit
        if upwards and not more:
            return None
        shown = rows[:limit][::-1] if upwards else rows[:limit]
        return HistoryPage(
            self._entries(connection, [*pinned, *shown]),
            after=place_of(shown[-1]) if more else None,
            before=place_of(shown[0]) if start is not None and shown else None,
        )

    def _by_place(self, wanted: HistoryFilter, place: int) -> Any:
        return select(entries).where(self._is_own(entries), entries.c.place == place, *_within(entries, wanted))

    def _by_facet(self, connection: Connection, wanted: HistoryFilter) -> Any:
        """Along the filter that leaves the fewest; what it finds is tried for the others."""
        counts = {name: self._few(connection, name, value) for name, value in wanted.facets.items()}
        leading = min(counts, key=lambda name: counts[name])
        along = entry_facets
        query = select(entries).join(along, along.c.entry == entries.c.number)
        query = query.where(
            along.c.owner == self.owner.id, along.c.name == leading, along.c.value == wanted.facets[leading]
        )
        query = query.where(_in_place(wanted), *_within(along, wanted))
        return query.where(*(_has(name, value) for name, value in wanted.facets.items() if name != leading))

    def _few(self, connection: Connection, name: str, value: str) -> int:
        own = (entry_facets.c.owner == self.owner.id, entry_facets.c.name == name, entry_facets.c.value == value)
        some = select(entry_facets.c.entry).where(*own).limit(_FEW).subquery()
        return connection.scalar(select(func.count()).select_from(some)) or 0

    def _found(
        self, connection: Connection, wanted: HistoryFilter, at: str, limit: int, *, upwards: bool = False
    ) -> HistoryPage | None:
        """The hits below a place, or those above it; None where those would not be a full page."""
        query = read_query(wanted.text)
        if all(term.excluded for term in query):
            return HistoryPage(())
        fits = and_(
            self._is_own(entries),
            _in_place(wanted),
            *_within(entries, wanted),
            *(_has(name, value) for name, value in wanted.facets.items()),
        )
        place = int(at) if at.isdecimal() and len(at) < 18 else None
        expression = match(connection, self.owner.id, query)
        few = has_few(connection, expression)
        hits: Hits | None
        if few and wanted.by_relevance:
            above, below = (place, None) if upwards else (None, place)
            hits = best_hits(connection, expression, query, fits, below=below, above=above, limit=limit)
        elif upwards and place is not None:
            hits = newer_hits(connection, expression, fits, above=place, limit=limit)
        else:
            hits = find_hits(connection, expression, fits, below=place, limit=limit)
        if hits is None:
            return None
        by_number = {hit.entry: hit for hit in hits.shown}
        chosen = select(entries).where(entries.c.number.in_(list(by_number)))
        rows = {row["number"]: row for row in connection.execute(chosen).mappings()}
        shown = self._entries(connection, [rows[number] for number in by_number])
        words = hits.words
        if words is None:
            words = {hit.number: text for hit, text in texts_of_hits(connection, hits.shown)}
        by_seq = select(turns.c.seq, turns.c.id).where(turns.c.seq.in_([hit.turn for hit in hits.shown]))
        ids = {row.seq: row.id for row in connection.execute(by_seq)}
        marked = tuple(
            replace(entry, excerpt=excerpt(words[hit.number], query), turn=ids.get(hit.turn, ""))
            for entry, hit in zip(shown, by_number.values(), strict=True)
        )
        after, before = (None if number is None else str(number) for number in (hits.last, hits.first))
        return HistoryPage(marked, after, before, hits.unfinished, few)

    def _entries(self, connection: Connection, rows: Sequence[Any]) -> tuple[HistoryEntry, ...]:
        compared = [row["id"] for row in rows if row["kind"] == "compare"]
        bodies = comparison_bodies(connection, compared) if compared else {}
        return tuple(_entry(row, bodies.get(row["id"])) for row in rows)


def _entry(row: Any, body: Mapping[str, Any] | None) -> HistoryEntry:
    facts = None if row["facts"] is None else EntryFacts.from_json(row["facts"])
    beginning = facts.beginning if facts is not None else ""
    return HistoryEntry(
        **{name: row[name] for name in ("number", "kind", "id", "title", "updated_at", "pinned", "archived", "note")},
        tags=tuple(row["tags"]),
        facts=facts,
        excerpt=((beginning, False),) if beginning else (),
        body=body,
    )


def _along(table: Any, query: Any, start: tuple[datetime, int] | None, *, upwards: bool = False) -> Any:
    """A query in the order of a table's times: the newest first, from a place on, or upwards from it."""
    number = table.c.entry if table is entry_facets else table.c.number
    order = (table.c.updated_at, number)
    if start is not None:
        at = tuple_(*order)
        query = query.where(at > tuple_(*start) if upwards else at < tuple_(*start))
    return query.order_by(*order) if upwards else query.order_by(*(column.desc() for column in order))


def _in_place(wanted: HistoryFilter) -> ColumnElement[bool]:
    return entries.c.place.in_((ARCHIVED,) if wanted.archived else (LISTED, PINNED))


def _within(table: Any, wanted: HistoryFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield table.c.updated_at >= wanted.since
    if wanted.until is not None:
        yield table.c.updated_at < wanted.until


def _has(name: str, value: str) -> ColumnElement[bool]:
    facet = entry_facets.alias()
    return exists().where(facet.c.entry == entries.c.number, facet.c.name == name, facet.c.value == value)
