"""Batches of an experiment that are at a service."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Add their table, and have claims say which one they go with."""
    op.create_table(
        "experiment_submissions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text()),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name="fk_experiment_submissions_experiment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_experiment_submissions"),
    )
    op.create_index(
        "ix_experiment_submissions_experiment", "experiment_submissions", ["experiment_id", "sent_at", "id"]
    )
    op.add_column("experiment_claims", sa.Column("submission_id", sa.Text()))
    op.add_column("experiment_claims", sa.Column("place", sa.Integer()))
