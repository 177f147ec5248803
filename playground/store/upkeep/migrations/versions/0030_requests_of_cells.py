"""How many requests were really made for a cell: none where it was never sent."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

TABLES = ("experiment_answers", "experiment_judgements", "experiment_retaken")


def upgrade() -> None:
    """What is there took one, but for errors of which is known that nothing was sent."""
    for table in TABLES:
        op.add_column(table, sa.Column("requests", sa.Integer(), nullable=False, server_default="1"))
    # Packed as AnswerRecord.as_json has it: what is as it would be anyway is left out.
    unsent = " AND ".join(f"answer NOT LIKE '%\"{name}\":%'" for name in ("sent", "batched", "usage"))
    op.execute(f"UPDATE experiment_answers SET requests = 0 WHERE outcome = 'error' AND {unsent}")
    op.execute(f"UPDATE experiment_judgements SET requests = 0 WHERE answer LIKE '%\"failed\"%' AND {unsent}")
    never = sa.text("requests = 0")
    op.create_index(
        "ix_experiment_answers_unsent",
        "experiment_answers",
        ["experiment_id", "cell"],
        sqlite_where=never,
        postgresql_where=never,
    )
