"""Experiments are entries of the history; what was sent and received for their cells is kept where it is wanted."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

COLUMNS = "(owner, kind, id, place, updated_at, title, pinned, archived, name, note, tags, label, outdated)"
MARKS = "false, false, '', '', '[]', ''"
PLACE = (
    "CASE WHEN NEW.deleted_at IS NOT NULL THEN 0 WHEN OLD.deleted_at IS NULL THEN place"
    " WHEN archived THEN 3 WHEN pinned THEN 2 ELSE 1 END"
)


def upgrade() -> None:
    """All that is there is listed at once; its words come in small steps later."""
    op.create_table(
        "experiment_exchanges",
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("judge", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("trace", sa.LargeBinary(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name="fk_experiment_exchanges_experiment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("experiment_id", "cell", "judge", name="pk_experiment_exchanges"),
    )
    op.execute(
        f"INSERT INTO entries {COLUMNS} SELECT owner, 'experiment', id, CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END,"
        f" updated_at, title, {MARKS}, 2 FROM experiments WHERE digest <> '' ORDER BY updated_at"
    )
    triggers = _sqlite_triggers if op.get_bind().dialect.name == "sqlite" else _postgresql_triggers
    triggers()


def _statements(table: str) -> dict[str, tuple[str, list[str]]]:
    """What follows from a change of a table, by the event: when, and the statements."""
    if table != "experiments":
        events = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}
        return {
            event: (
                "true",
                [f"UPDATE entries SET outdated = 1 WHERE id = {row}.experiment_id AND outdated <> 1"],
            )
            for event, row in events.items()
        }
    new = (
        f"INSERT INTO entries {COLUMNS} SELECT NEW.owner, 'experiment', NEW.id, 0, NEW.updated_at, '', {MARKS}, 1"
        " WHERE NEW.digest <> '' AND NOT EXISTS (SELECT 1 FROM entries WHERE id = NEW.id)"
    )
    mark = (
        f"UPDATE entries SET outdated = 1, owner = NEW.owner, place = {PLACE} WHERE id = NEW.id"
        f" AND (outdated <> 1 OR owner <> NEW.owner OR place <> {PLACE})"
    )
    # What was removed for good has no entry, and gets one again where an import brings it back.
    return {
        "INSERT": ("true", [new]),
        "UPDATE": ("true", [new, mark]),
        "DELETE": ("true", ["DELETE FROM entries WHERE id = OLD.id"]),
    }


TABLES = ("experiments", "experiment_answers", "experiment_judgements", "experiment_retaken")


def _sqlite_triggers() -> None:
    for table in TABLES:
        for event, (when, statements) in _statements(table).items():
            name = f"entry_of_{table}_{event.lower()}"
            body = "; ".join(statements)
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} WHEN {when} BEGIN {body}; END")


def _postgresql_triggers() -> None:
    for table in TABLES:
        for event, (when, statements) in _statements(table).items():
            name = f"entry_of_{table}_{event.lower()}"
            body = "; ".join(statements)
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()"
            )
