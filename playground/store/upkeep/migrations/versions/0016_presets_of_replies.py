"""The preset that an answer was set by; usage by the hour has it too, and is counted anew when somebody looks."""

from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Sums can be made again, so their table is too: a primary key cannot be changed in SQLite."""
    op.add_column("replies", sa.Column("preset", sa.Text()))
    op.drop_table("usage_hours")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "usage_hours",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("hour", moment, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("connection", "model", "page", "preset", "totals")),
        sa.PrimaryKeyConstraint("owner", "hour", "connection", "model", "page", "preset", name="pk_usage_hours"),
    )
    op.create_index("ix_usage_hours_hour", "usage_hours", ["hour", "owner"], unique=False)
    op.execute("DELETE FROM outdated_hours")
    outdated = sa.table("outdated_hours", sa.column("owner"), sa.column("hour", moment))
    hours = set()
    for name, column in (("replies", "started_at"), ("batches", "created_at")):
        table = sa.table(name, sa.column("owner"), sa.column(column, moment))
        for owner, at in op.get_bind().execute(sa.select(table.c.owner, table.c[column])):
            utc = at.astimezone(UTC) if at.tzinfo else at
            hours.add((owner, utc.replace(minute=0, second=0, microsecond=0)))
    op.bulk_insert(outdated, [{"owner": owner, "hour": hour} for owner, hour in sorted(hours)])
