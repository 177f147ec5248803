"""Experiments are found by the words in their rows."""

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Those that are there are read again, in small steps later."""
    op.execute("UPDATE entries SET outdated = 2 WHERE kind = 'experiment' AND outdated = 0")
