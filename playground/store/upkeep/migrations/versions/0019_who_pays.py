"""What people ask of servers that they added for themselves is told apart in the ledger; until now nobody noted it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """What is there goes on counting as what the installation pays."""
    op.add_column("ledger", sa.Column("own", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("own_held", "own_spent"):
        op.add_column("ledger_days", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
