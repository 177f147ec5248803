"""The presets of an entry are those of its answers; what was noted beside them goes."""

from alembic import op

revision = "0026"
down_revision = "0024"

KINDS = {"conversations": "chat", "comparisons": "compare", "batches": "batch"}


def upgrade() -> None:
    """Entries whose answers name a preset are read anew."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, kind in KINDS.items():
        name = f"entry_of_{table}_insert"
        statement = (
            "INSERT INTO entries (owner, kind, id, place, updated_at, title, pinned, archived, name, note, tags, label,"
            f" outdated) VALUES (NEW.owner, '{kind}', NEW.id, 0, NEW.updated_at, '', false, false, '', '', '[]', '', 1)"
        )
        when = "NEW.comparison_id IS NULL" if table == "conversations" else "true"
        if sqlite:
            op.execute(f"DROP TRIGGER {name}")
            op.execute(f"CREATE TRIGGER {name} AFTER INSERT ON {table} WHEN {when} BEGIN {statement}; END")
        else:
            op.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {statement}; RETURN NULL; END $$"
            )
    op.execute(
        "UPDATE entries SET outdated = 1 WHERE outdated = 0 AND (presets <> '[]' OR id IN"
        " (SELECT coalesce(conversations.comparison_id, conversations.id) FROM conversations"
        " JOIN replies ON replies.conversation_id = conversations.id WHERE replies.preset IS NOT NULL))"
    )
    op.drop_column("entries", "presets")
