"""What a search finds where that is little: for each entry the best of its documents, the best first."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, select

from playground.store.database.entry_tables import entries
from playground.store.entries import ROWS, WORDS, texts_of_turns, words_at
from playground.store.hits import Hit, Hits, few_hits
from playground.store.words import words_of_parts
from playground.text.relevance import relevance
from playground.text.search_terms import Term

_RANKED_CHARACTERS = 400_000
"""Of the texts of all hits together; what is longer is judged by its beginning."""


def best_hits(
    connection: Connection,
    expression: str,
    query: Sequence[Term],
    fits: ColumnElement[bool],
    *,
    below: int | None = None,
    above: int | None = None,
    limit: int,
) -> Hits | None:
    """The best hits of entries that fit a condition, below or above a document in their order; None where
    those above would not be a page that is not the first.

    Only where `has_few` says that there are not too many.
    """
    found = few_hits(connection, expression, fits) or ()
    each = max(_RANKED_CHARACTERS // max(len(found), 1), 1)
    texts = list(texts_of_hits(connection, found))
    scores = relevance([text[:each] for _, text in texts], query)
    ranked = sorted(zip(scores, (hit for hit, _ in texts), strict=True), key=lambda pair: (-pair[0], -pair[1].number))
    best: dict[int, Hit] = {}
    for _, hit in ranked:
        best.setdefault(hit.entry, hit)
    order = list(best.values())
    places = {hit.number: at for at, hit in enumerate(order)}
    start = places.get(above, 0) - limit if above is not None else 0 if below is None else places.get(below, -1) + 1
    if above is not None and start <= 0:
        return None
    shown = tuple(order[start : start + limit])
    last = shown[-1].number if start + limit < len(order) else None
    words = {hit.number: text for hit, text in texts}
    words = {hit.number: words[hit.number] for hit in shown}
    return Hits(shown, last, shown[0].number if start and shown else None, words=words)


def texts_of_hits(connection: Connection, found: Sequence[Hit]) -> Iterator[tuple[Hit, str]]:
    """What was found, with the words there: of a long text those of the part that was found. Each text is read once."""
    of_turns = texts_of_turns(connection, list({hit.turn for hit in found if hit.turn > 0}))
    others = [hit.entry for hit in found if hit.turn <= 0]
    query = select(entries.c.number, entries.c.id, entries.c.label).where(entries.c.number.in_(others))
    rows = {row.number: row for row in connection.execute(query)} if others else {}
    together = sorted(found, key=lambda hit: (hit.entry, hit.turn))
    parts: dict[int, str] = {}
    for (entry, turn), hits in groupby(together, key=lambda hit: (hit.entry, hit.turn)):
        if turn > 0:
            text = of_turns.get(turn, "")
        else:
            text = words_at(connection, rows[entry].id, turn) if turn in (WORDS, ROWS) else rows[entry].label
        numbers = {hit.part: hit.number for hit in hits}
        parts |= {numbers[part]: words for part, words in words_of_parts(text, numbers).items()}
    for hit in found:
        yield hit, parts.get(hit.number, "")
