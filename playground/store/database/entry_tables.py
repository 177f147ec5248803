"""Tables of the history: entries, what they are filtered by, and the documents of the index of words.

They are part of the `metadata` of `schema.py`, which says how they hang together.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, text

from playground.store.database.columns import Json, Moment, SafeText, Sequence
from playground.store.database.schema import metadata

IS_OUTDATED = text("entries.outdated > 0")
"""As the condition of an index: SQLite uses that only where a statement says the same."""

entries = Table(
    "entries",
    metadata,
    Column("number", Sequence, primary_key=True),
    Column("owner", SafeText, nullable=False, server_default="default"),
    # "chat", "compare", "batch" or "experiment", and the id of the row there.
    Column("kind", SafeText, nullable=False),
    Column("id", SafeText, nullable=False, unique=True),
    # Where it is listed: PLACES of playground/store/entries.py.
    Column("place", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("title", SafeText, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    # What somebody called it, where its own row has no title.
    Column("name", SafeText, nullable=False),
    Column("note", SafeText, nullable=False),
    Column("tags", Json, nullable=False),
    # The words of name, note and tags as they are indexed.
    Column("label", SafeText, nullable=False),
    # What a list shows of it: EntryFacts.
    Column("facts", Json),
    # 1 where something has changed since, 2 where it has never been read: it is from before there were entries.
    Column("outdated", Integer, nullable=False),
    Index("ix_entries_owner", "owner", "place", "updated_at", "number"),
    Index(
        "ix_entries_outdated",
        "outdated",
        "owner",
        "number",
        sqlite_where=text("outdated > 0"),
        postgresql_where=text("outdated > 0"),
    ),
)

entry_facets = Table(
    "entry_facets",
    metadata,
    Column("entry", Sequence, ForeignKey("entries.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("name", SafeText, primary_key=True),
    Column("value", SafeText, primary_key=True),
    Column("owner", SafeText, nullable=False, server_default="default"),
    # That of the entry, so that an index has them in order.
    Column("updated_at", Moment, nullable=False),
    Index("ix_entry_facets_owner", "owner", "name", "value", "updated_at", "entry"),
)

word_documents = Table(
    "documents",
    metadata,
    # The newer, the higher.
    Column("number", Sequence, primary_key=True, autoincrement=False),
    Column("entry", Sequence, ForeignKey("entries.number", ondelete="CASCADE"), nullable=False),
    # `turns.seq`; 0 for the label of an entry, -1 for all words of a batch or an experiment, -2 for those of its rows.
    Column("turn", Sequence, nullable=False),
    # Of a text that is too long for one, which part this is.
    Column("part", Integer, nullable=False),
    Index("ix_documents_entry", "entry", "turn", "number"),
)

document_numbers = Table(
    "document_numbers",
    metadata,
    # The lowest and the highest number that is taken: what is old goes below, what is new above.
    Column("lowest", Sequence, primary_key=True, autoincrement=False),
    Column("highest", Sequence, nullable=False),
)
