"""Experiments: datasets, cells that were asked, and what came of them."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_MOMENT = sa.DateTime(timezone=True)
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_experiment(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_experiment_id"
    return sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    """Add their tables."""
    op.create_table(
        "datasets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, server_default="default"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("deleted_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_datasets"),
    )
    op.create_index("ix_datasets_owner", "datasets", ["owner", "updated_at", "id"])
    op.create_table(
        "dataset_versions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name="fk_dataset_versions_dataset_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dataset_versions"),
        sa.UniqueConstraint("dataset_id", "number", name="uq_dataset_versions_dataset_id_number"),
    )
    op.create_table(
        "dataset_rows",
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["dataset_versions.id"], name="fk_dataset_rows_version_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "number", name="pk_dataset_rows"),
    )
    op.create_table(
        "experiments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, server_default="default"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.Column("repetitions", sa.Integer(), nullable=False),
        sa.Column("cells", sa.BigInteger(), nullable=False),
        sa.Column("judges", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("process", sa.Text()),
        sa.Column("max_cost", sa.BigInteger()),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("started_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("deleted_at", _MOMENT),
        sa.ForeignKeyConstraint(["version_id"], ["dataset_versions.id"], name="fk_experiments_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_experiments"),
    )
    op.create_index("ix_experiments_digest", "experiments", ["owner", "digest", "created_at"])
    op.create_index("ix_experiments_owner", "experiments", ["owner", "created_at", "id"])
    op.create_index("ix_experiments_status", "experiments", ["status"])
    op.create_index("ix_experiments_version_id", "experiments", ["version_id"])
    op.create_table(
        "experiment_answers",
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("candidate", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("repetition", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("score", sa.Float()),
        sa.Column("cut", sa.Boolean(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name="fk_experiment_answers_experiment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("experiment_id", "cell", name="pk_experiment_answers"),
    )
    op.create_index("ix_experiment_answers_ended", "experiment_answers", ["experiment_id", "ended_at", "spent"])
    op.create_index(
        "ix_experiment_answers_outcome", "experiment_answers", ["experiment_id", "outcome", "cell", "cut", "refused"]
    )
    op.create_table(
        "experiment_judgements",
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("judge", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name="fk_experiment_judgements_experiment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("experiment_id", "cell", "judge", name="pk_experiment_judgements"),
    )
    op.create_index("ix_experiment_judgements_ended", "experiment_judgements", ["experiment_id", "ended_at", "spent"])
    op.create_table(
        "experiment_claims",
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("judge", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("held", sa.BigInteger()),
        sa.Column("claimed_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name="fk_experiment_claims_experiment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("experiment_id", "cell", "judge", name="pk_experiment_claims"),
    )
    op.create_index("ix_experiment_claims_holder", "experiment_claims", ["holder"])
    op.create_table(
        "experiment_retaken",
        sa.Column("number", _SEQUENCE, nullable=False),
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("judge", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name="fk_experiment_retaken_experiment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_experiment_retaken"),
    )
    op.create_index("ix_experiment_retaken_experiment", "experiment_retaken", ["experiment_id", "number"])
    op.create_table(
        "experiment_labels",
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("labeller", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name="fk_experiment_labels_experiment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("experiment_id", "cell", "labeller", name="pk_experiment_labels"),
    )
