"""How long a model thought before it answered."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column; of answers from before nobody knows."""
    op.add_column("replies", sa.Column("thought_s", sa.Float()))
