"""The words of the index that begin like one of a query; of SQLite's, which is slow at beginnings.

Before its first hit FTS5 reads all hits of a beginning, for a common word 100 ms among a million answers. Those of
words it reads one by one, the newest first.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

from playground.text.search_terms import Term

MOST_WRITTEN_OUT = 500
"""Of a query together: each takes 50 µs to find and 10 µs in a search."""
_AFTER = "\x01"
"""Comes before all letters and digits: a word and this is the least that is more than the word."""

# https://www.sqlite.org/fts5.html#the_fts5vocab_virtual_table_module
_OPEN = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed_words USING fts5vocab(main, document_words, instance)"
_NEXT = text("SELECT term FROM indexed_words WHERE term >= :least LIMIT 1")


def written_out(connection: Connection, query: Sequence[Term]) -> dict[Term, tuple[str, ...]]:
    """The last words that terms with a beginning stand for in SQLite's index; without terms that stand for too many."""
    connection.exec_driver_sql(_OPEN)
    found: dict[Term, tuple[str, ...]] = {}
    left = MOST_WRITTEN_OUT
    for term in query:
        words = tuple(islice(_beginning_with(connection, term.words[-1]), left + 1)) if term.beginning else ()
        if words and len(words) <= left:
            found[term] = words
            left -= len(words)
    return found


def _beginning_with(connection: Connection, beginning: str) -> Iterator[Any]:
    word = connection.scalar(_NEXT, {"least": beginning})
    while word is not None and word.startswith(beginning):
        yield word
        word = connection.scalar(_NEXT, {"least": f"{word}{_AFTER}"})
