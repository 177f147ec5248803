"""One list of chats, comparisons and batches, with what it is filtered by, and an index of all words."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = {"conversations": "chat", "comparisons": "compare", "batches": "batch"}
ENTRY_OF = {"comparisons": "{0}.id", "conversations": "coalesce({0}.comparison_id, {0}.id)", "batches": "{0}.id"}


def upgrade() -> None:
    """All that is there is listed at once; its words, and what it is filtered by, come in small steps later."""
    op.add_column("batches", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    _make_tables()
    _list_what_is_there()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE document_words USING fts5(owner, terms, content='', columnsize=0, tokenize='ascii')"
        )
        _sqlite_triggers()
    else:
        op.execute(
            "CREATE TABLE document_words (number BIGINT PRIMARY KEY REFERENCES documents ON DELETE CASCADE,"
            " terms TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_document_words_terms ON document_words USING gin (terms)")
        _postgresql_triggers()


def _make_tables() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "entries",
        sa.Column("number", BIG, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, server_default="default"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "id")),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("pinned", "archived")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "note", "tags", "presets", "label")),
        sa.Column("facts", sa.Text()),
        sa.Column("outdated", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_entries"),
        sa.UniqueConstraint("id", name="uq_entries_id"),
    )
    op.create_table(
        "entry_facets",
        sa.Column("entry", BIG, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "value")),
        sa.Column("owner", sa.Text(), nullable=False, server_default="default"),
        sa.Column("updated_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("entry", "name", "value", name="pk_entry_facets"),
        sa.ForeignKeyConstraint(["entry"], ["entries.number"], name="fk_entry_facets_entry", ondelete="CASCADE"),
    )
    op.create_table(
        "documents",
        *(sa.Column(name, BIG, nullable=False) for name in ("number", "entry", "turn")),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_documents"),
        sa.ForeignKeyConstraint(["entry"], ["entries.number"], name="fk_documents_entry", ondelete="CASCADE"),
    )
    op.create_table(
        "document_numbers",
        *(sa.Column(name, BIG, nullable=False) for name in ("lowest", "highest")),
        sa.PrimaryKeyConstraint("lowest", name="pk_document_numbers"),
    )
    op.create_index("ix_documents_entry", "documents", ["entry", "turn", "number"])
    op.create_index("ix_entry_facets_owner", "entry_facets", ["owner", "name", "value", "updated_at", "entry"])


def _list_what_is_there() -> None:
    """Without reading a word. The newest come to their words first: they have the highest numbers."""
    said = "EXISTS (SELECT 1 FROM turns WHERE turns.conversation_id = conversations.id)"
    for table, kind, shown, title, rows in (
        ("batches", "batch", "true", "''", ""),
        ("comparisons", "compare", "deleted_at IS NULL AND title <> ''", "title", ""),
        ("conversations", "chat", f"deleted_at IS NULL AND {said}", "title", "WHERE comparison_id IS NULL"),
    ):
        op.execute(
            "INSERT INTO entries (owner, kind, id, place, updated_at, title, pinned, archived, name, note, tags,"
            f" presets, label, outdated) SELECT owner, '{kind}', id, CASE WHEN {shown} THEN 1 ELSE 0 END, updated_at,"
            f" {title}, false, false, '', '', '[]', '[]', '', 2 FROM {table} {rows} ORDER BY updated_at"
        )
    op.create_index("ix_entries_owner", "entries", ["owner", "place", "updated_at", "number"])
    some = sa.text("outdated > 0")
    op.create_index(
        "ix_entries_outdated", "entries", ["outdated", "owner", "number"], sqlite_where=some, postgresql_where=some
    )


def _statements(table: str) -> dict[str, tuple[str, str]]:
    """What follows from a change of a table, by the event: when, and the statement."""
    if table == "turns":
        changed = _mark("(SELECT coalesce(comparison_id, id) FROM conversations WHERE id = NEW.conversation_id)")
        return {"INSERT": ("true", changed), "UPDATE OF deleted_at": ("true", changed)}
    if table == "replies":
        changed = _mark("(SELECT coalesce(comparison_id, id) FROM conversations WHERE id = NEW.conversation_id)")
        return {"UPDATE": ("OLD.state <> 'live' OR NEW.state <> 'live'", changed)}
    if table == "votes":
        events = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}
        return {event: ("true", _mark(f"{row}.comparison_id")) for event, row in events.items()}
    new = (
        "INSERT INTO entries (owner, kind, id, place, updated_at, title, pinned, archived, name,"
        " note, tags, presets, label, outdated)"
        f" VALUES (NEW.owner, '{KINDS[table]}', NEW.id, 0, NEW.updated_at, '', false, false, '', '',"
        " '[]', '[]', '', 1)"
    )
    return {
        "INSERT": ("NEW.comparison_id IS NULL" if table == "conversations" else "true", new),
        "UPDATE": ("true", _mark(ENTRY_OF[table].format("NEW"), owner=True)),
        "DELETE": ("true", "DELETE FROM entries WHERE id = OLD.id"),
    }


def _mark(entry: str, *, owner: bool = False) -> str:
    """An import gives its rows to their owner when all have come."""
    if owner:
        changed = f"UPDATE entries SET outdated = 1, owner = NEW.owner WHERE id = {entry}"
        return f"{changed} AND (outdated <> 1 OR owner <> NEW.owner)"
    return f"UPDATE entries SET outdated = 1 WHERE id = {entry} AND outdated <> 1"


def _sqlite_triggers() -> None:
    for table in (*KINDS, "turns", "replies", "votes"):
        for event, (when, statement) in _statements(table).items():
            name = f"entry_of_{table}_{event.split()[0].lower()}"
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} WHEN {when} BEGIN {statement}; END")


def _postgresql_triggers() -> None:
    for table in (*KINDS, "turns", "replies", "votes"):
        for event, (when, statement) in _statements(table).items():
            name = f"entry_of_{table}_{event.split()[0].lower()}"
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {statement}; RETURN NULL; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()"
            )
