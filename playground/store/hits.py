"""What a search finds: for each entry the newest of its documents that match, the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, column, select, table, text

from playground.store.database.entry_tables import entries, word_documents
from playground.store.words import document_number, is_match

PORTIONS = (100, 400, 1_600, 4_000)
"""Documents that are looked at, one portion after another, until there are entries enough: a page takes as long at most
as these take.
"""

FEW = 200
"""Documents that are put into another order than that of the index."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document of an entry that matches; of a text that is too long for one, which `part` it is."""

    number: int
    entry: int
    turn: int
    part: int = 0


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of them. The next page begins below `last`, the one before ends above `first`; `unfinished` where one of
    them is only how far it was looked. `words` are those of what is shown, by its numbers, where they were read.
    """

    shown: tuple[Hit, ...]
    last: int | None
    first: int | None = None
    unfinished: bool = False
    words: Mapping[int, str] | None = None


def find_hits(
    connection: Connection, expression: str, fits: ColumnElement[bool], *, below: int | None, limit: int
) -> Hits:
    """The newest hits of entries that fit a condition, below a number. `expression` is that of `match`, as everywhere
    here.
    """
    found: dict[int, Hit] = {}
    earlier: set[int] = set()
    lowest = below

    def page(last: int | None, *, unfinished: bool = False) -> Hits:
        shown = tuple(found.values())
        first = None if below is None else shown[0].number if shown else below - 1
        return Hits(shown, last, first, unfinished)

    for portion in PORTIONS:
        rows = _hits(connection, expression, fits, lowest, portion)
        for row in rows:
            if not row.fits or row.entry in found or row.entry in earlier:
                continue
            if below is not None and _has_newer(connection, expression, row.entry, below):
                earlier.add(row.entry)
                continue
            if len(found) == limit:
                return page(next(reversed(found.values())).number)
            found[row.entry] = Hit(row.number, row.entry, row.turn, row.part)
        if not rows:
            return page(None)
        lowest = rows[-1].number
    return page(lowest, unfinished=True)


def newer_hits(
    connection: Connection, expression: str, fits: ColumnElement[bool], *, above: int, limit: int
) -> Hits | None:
    """The page of hits above a number, the newest first, as `find_hits` has it from above; None where there are not
    enough for a page that is not the first.
    """
    found: list[Hit] = []
    highest = above
    for portion in PORTIONS:
        rows = _hits(connection, expression, fits, highest, portion, upwards=True)
        last = {row.entry: row.number for row in rows}
        for row in rows:
            number = row.number
            if not row.fits or last[row.entry] != number or _has_newer(connection, expression, row.entry, number + 1):
                continue
            if len(found) == limit:
                return Hits(tuple(reversed(found)), found[0].number, found[-1].number)
            found.append(Hit(row.number, row.entry, row.turn, row.part))
        if len(rows) < portion:
            return None
        highest = rows[-1].number
    return Hits(tuple(reversed(found)), found[0].number if found else above + 1, highest, unfinished=True)


def few_hits(connection: Connection, expression: str, fits: ColumnElement[bool]) -> tuple[Hit, ...] | None:
    """All documents of fitting entries that match; None where more than FEW match, fitting or not."""
    rows = _hits(connection, expression, fits, None, FEW + 1)
    return (
        None if len(rows) > FEW else tuple(Hit(row.number, row.entry, row.turn, row.part) for row in rows if row.fits)
    )


def has_few(connection: Connection, expression: str) -> bool:
    """Whether at most FEW documents match."""
    dialect = connection.dialect.name
    found = text(
        f"SELECT {document_number(dialect)} FROM document_words WHERE {is_match(dialect)}"
        f" ORDER BY {document_number(dialect)} DESC LIMIT {FEW + 1}"
    )
    return len(connection.execute(found, {"query": expression}).all()) <= FEW


def _hits(
    connection: Connection,
    expression: str,
    fits: ColumnElement[bool],
    start: int | None,
    portion: int,
    *,
    upwards: bool = False,
) -> Sequence[Row[Any]]:
    dialect = connection.dialect.name
    words = table("document_words", column("rowid"), column("number"))
    number = words.c.rowid if dialect == "sqlite" else words.c.number
    documents = word_documents.c
    query = (
        select(number.label("number"), documents.entry, documents.turn, documents.part, fits.label("fits"))
        .join_from(words, word_documents, word_documents.c.number == number)
        .join(entries, entries.c.number == word_documents.c.entry)
        .where(text(is_match(dialect)).bindparams(query=expression))
    )
    if start is not None:
        query = query.where(number > start if upwards else number < start)
    return connection.execute(query.order_by(number if upwards else number.desc()).limit(portion)).all()


def _has_newer(connection: Connection, expression: str, entry: int, least: int) -> bool:
    """Whether an entry is found by a newer document, from a number on, and so on a page before."""
    dialect = connection.dialect.name
    query = text(
        "SELECT 1 FROM documents CROSS JOIN document_words"
        " WHERE documents.entry = :entry AND documents.number >= :least"
        f" AND {document_number(dialect)} = documents.number AND {is_match(dialect)} LIMIT 1"
    )
    return connection.scalar(query, {"entry": entry, "least": least, "query": expression}) is not None
