"""What servers give with answers and want back when a conversation goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns; of what was said before nobody knows."""
    op.add_column("turns", sa.Column("given", sa.Text()))
    op.add_column("replies", sa.Column("given", sa.Text()))
