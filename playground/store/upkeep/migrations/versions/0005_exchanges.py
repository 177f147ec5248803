"""What went over the wire for a reply."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "exchanges",
        sa.Column("reply_id", sa.Text(), nullable=False),
        sa.Column("trace", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name="fk_exchanges_reply_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("reply_id", name="pk_exchanges"),
    )
