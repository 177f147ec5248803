"""Rows have owners; the process that receives an answer is no longer called one."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

OWNED = ("conversations", "comparisons", "replies", "batches", "presets")
LISTED_BY = {
    "conversations": "updated_at",
    "comparisons": "updated_at",
    "batches": "created_at",
    "presets": "created_at",
}


def upgrade() -> None:
    """All that is there belongs to the one owner that there was. No row is written for that."""
    op.execute("ALTER TABLE replies RENAME COLUMN owner TO process")
    for table in OWNED:
        op.add_column(table, sa.Column("owner", sa.Text(), nullable=False, server_default="default"))
    for table, column in LISTED_BY.items():
        if table != "presets":
            op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(f"ix_{table}_owner", table, ["owner", column, "id"], unique=False)
    _give_preferences_owners()


def _give_preferences_owners() -> None:
    """SQLite cannot change the key of a table; these are few."""
    preferences = sa.table("preferences", sa.column("owner"), sa.column("name"), sa.column("value"))
    found = op.get_bind().execute(sa.select(preferences.c.name, preferences.c.value)).all()
    op.drop_table("preferences")
    op.create_table(
        "preferences",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "name", name="pk_preferences"),
    )
    op.bulk_insert(preferences, [{"owner": "default", "name": row.name, "value": row.value} for row in found])
