"""Answers that were asked for together, and the time that each waited before it was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add both columns."""
    op.add_column("replies", sa.Column("queued_s", sa.Float(), nullable=True))
    op.add_column("replies", sa.Column("repeats", sa.Text(), nullable=True))
