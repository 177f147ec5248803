"""What may have been billed is told apart from what was spent."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """What was put down at exactly the most that it can cost, to the billionth of a dollar, is what nobody knows of."""
    for table, name in (("ledger", "unsure"), ("ledger_days", "unsure"), ("ledger_days", "own_unsure")):
        op.add_column(table, sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE ledger SET unsure = spent WHERE bound > 0 AND spent = bound")
    of_day = (
        "SELECT coalesce(sum(ledger.unsure), 0) FROM ledger WHERE ledger.day = ledger_days.day"
        " AND ledger.owner = ledger_days.owner AND ledger.connection = ledger_days.connection"
    )
    op.execute(f"UPDATE ledger_days SET unsure = ({of_day}), own_unsure = ({of_day} AND ledger.own)")
