"""What a store is told and tells of the cells of experiments: frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import RowMapping

from playground.money.budget import Most, dollars
from playground.store.experiments import ExperimentStatus

ITSELF = -1
"""The judge of a claim for the answer itself."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A cell that somebody is about to ask for, at a connection, and the most that it costs.

    `ticket` is what is held for it in the ledger. `own` is said of a connection that the owner pays. Below a limit of
    the experiment there has to be room for the `verdicts` about its answer too, in USD.
    """

    cell: int
    ticket: str
    connection: str
    most: Most
    own: bool = False
    judge: int = ITSELF
    about: tuple[tuple[int, datetime], ...] = ()
    """Of a judge the cells whose answers it is told, each with when that had ended: it is asked about these alone."""
    verdicts: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Submission:
    """A batch that is about to go to a service, or went there: `model` is the id of its card.

    `request_id` is what the service calls it, None until it is known that it was taken. Of its `size` requests so many
    `cells` are still on their way.
    """

    id: str
    connection: str
    model: str
    request_id: str | None = None
    size: int = 0
    cells: int = 0
    sent_at: datetime | None = None


class SubmittedCell(NamedTuple):
    """A cell on its way in a batch, at a place among the requests there."""

    place: int
    cell: int
    ticket: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """Cells that are now the caller's to ask for, in the order in which they were wanted.

    `full` where the limit of the experiment has no room for the next one, `unbounded` where nobody can say what that
    one costs at most, which a limit has to know; `status` is how the experiment stands.
    """

    cells: tuple[Wanted, ...]
    status: ExperimentStatus
    full: bool = False
    unbounded: bool = False


@dataclass(frozen=True, slots=True)
class CellEnd:
    """What came of a cell; `answer` and `checks` are JSON.

    It cost `spent` USD, and `lost` requests count as the most that it can cost on top. It took so many `requests`: none
    where it was never sent.
    """

    cell: int
    ticket: str
    candidate: int
    row: int
    repetition: int
    outcome: str
    answer: Mapping[str, Any]
    asked_at: datetime
    ended_at: datetime
    checks: Sequence[Mapping[str, Any]] = ()
    score: float | None = None
    cut: bool = False
    refused: bool = False
    seconds: float | None = None
    spent: Decimal = Decimal(0)
    lost: int = 0
    requests: int = 1
    trace: bytes | None = None
    """What went over the wire, by `pack_trace`, where that is kept."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A claim that comes to nothing: what it cost nevertheless, as of a CellEnd, and why it may have."""

    cell: int
    ticket: str
    judge: int = ITSELF
    spent: Decimal = Decimal(0)
    lost: int = 0
    requests: int = 0
    why: Literal["stopped", "refused", "unsure"] = "stopped"


@dataclass(frozen=True, slots=True)
class StoredCell:
    """A cell that has ended, as it is kept; `spent` is what was paid for it at most, in USD."""

    cell: int
    candidate: int
    row: int
    repetition: int
    outcome: str
    score: float | None
    cut: bool
    refused: bool
    seconds: float | None
    answer: Mapping[str, Any]
    checks: tuple[Mapping[str, Any], ...]
    spent: Decimal
    asked_at: datetime
    ended_at: datetime
    requests: int = 1
    """Those that were made for it, judges' apart: 0 where it was never sent."""


class CellFacts(NamedTuple):
    """What a matrix shows of a cell that has ended; what its answer and its judges cost, in billionths of a dollar."""

    cell: int
    candidate: int
    row: int
    repetition: int
    outcome: str
    score: float | None
    cut: bool
    refused: bool
    spent: int
    seconds: float | None
    requests: int
    judges_spent: int = 0


@dataclass(frozen=True, slots=True)
class AskedTwice:
    """A cell, or a judge of it, that was asked for and is asked for again.

    `why` is "lost" with the process that asked, "unsure" whether a service took its batch, "stopped" on its way,
    "refused" by a service that has to be asked again, or "again" because somebody wanted that. `spent` is what it cost
    or may have cost, in USD, `requests` how many that were.
    """

    cell: int
    judge: int
    why: Literal["lost", "unsure", "stopped", "refused", "again"]
    holder: str
    spent: Decimal
    at: datetime
    requests: int = 1


@dataclass(frozen=True, slots=True)
class Headway:
    """How far an experiment is: cells by outcome, those on their way, what is spent and held for them, in USD.

    A cell is answered once its answer is there, or its error; it has ended once its judges have answered too. Counts of
    outcomes and marks are of cells that have ended, and `unsent` are errors of some that were never sent. On their way
    are cells whose answers are, and `judges_on_their_way`; `in_batches` wait for a service that does not say how long
    it takes. Of what is spent so much is `unsure`: nobody knows whether requests that were lost are billed, and they
    count as the most that they can cost. `judges` are those of a cell at most, `judgements` what they answered.
    `recent` cells ended in the last `within_s` seconds.
    """

    cells: int
    outcomes: Mapping[str, int]
    on_their_way: int
    spent: Decimal
    held: Decimal
    unsure: Decimal = Decimal(0)
    cut: int = 0
    refused: int = 0
    asked_twice: int = 0
    judges: int = 0
    judges_on_their_way: int = 0
    judgements: int = 0
    unsent: int = 0
    in_batches: int = 0
    recent: int = 0
    within_s: float = field(default=60.0)

    @property
    def answered(self) -> int:
        """Cells that have an answer or an error, judged or not."""
        return sum(self.outcomes.values())

    @property
    def ended(self) -> int:
        """Cells that have an answer or an error, and whose judges have answered."""
        return self.answered - self.judging

    @property
    def under_way(self) -> int:
        """Requests for answers and to judges that are on their way."""
        return self.on_their_way + self.judges_on_their_way

    @property
    def judging(self) -> int:
        """Cells that wait for their judges."""
        return self.outcomes.get("judging", 0)

    @property
    def per_second(self) -> float | None:
        """How many cells end in a second; None where none has of late."""
        return self.recent / self.within_s if self.recent and self.within_s > 0 else None

    @property
    def left_s(self) -> float | None:
        """How long the rest takes as fast as it goes now; None where nobody can say."""
        return None if self.per_second is None or self.in_batches else (self.cells - self.ended) / self.per_second


def cell_of_row(row: RowMapping) -> StoredCell:
    return StoredCell(
        row["cell"],
        row["candidate"],
        row["row_number"],
        row["repetition"],
        row["outcome"],
        row["score"],
        row["cut"],
        row["refused"],
        row["seconds"],
        row["answer"],
        tuple(row["checks"]),
        dollars(row["spent"]),
        row["asked_at"],
        row["ended_at"],
        row["requests"],
    )
