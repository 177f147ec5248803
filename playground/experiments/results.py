"""The results of an experiment, as far as they are there: what analysis and files are made of. Values only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from playground.experiments.answer import AnswerRecord
from playground.experiments.cells import CellPlace, Grid
from playground.experiments.checks.check import CheckResult
from playground.experiments.definition import Definition
from playground.experiments.rows import DataRow
from playground.experiments.scoring import CellOutcome, cell_outcome, cell_score


class ResultColumn(Protocol):
    """A candidate: a variant with a model at a connection, in a setting of the axes, with all that is sent."""

    @property
    def number(self) -> int:
        """Its number, from 0."""

    @property
    def variant(self) -> str:
        """The name of its variant."""

    @property
    def model(self) -> str:
        """The id of its model."""

    @property
    def connection(self) -> str:
        """The name of the connection that runs it."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """All parameters that are sent."""

    @property
    def setting(self) -> Mapping[str, Any]:
        """Its value of each axis."""

    @property
    def title(self) -> str:
        """What it is called."""


@dataclass(frozen=True, slots=True)
class CellOutline:
    """What is known of a cell, without its words. `cost` has that of its judges in it; None where it is not known."""

    number: int
    outcome: CellOutcome
    score: float | None = None
    cost: Decimal | None = None
    seconds: float | None = None
    cut: bool = False
    refused: bool = False
    sent: bool = True
    """Whether it was sent at all: where a row lacks a value, for instance, nothing was."""


@dataclass(frozen=True, slots=True)
class CellResult:
    """One cell that was asked, and what its checks say."""

    number: int
    answer: AnswerRecord
    checks: tuple[CheckResult, ...] = ()
    judges_cost: Decimal = Decimal(0)
    """What its judges cost on top, in USD, as far as it is known."""
    judging: bool = False
    """Whether judges of it have not answered yet."""
    requests: int = 1
    """Those that were made for its answer: 0 where it was never sent."""

    @property
    def outcome(self) -> CellOutcome:
        """What became of it."""
        return "judging" if self.judging else cell_outcome(self.answer, self.checks)

    @property
    def score(self) -> float | None:
        """From 0 to 1; None where no check could tell, or not all have told yet."""
        return None if self.judging else cell_score(self.answer, self.checks)

    @property
    def outline(self) -> CellOutline:
        """What is known of it, without its words."""
        answer = self.answer
        cost = None if answer.cost is None else answer.cost + self.judges_cost
        return CellOutline(
            self.number,
            self.outcome,
            self.score,
            cost,
            answer.seconds,
            answer.cut,
            answer.refused,
            self.requests > 0,
        )


@dataclass(frozen=True)
class ExperimentRun:
    """An experiment with its rows, its columns and the cells that were asked, in any order.

    `calls` are all requests that were made, judges' and repeated ones among them, and `spent` is what they cost in USD,
    those that were lost at their most; None where nobody counted.
    """

    id: str
    definition: Definition
    rows: Sequence[DataRow]
    columns: Sequence[ResultColumn]
    cells: Iterable[CellResult]
    started_at: datetime | None = None
    finished_at: datetime | None = None
    calls: int | None = None
    spent: Decimal | None = None

    @cached_property
    def grid(self) -> Grid:
        """Its cells by arithmetic."""
        return Grid(len(self.rows), len(self.columns), self.definition.repetitions)

    def place(self, cell: CellResult) -> CellPlace:
        """Where a cell stands."""
        return self.grid.place(cell.number)
