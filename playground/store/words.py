"""The index of all words: which documents have the terms of a query. FTS5 on SQLite, tsvector and GIN on PostgreSQL.

A document is the words of a turn, of a batch, or of the name, tags and note of an entry; a long one is several. The
index has no copy of the texts: to take a document out again takes the text that was put in.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, text, update

from playground.store.beginnings import written_out
from playground.store.database.entry_tables import document_numbers, word_documents
from playground.text.search_terms import Term, portions_of, terms_of

TERMS_AT_ONCE = 4_000
"""Terms of one document; PostgreSQL knows the places of 16,383."""
_FIRST_NUMBER = 1 << 40

IndexedTurn = tuple[int, int]
"""The entry of a text and its turn; 0 for words that are no turn's."""

_INSERT = {
    "sqlite": text("INSERT INTO document_words (rowid, owner, terms) VALUES (:number, :owner, :terms)"),
    "postgresql": text("INSERT INTO document_words (number, terms) VALUES (:number, CAST(:terms AS tsvector))"),
}
_DELETE_FROM_FTS5 = text(
    "INSERT INTO document_words (document_words, rowid, owner, terms) VALUES ('delete', :number, :owner, :terms)"
)


def add_words(connection: Connection, owner: str, texts: Mapping[IndexedTurn, str], *, old: bool = False) -> None:
    """Index texts of an owner. The numbers of `old` ones are below all others, or they are above."""
    portions = [(turn, part, terms) for turn, words in texts.items() for part, terms in enumerate(_portions(words))]
    if not portions:
        return
    first = _take_numbers(connection, len(portions), old=old)
    rows = [
        {"number": first + at, "entry": entry, "turn": turn, "part": part}
        for at, ((entry, turn), part, _) in enumerate(portions)
    ]
    connection.execute(word_documents.insert(), rows)
    dialect = connection.dialect.name
    packed = [
        {"number": first + at, "owner": _owner_term(owner), "terms": _packed(dialect, owner, terms)}
        for at, (_, _, terms) in enumerate(portions)
    ]
    connection.execute(_INSERT[dialect], packed)


def remove_words(connection: Connection, owner: str, texts: Mapping[IndexedTurn, str]) -> None:
    """Take texts out of the index, as they were put in; what is not in it is passed over."""
    for entry in {entry for entry, _ in texts}:
        turns = [turn for known, turn in texts if known == entry]
        for start in range(0, len(turns), 500):
            known = (word_documents.c.entry == entry, word_documents.c.turn.in_(turns[start : start + 500]))
            found = connection.execute(
                select(word_documents.c.number, word_documents.c.turn, word_documents.c.part).where(*known)
            )
            if connection.dialect.name == "sqlite":
                _remove_from_fts5(connection, owner, entry, found.all(), texts)
            connection.execute(delete(word_documents).where(*known))


def _remove_from_fts5(
    connection: Connection, owner: str, entry: int, found: Sequence[Any], texts: Mapping[IndexedTurn, str]
) -> None:
    terms = {turn: list(_portions(texts[entry, turn])) for turn in {row.turn for row in found}}
    gone = [
        {
            "number": row.number,
            "owner": _owner_term(owner),
            "terms": _packed("sqlite", owner, terms[row.turn][row.part]),
        }
        for row in found
        if row.part < len(terms[row.turn])
    ]
    if gone:
        connection.execute(_DELETE_FROM_FTS5, gone)


def match(connection: Connection, owner: str, query: Sequence[Term]) -> str:
    """A query in the language of the index, for the documents of an owner alone. Terms are letters and digits."""
    sqlite = connection.dialect.name == "sqlite"
    known = written_out(connection, query) if sqlite else {}
    expressions = {term: _fts5(term, known.get(term, ())) if sqlite else _tsquery(term) for term in query}
    wanted = [expressions[term] for term in query if not term.excluded]
    unwanted = [expressions[term] for term in query if term.excluded]
    if sqlite:
        found = f'owner : "{_owner_term(owner)}"'
        if wanted:
            found += f" AND terms : ({' AND '.join(wanted)})"
        return f"({found}) NOT terms : ({' OR '.join(unwanted)})" if unwanted else found
    return " & ".join((f"'{_owner_mark(owner)}'", *wanted, *(f"!({term})" for term in unwanted)))


def words_of_parts(words: str, parts: Collection[int]) -> dict[int, str]:
    """The words of which parts of a text are made, and some more of those beside them."""
    return portions_of(words, TERMS_AT_ONCE, parts)


def is_match(dialect: str) -> str:
    """The condition that a document of `document_words` matches `:query`, in SQL."""
    return "document_words MATCH :query" if dialect == "sqlite" else "document_words.terms @@ CAST(:query AS tsquery)"


def document_number(dialect: str) -> str:
    """The number of a document of `document_words`, in SQL."""
    return "document_words.rowid" if dialect == "sqlite" else "document_words.number"


def merge_some(connection: Connection, *, begin: bool) -> bool:
    """Write a part of SQLite's index anew, without what was taken out; says whether more is left."""
    # https://www.sqlite.org/fts5.html#the_merge_command
    pages = -500 if begin else 500
    changes = text("SELECT total_changes()")
    before = connection.scalar(changes) or 0
    connection.execute(text(f"INSERT INTO document_words (document_words, rank) VALUES ('merge', {pages})"))
    return (connection.scalar(changes) or 0) - before >= 2


def _take_numbers(connection: Connection, count: int, *, old: bool) -> int:
    """The first of so many numbers that nobody has; whoever takes some waits for others that do."""
    column, by = (document_numbers.c.lowest, -count) if old else (document_numbers.c.highest, count)
    if connection.execute(update(document_numbers).values({column: column + by})).rowcount == 0:
        connection.execute(document_numbers.insert().values(lowest=_FIRST_NUMBER, highest=_FIRST_NUMBER))
        connection.execute(update(document_numbers).values({column: column + by}))
    taken: int = connection.execute(select(column)).scalar_one()
    return taken if old else taken - count + 1


def _portions(words: str) -> Iterator[list[str]]:
    terms = terms_of(words)
    return (terms[start : start + TERMS_AT_ONCE] for start in range(0, len(terms), TERMS_AT_ONCE))


def _packed(dialect: str, owner: str, terms: Sequence[str]) -> str:
    """Terms as the index takes them."""
    if dialect == "sqlite":
        return " ".join(terms)
    places: dict[str, list[int]] = {}
    for place, term in enumerate(terms, 1):
        places.setdefault(term, []).append(place)
    # At most 255 places of a lexeme count.
    lexemes = (f"'{term}':{','.join(map(str, at[:255]))}" for term, at in places.items())
    return " ".join((f"'{_owner_mark(owner)}'", *lexemes))


def _fts5(term: Term, endings: Sequence[str]) -> str:
    """A term for FTS5, `endings` in place of its last word where they are known."""
    if endings:
        return f"({' OR '.join(_phrase((*term.words[:-1], word)) for word in endings)})"
    return f"{_phrase(term.words)}{' *' if term.beginning else ''}"


def _phrase(words: Sequence[str]) -> str:
    return f'"{" ".join(words)}"'


def _tsquery(term: Term) -> str:
    words = [f"'{word}'" for word in term.words]
    return f"({' <-> '.join(words)}{':*' if term.beginning else ''})"


def _owner_term(owner: str) -> str:
    return hashlib.sha256(owner.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _owner_mark(owner: str) -> str:
    """A lexeme that is no term: no term has a sign in it."""
    return f"@{_owner_term(owner)}"
