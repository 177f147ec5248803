"""Tables of experiments: datasets with their versions, what was asked of whom, and what came of each cell.

They are part of the `metadata` of `schema.py`.

datasets ──< dataset_versions ──< dataset_rows   a version never changes
experiments ─┬─< experiment_answers      one of each cell that has ended
             ├─< experiment_judgements   one of each judge that was asked about an answer
             ├─< experiment_exchanges    what was sent and received for one of them, where that is kept
             ├─< experiment_claims       cells and judges that are on their way: who asks, and the most that it costs
             ├─< experiment_submissions  batches that went to a service, as long as cells of them are on their way
             ├─< experiment_retaken      what was asked before and is asked again, and what that may have cost
             └─< experiment_labels       what people think of an answer

The database is the queue: what is missing are the cells, by arithmetic, that have neither an answer nor a claim.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
    text,
)

from playground.store.database.columns import Json, Moment, SafeText, Sequence
from playground.store.database.schema import metadata

UNSENT = text("requests = 0")
"""That a cell was never sent, as the condition of an index: SQLite uses that only where a statement says the same."""


def _key_of_experiment() -> Column[str]:
    return Column("experiment_id", SafeText, ForeignKey("experiments.id", ondelete="CASCADE"), primary_key=True)


datasets = Table(
    "datasets",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("owner", SafeText, nullable=False, server_default="default"),
    Column("title", SafeText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Index("ix_datasets_owner", "owner", "updated_at", "id"),
)

dataset_versions = Table(
    "dataset_versions",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("dataset_id", SafeText, ForeignKey("datasets.id", ondelete="CASCADE"), nullable=False),
    # From 1.
    Column("number", Integer, nullable=False),
    # SHA-256 of its rows.
    Column("digest", SafeText, nullable=False),
    Column("size", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("dataset_id", "number"),
)

version_rows = Table(
    "dataset_rows",
    metadata,
    Column("version_id", SafeText, ForeignKey("dataset_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # The id of a Row: the same for the same variables and expected value, in any version.
    Column("row_id", SafeText, nullable=False),
    # Variables, expected value, checks of its own, tags and split.
    Column("body", Json, nullable=False),
)

experiments = Table(
    "experiments",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("owner", SafeText, nullable=False, server_default="default"),
    Column("title", SafeText, nullable=False),
    # What its file says, without the rows.
    Column("definition", Json, nullable=False),
    # SHA-256 of the definition and the rows: the same experiment has the same, each time that it is run.
    Column("digest", SafeText, nullable=False),
    Column("version_id", SafeText, ForeignKey("dataset_versions.id"), nullable=False, index=True),
    # Its columns, as they were when it was made: what a cell's number means must not change with the models.
    Column("candidates", Json, nullable=False),
    Column("repetitions", Integer, nullable=False),
    Column("cells", BigInteger, nullable=False),
    Column("judges", Integer, nullable=False),
    Column("status", SafeText, nullable=False, index=True),
    # Why it is paused, as a Failure.
    Column("reason", Json),
    Column("engine", SafeText, nullable=False),
    # The process that runs it: claims.py.
    Column("process", SafeText),
    # Billionths of a dollar; NULL is no limit.
    Column("max_cost", BigInteger),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("deleted_at", Moment),
    Index("ix_experiments_owner", "owner", "created_at", "id"),
    Index("ix_experiments_digest", "owner", "digest", "created_at"),
)

experiment_answers = Table(
    "experiment_answers",
    metadata,
    _key_of_experiment(),
    Column("cell", BigInteger, primary_key=True, autoincrement=False),
    Column("candidate", Integer, nullable=False),
    Column("row_number", Integer, nullable=False),
    Column("repetition", Integer, nullable=False),
    # "passed", "failed", "error", "stopped", "unchecked"; "judging" until its judges have answered.
    Column("outcome", SafeText, nullable=False),
    Column("score", Float),
    Column("cut", Boolean, nullable=False),
    Column("refused", Boolean, nullable=False),
    # What the ledger was told, in billionths of a dollar: never less than what may have been billed.
    Column("spent", BigInteger, nullable=False),
    Column("seconds", Float),
    # AnswerRecord of playground/experiments/answer.py.
    Column("answer", Json, nullable=False),
    # What each check says: CheckResult.
    Column("checks", Json, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    # How many requests were really made for it: 0 where it was never sent.
    Column("requests", Integer, nullable=False, server_default="1"),
    Index("ix_experiment_answers_outcome", "experiment_id", "outcome", "cell", "cut", "refused"),
    Index("ix_experiment_answers_ended", "experiment_id", "ended_at", "spent"),
    Index("ix_experiment_answers_unsent", "experiment_id", "cell", sqlite_where=UNSENT, postgresql_where=UNSENT),
)

experiment_judgements = Table(
    "experiment_judgements",
    metadata,
    _key_of_experiment(),
    Column("cell", BigInteger, primary_key=True, autoincrement=False),
    # Which of the experiment's judges, from 0.
    Column("judge", Integer, primary_key=True, autoincrement=False),
    # The CheckResult that it comes to.
    Column("result", Json, nullable=False),
    Column("spent", BigInteger, nullable=False),
    # AnswerRecord of the judge.
    Column("answer", Json, nullable=False),
    Column("ended_at", Moment, nullable=False),
    Column("requests", Integer, nullable=False, server_default="1"),
    Index("ix_experiment_judgements_ended", "experiment_id", "ended_at", "spent"),
)

experiment_exchanges = Table(
    "experiment_exchanges",
    metadata,
    _key_of_experiment(),
    Column("cell", BigInteger, primary_key=True, autoincrement=False),
    # -1 for the answer itself.
    Column("judge", Integer, primary_key=True, autoincrement=False),
    # Trace of playground/answers/trace.py.
    Column("trace", LargeBinary, nullable=False),
    # That of the answer or judgement that it is of.
    Column("ended_at", Moment, nullable=False),
)

experiment_claims = Table(
    "experiment_claims",
    metadata,
    _key_of_experiment(),
    Column("cell", BigInteger, primary_key=True, autoincrement=False),
    # -1 for the answer itself.
    Column("judge", Integer, primary_key=True, autoincrement=False),
    # The process that asks: claims.py.
    Column("holder", SafeText, nullable=False, index=True),
    # The id in the ledger of what is held for it.
    Column("ticket", SafeText, nullable=False),
    # The most that it can cost, in billionths of a dollar; NULL where that is not known.
    Column("held", BigInteger),
    Column("claimed_at", Moment, nullable=False),
    # The batch that it goes with, and its place among the requests there, from 0.
    Column("submission_id", SafeText),
    Column("place", Integer),
)

experiment_submissions = Table(
    "experiment_submissions",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("experiment_id", SafeText, ForeignKey("experiments.id", ondelete="CASCADE"), nullable=False),
    Column("connection", SafeText, nullable=False),
    # The id of its card.
    Column("model", SafeText, nullable=False),
    # What the service calls it; NULL until it is known that the service took it.
    Column("request_id", SafeText),
    # How many requests it has.
    Column("size", Integer, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Index("ix_experiment_submissions_experiment", "experiment_id", "sent_at", "id"),
)

experiment_retaken = Table(
    "experiment_retaken",
    metadata,
    Column("number", Sequence, primary_key=True),
    Column("experiment_id", SafeText, ForeignKey("experiments.id", ondelete="CASCADE"), nullable=False),
    Column("cell", BigInteger, nullable=False),
    Column("judge", Integer, nullable=False),
    # "lost" with the process that asked, "unsure" whether a service took its batch, "stopped" on its way, "refused"
    # by a service that has to be asked again, or "again" because somebody wants another answer.
    Column("why", SafeText, nullable=False),
    Column("holder", SafeText, nullable=False),
    # What it cost or may have cost, in billionths of a dollar.
    Column("spent", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("requests", Integer, nullable=False, server_default="1"),
    Index("ix_experiment_retaken_experiment", "experiment_id", "number"),
)

experiment_labels = Table(
    "experiment_labels",
    metadata,
    _key_of_experiment(),
    Column("cell", BigInteger, primary_key=True, autoincrement=False),
    # Who says so: the id of an owner.
    Column("labeller", SafeText, primary_key=True),
    Column("passed", Boolean),
    Column("note", SafeText, nullable=False),
    Column("at", Moment, nullable=False),
)
