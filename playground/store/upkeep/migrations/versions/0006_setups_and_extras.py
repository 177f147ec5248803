"""What an answer was asked with, and what it holds beside its words."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; of answers from before neither is known."""
    op.add_column("replies", sa.Column("setup", sa.Text()))
    op.add_column("replies", sa.Column("extras", sa.Text()))
