"""An entry that is deleted leaves the history in the same transaction, and comes back in that which restores it."""

from alembic import op

revision = "0017"
down_revision = "0016"

ENTRY_OF = {"comparisons": "NEW.id", "conversations": "coalesce(NEW.comparison_id, NEW.id)", "batches": "NEW.id"}
PLACE = (
    "CASE WHEN NEW.deleted_at IS NOT NULL THEN 0 WHEN OLD.deleted_at IS NULL THEN place"
    " WHEN archived THEN 3 WHEN pinned THEN 2 ELSE 1 END"
)


def upgrade() -> None:
    """Without waiting until it is read anew: thousands may be deleted at once."""
    for table, entry in ENTRY_OF.items():
        # A pane that goes is not its comparison.
        place = (
            PLACE if table != "conversations" else f"CASE WHEN NEW.comparison_id IS NULL THEN {PLACE} ELSE place END"
        )
        statement = (
            f"UPDATE entries SET outdated = 1, owner = NEW.owner, place = {place} WHERE id = {entry}"
            f" AND (outdated <> 1 OR owner <> NEW.owner OR place <> {place})"
        )
        name = f"entry_of_{table}_update"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
            op.execute(f"CREATE TRIGGER {name} AFTER UPDATE ON {table} BEGIN {statement}; END")
        else:
            op.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {statement}; RETURN NULL; END $$"
            )
