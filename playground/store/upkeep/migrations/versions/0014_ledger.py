"""Budgets, the ledger of what requests may cost and did, and its sums by the day; this month's, from the answers."""

from collections import defaultdict
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """What was spent this month counts for the budgets that are set from now on."""
    op.create_table(
        "budgets",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger()) for name in ("reply", "day", "month")),
        sa.Column("unpriced_allowed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "subject", name="pk_budgets"),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("owner", "connection", "day")),
        sa.Column("bound", sa.BigInteger()),
        sa.Column("spent", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
    )
    days = op.create_table(
        "ledger_days",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("day", "owner", "connection")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("held", "spent")),
        sa.PrimaryKeyConstraint("day", "owner", "connection", name="pk_ledger_days"),
    )
    month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    moment = sa.DateTime(timezone=True)
    replies = sa.table(
        "replies", sa.column("owner"), sa.column("connection"), sa.column("started_at", moment), sa.column("cost")
    )
    query = sa.select(replies).where(replies.c.started_at >= month, replies.c.cost.is_not(None))
    spent: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in op.get_bind().execute(query):
        at = row.started_at if row.started_at.tzinfo is None else row.started_at.astimezone(UTC)
        nanos = (min(Decimal(row.cost), Decimal(1_000_000)) * 10**9).to_integral_value(ROUND_CEILING)
        spent[f"{at:%Y-%m-%d}", row.owner, row.connection] += int(nanos)
    rows = [
        {"day": day, "owner": owner, "connection": connection, "held": 0, "spent": nanos}
        for (day, owner, connection), nanos in sorted(spent.items())
    ]
    op.bulk_insert(days, rows)
