"""What was used by the hour; answers that stay when their conversation goes, without a word, for what they cost."""

from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """All hours in which something was asked are counted when somebody looks."""
    op.add_column("replies", sa.Column("page", sa.Text()))
    op.create_index("ix_replies_owner", "replies", ["owner", "started_at"], unique=False)
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "usage_hours",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("owner",)),
        sa.Column("hour", moment, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("connection", "model", "page", "totals")),
        sa.PrimaryKeyConstraint("owner", "hour", "connection", "model", "page", name="pk_usage_hours"),
    )
    outdated = op.create_table(
        "outdated_hours",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("hour", moment, nullable=False),
        sa.PrimaryKeyConstraint("owner", "hour", name="pk_outdated_hours"),
    )
    hours = set()
    for name, column in (("replies", "started_at"), ("batches", "created_at")):
        table = sa.table(name, sa.column("owner"), sa.column(column, moment))
        for owner, at in op.get_bind().execute(sa.select(table.c.owner, table.c[column])):
            utc = at.astimezone(UTC) if at.tzinfo else at
            hours.add((owner, utc.replace(minute=0, second=0, microsecond=0)))
    op.bulk_insert(outdated, [{"owner": owner, "hour": hour} for owner, hour in sorted(hours)])
