"""What time went into before an answer was sent; until now all of it counted as a queue."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Say of old answers that they waited, and not for what."""
    op.add_column("replies", sa.Column("waits", sa.Text()))
    op.execute(
        """UPDATE replies SET waits = '{"waited":' || CAST(queued_s AS TEXT) || '}' WHERE queued_s IS NOT NULL"""
    )
    op.drop_column("replies", "queued_s")
