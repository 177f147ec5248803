"""Results as a page shows them: rates with intervals, cost and time beside them, and which candidates differ clearly.

Made of the facts of cells alone, without their words, so that ten thousand of them take a moment.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from playground.experiments.cells import Grid
from playground.experiments.results import CellOutline, ResultColumn
from playground.experiments.statistics.clusters import RateEstimate, mean_of, rate_of
from playground.experiments.statistics.paired import RESAMPLES, PairedDifference, paired
from playground.experiments.statistics.several import ComparedPair, compared, standing

Measure = Literal["rate", "score"]
MOST_PAIRED_COLUMNS = 12
"""Of more candidates each is compared with the best one alone."""
BINS = 10
_WORK = 12_000_000
"""Rows times resamples of all pairs together, which take about a quarter of a second."""


@dataclass(frozen=True, slots=True)
class ColumnFigures:
    """A candidate: how its cells came out, its rate and mean score, what they cost, and how long they took.

    `cost` is the sum of what is known, `unpriced` of how many answers it is not known; `seconds` is the middle time.
    Of the errors so many were `unsent`.
    """

    column: int
    outcomes: Mapping[str, int]
    cut: int
    refused: int
    unsent: int
    rate: RateEstimate | None
    score: RateEstimate | None
    cost: Decimal
    unpriced: int
    seconds: float | None

    @property
    def cells(self) -> int:
        """All that have ended."""
        return sum(self.outcomes.values())

    @property
    def cost_of_one(self) -> Decimal | None:
        """What an answer costs on average, of those whose cost is known."""
        priced = self.cells - self.unpriced
        return self.cost / priced if priced else None


@dataclass(frozen=True, slots=True)
class AxisPoint:
    """One value of an axis, over all candidates that have it."""

    value: Any
    rate: RateEstimate | None
    score: RateEstimate | None


@dataclass(frozen=True, slots=True)
class PairsFound:
    """Candidates by pairs, and in a sentence who is the best, or that nobody is."""

    pairs: tuple[ComparedPair, ...]
    sentence: str


class Analysis:
    """The results of an experiment so far."""

    def __init__(self, grid: Grid, columns: Sequence[ResultColumn], facts: Iterable[CellOutline]) -> None:
        self.grid = grid
        self.columns = tuple(columns)
        self.outlines: list[CellOutline | None] = [None] * grid.cells
        self._pairs: dict[Measure, PairsFound] = {}
        for one in facts:
            self.outlines[one.number] = one

    def repeated(self, row: int, column: int) -> list[CellOutline]:
        """What is known of a row with a candidate, a fact for each repetition that was asked."""
        step = self.grid.rows * self.grid.candidates
        numbers = range(row * self.grid.candidates + column, self.grid.cells, step)
        return [one for number in numbers if (one := self.outlines[number]) is not None]

    def values(self, column: int, measure: Measure) -> dict[int, list[float]]:
        """What rows say of a candidate: 1 or 0 for each repetition, or scores; rows without any are left out."""
        found: dict[int, list[float]] = {}
        for row in range(self.grid.rows):
            known = [value for one in self.repeated(row, column) if (value := value_of(one, measure)) is not None]
            if known:
                found[row] = known
        return found

    @cached_property
    def figures(self) -> tuple[ColumnFigures, ...]:
        """The figures of each candidate."""
        return tuple(self._figures(column.number) for column in self.columns)

    @property
    def rate(self) -> RateEstimate | None:
        """The rate over all columns together, by row."""
        return _rate(self._together([column.number for column in self.columns], "rate").values())

    def _figures(self, column: int) -> ColumnFigures:
        facts = [one for one in self.outlines[column :: self.grid.candidates] if one is not None]
        outcomes: dict[str, int] = {}
        for one in facts:
            outcomes[one.outcome] = outcomes.get(one.outcome, 0) + 1
        complete = [one for one in facts if one.outcome != "judging"]
        ended = [one for one in facts if one.outcome not in ("error", "stopped")]
        seconds = sorted(one.seconds for one in ended if one.seconds is not None)
        return ColumnFigures(
            column,
            outcomes,
            sum(one.cut for one in complete),
            sum(one.refused for one in complete),
            sum(not one.sent for one in facts),
            _rate(self.values(column, "rate").values()),
            mean_of([*self.values(column, "score").values()]),
            sum((one.cost for one in facts if one.cost is not None), Decimal(0)),
            sum(one.cost is None for one in facts),
            _middle(seconds),
        )

    def cost_again(self, cells: Sequence[int]) -> tuple[Decimal, int]:
        """What cells cost about if they are asked again, by other answers of their columns; of how many none knows."""
        total, unknown = Decimal(0), 0
        for cell in cells:
            each = self._usual_costs[cell % self.grid.candidates]
            total, unknown = total + (each or Decimal(0)), unknown + (each is None)
        return total, unknown

    @cached_property
    def _usual_costs(self) -> tuple[Decimal | None, ...]:
        """What an answer of each column costs on average, of those that came; None where no cost is known."""
        found: list[Decimal | None] = []
        for column in range(self.grid.candidates):
            costs = [
                one.cost
                for one in self.outlines[column :: self.grid.candidates]
                if one is not None and one.cost is not None and one.outcome not in ("error", "stopped")
            ]
            found.append(sum(costs, Decimal(0)) / len(costs) if costs else None)
        return tuple(found)

    def axis(self, name: str) -> tuple[AxisPoint, ...]:
        """Each value of an axis with its rate and score, over all candidates that have it, by row."""
        columns: dict[str, tuple[Any, list[int]]] = {}
        for column in self.columns:
            if name in column.setting:
                value = column.setting[name]
                columns.setdefault(repr(value), (value, []))[1].append(column.number)
        return tuple(
            AxisPoint(
                value,
                _rate(self._together(numbers, "rate").values()),
                mean_of([*self._together(numbers, "score").values()]),
            )
            for value, numbers in columns.values()
        )

    def _together(self, columns: Sequence[int], measure: Measure) -> dict[int, list[float]]:
        found: dict[int, list[float]] = {}
        for column in columns:
            for row, values in self.values(column, measure).items():
                found.setdefault(row, []).extend(values)
        return found

    def distribution(self, column: int) -> list[int]:
        """How many cells of a candidate have a score in each tenth from 0 to 1; 1 is in the last."""
        counted = [0] * BINS
        for one in self.outlines[column :: self.grid.candidates]:
            if one is not None and one.score is not None:
                counted[min(int(one.score * BINS), BINS - 1)] += 1
        return counted

    def pairs(self, measure: Measure = "rate") -> PairsFound:
        """The candidates by pairs over the rows that both have, corrected for how many pairs there are."""
        if measure not in self._pairs:
            self._pairs[measure] = self._paired(measure)
        return self._pairs[measure]

    def _paired(self, measure: Measure) -> PairsFound:
        means = {
            column.number: {row: sum(values) / len(values) for row, values in by_row.items()}
            for column in self.columns
            if (by_row := self.values(column.number, measure))
        }
        rates = {number: sum(by_row.values()) / len(by_row) for number, by_row in means.items()}
        numbers = sorted(means)
        chosen = list(itertools.combinations(numbers, 2))
        if len(numbers) > MOST_PAIRED_COLUMNS:
            leader = max(numbers, key=lambda number: rates[number])
            chosen = [(leader, number) for number in numbers if number != leader]
        resamples = resamples_for(len(chosen), self.grid.rows)
        differences: dict[tuple[int, int], PairedDifference] = {}
        for first, second in chosen:
            if (found := paired_rows(means[first], means[second], resamples)) is not None:
                differences[first, second] = found
        pairs = compared(differences)
        names = {column.number: column.title for column in self.columns}
        return PairsFound(tuple(pairs), standing(names, rates, pairs))


def value_of(fact: CellOutline, measure: Measure) -> float | None:
    """What a cell counts for: 1 or 0 where it passed or failed, or its score; None where it has none."""
    if measure == "score":
        return fact.score
    return {"passed": 1.0, "failed": 0.0}.get(fact.outcome)


def resamples_for(pairs: int, rows: int) -> int:
    """How many resamples a pair may have, so that all of them together take a moment."""
    return max(999, min(RESAMPLES, _WORK // max(1, pairs * rows)))


def paired_rows(
    first: Mapping[int, float], second: Mapping[int, float], resamples: int = RESAMPLES
) -> PairedDifference | None:
    """The second against the first over the rows that both have; None where there are none."""
    rows = sorted(first.keys() & second.keys())
    return paired([first[row] for row in rows], [second[row] for row in rows], resamples=resamples)


def _rate(by_row: Iterable[Sequence[float]]) -> RateEstimate | None:
    return rate_of([(int(sum(values)), len(values)) for values in by_row])


def _middle(ordered: Sequence[float]) -> float | None:
    if not ordered:
        return None
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
