"""The matrix of an experiment, a page at a time: rows by candidates, filtered and sorted."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from playground.experiments.analysis import Analysis
from playground.experiments.results import CellOutline

MatrixFilter = Literal["failed", "disagree", "regressed", "cut", "refused", "error", "stopped", "unchecked", "missing"]
MATRIX_FILTERS: tuple[MatrixFilter, ...] = (
    *("failed", "disagree", "regressed", "cut", "refused", "error", "stopped", "unchecked", "missing"),
)
MatrixOrder = Literal["row", "failed", "score", "cost", "seconds", "spread"]


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A row with a candidate: the cells of its repetitions, how many passed of those that were judged, and the rest."""

    column: int
    cells: tuple[int, ...]
    """Numbers of the cells that were asked, in the order of repetitions."""
    passed: int
    judged: int
    outcomes: Mapping[str, int]
    score: float | None
    lowest: float | None
    highest: float | None
    cost: Decimal | None
    seconds: float | None
    cut: bool
    refused: bool
    regressed: bool

    @property
    def share(self) -> float | None:
        """How much of what was judged passed."""
        return self.passed / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One row of the dataset by its number, with a cell for each candidate."""

    row: int
    cells: tuple[MatrixCell, ...]


class Matrix:
    """The rows of an experiment by what became of them. `regressed` are (row, column) that a baseline passed."""

    def __init__(self, analysis: Analysis, regressed: Collection[tuple[int, int]] = ()) -> None:
        self._analysis = analysis
        self._regressed = regressed
        grid = analysis.grid
        self._by_row: list[list[CellOutline]] = [[] for _ in range(grid.rows)]
        for number, fact in enumerate(analysis.outlines):
            if fact is not None:
                self._by_row[number // grid.candidates % grid.rows].append(fact)
        self._marks = [self._marked(row) for row in range(grid.rows)]

    @cached_property
    def counts(self) -> Mapping[MatrixFilter, int]:
        """How many rows each filter alone would leave."""
        return {name: sum(name in marks for marks in self._marks) for name in MATRIX_FILTERS}

    def rows(self, numbers: Iterable[int]) -> tuple[MatrixRow, ...]:
        """Some rows by their numbers."""
        return tuple(map(self._row, numbers))

    def ordered(
        self, filters: Sequence[MatrixFilter] = (), order: MatrixOrder = "row", *, descending: bool = False
    ) -> list[int]:
        """The numbers of the rows that all filters leave, in an order; those without a value of it come last."""
        wanted = set(filters)
        kept = [row for row, marks in enumerate(self._marks) if wanted <= marks]
        if order != "row":
            value = _ORDERS[order]
            known = {row: found for row in kept if (found := value(self._by_row[row])) is not None}
            ordered = sorted(known, key=lambda row: known[row], reverse=descending)
            kept = [*ordered, *(row for row in kept if row not in known)]
        elif descending:
            kept.reverse()
        return kept

    def _marked(self, row: int) -> set[MatrixFilter]:
        facts, grid = self._by_row[row], self._analysis.grid
        outcomes = {fact.outcome for fact in facts}
        marks: set[MatrixFilter] = {name for name in _BY_OUTCOME if name in outcomes}
        if any(fact.cut for fact in facts):
            marks.add("cut")
        if any(fact.refused for fact in facts):
            marks.add("refused")
        if {"passed", "failed"} <= outcomes and self._disagrees(facts):
            marks.add("disagree")
        if len(facts) < grid.candidates * grid.repetitions:
            marks.add("missing")
        if any((row, column) in self._regressed for column in range(grid.candidates)):
            marks.add("regressed")
        return marks

    def _disagrees(self, facts: Sequence[CellOutline]) -> bool:
        """Whether some candidate passed more often than it failed, and another one did not."""
        balance: dict[int, int] = {}
        for fact in facts:
            if fact.outcome in ("passed", "failed"):
                column = fact.number % self._analysis.grid.candidates
                balance[column] = balance.get(column, 0) + (1 if fact.outcome == "passed" else -1)
        return len({value > 0 for value in balance.values()}) > 1

    def _row(self, row: int) -> MatrixRow:
        by_column: dict[int, list[CellOutline]] = {}
        for fact in self._by_row[row]:
            by_column.setdefault(fact.number % self._analysis.grid.candidates, []).append(fact)
        cells = (
            _cell(column.number, by_column.get(column.number, []), (row, column.number) in self._regressed)
            for column in self._analysis.columns
        )
        return MatrixRow(row, tuple(cells))


_BY_OUTCOME: tuple[MatrixFilter, ...] = ("failed", "error", "stopped", "unchecked")


def _cell(column: int, facts: Sequence[CellOutline], regressed: bool) -> MatrixCell:
    outcomes: dict[str, int] = {}
    for fact in facts:
        outcomes[fact.outcome] = outcomes.get(fact.outcome, 0) + 1
    scores = [fact.score for fact in facts if fact.score is not None]
    costs = [fact.cost for fact in facts if fact.cost is not None]
    seconds = [fact.seconds for fact in facts if fact.seconds is not None]
    return MatrixCell(
        column=column,
        cells=tuple(fact.number for fact in facts),
        passed=outcomes.get("passed", 0),
        judged=outcomes.get("passed", 0) + outcomes.get("failed", 0),
        outcomes=outcomes,
        score=sum(scores) / len(scores) if scores else None,
        lowest=min(scores, default=None),
        highest=max(scores, default=None),
        cost=sum(costs, Decimal(0)) if costs else None,
        seconds=sum(seconds) / len(seconds) if seconds else None,
        cut=any(fact.cut for fact in facts),
        refused=any(fact.refused for fact in facts),
        regressed=regressed,
    )


def _failed(facts: Sequence[CellOutline]) -> float:
    return sum(fact.outcome == "failed" for fact in facts)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _score(facts: Sequence[CellOutline]) -> float | None:
    return _mean([fact.score for fact in facts if fact.score is not None])


def _cost(facts: Sequence[CellOutline]) -> float | None:
    known = [fact.cost for fact in facts if fact.cost is not None]
    return float(sum(known, Decimal(0))) if known else None


def _seconds(facts: Sequence[CellOutline]) -> float | None:
    return _mean([fact.seconds for fact in facts if fact.seconds is not None])


def _spread(facts: Sequence[CellOutline]) -> float | None:
    scores = [fact.score for fact in facts if fact.score is not None]
    return max(scores) - min(scores) if scores else None


_ORDERS: Mapping[str, Callable[[Sequence[CellOutline]], float | None]] = {
    "failed": _failed,
    "score": _score,
    "cost": _cost,
    "seconds": _seconds,
    "spread": _spread,
}
