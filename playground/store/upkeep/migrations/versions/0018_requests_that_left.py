"""Usage leaves out what was never sent, and the times of answers that were not done; all hours are counted anew."""

from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Note that each hour is out of date; whoever looks first counts it, or housekeeping."""
    op.execute("DELETE FROM usage_hours")
    op.execute("DELETE FROM outdated_hours")
    moment = sa.DateTime(timezone=True)
    outdated = sa.table("outdated_hours", sa.column("owner"), sa.column("hour", moment))
    hours = set()
    for name, column in (("replies", "started_at"), ("batches", "created_at")):
        table = sa.table(name, sa.column("owner"), sa.column(column, moment))
        for owner, at in op.get_bind().execute(sa.select(table.c.owner, table.c[column])):
            utc = at.astimezone(UTC) if at.tzinfo else at
            hours.add((owner, utc.replace(minute=0, second=0, microsecond=0)))
    op.bulk_insert(outdated, [{"owner": owner, "hour": hour} for owner, hour in sorted(hours)])
