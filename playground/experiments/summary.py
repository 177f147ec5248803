"""The figures of an experiment, derived from its cells: how many passed, of each variant and model, what they cost."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from playground.experiments.results import CellResult, ExperimentRun, ResultColumn
from playground.experiments.scoring import CELL_OUTCOMES, CellOutcome, metrics_of
from playground.experiments.statistics.clusters import RateEstimate, mean_of, rate_of


@dataclass(slots=True)
class CellTally:
    """Sums over some cells, by row where what is known depends on rows."""

    outcomes: dict[CellOutcome, int] = field(default_factory=lambda: dict.fromkeys(CELL_OUTCOMES, 0))
    cut: int = 0
    refused: int = 0
    unsent: int = 0
    """Of the errors, those of cells that were never sent."""
    requests: int = 0
    """Those that were made for the answers that are there, judges' apart."""
    cost: Decimal = Decimal(0)
    unpriced: int = 0
    estimated: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: list[float] = field(default_factory=list)
    by_row: dict[int, list[int]] = field(default_factory=dict)
    """Passed, and passed or failed."""
    scores: dict[int, list[float]] = field(default_factory=dict)
    metrics: dict[str, dict[int, list[float]]] = field(default_factory=dict)
    checks: dict[str, list[int]] = field(default_factory=dict)
    """Of each check by its name: how often it passed, failed, and could not be told."""

    def add(self, row: int, cell: CellResult) -> None:
        """Count a cell of a row."""
        answer, outcome = cell.answer, cell.outcome
        self.outcomes[outcome] += 1
        if outcome != "judging":  # marks are of cells that have ended, as outcomes are
            self.cut += answer.cut
            self.refused += answer.refused
        self.unsent += cell.requests == 0
        self.requests += cell.requests
        if answer.cost is not None:
            self.cost += answer.cost
            self.estimated += answer.cost_estimated
        elif answer.usage is not None or answer.state == "done":
            self.unpriced += 1
        self.cost += cell.judges_cost
        if answer.usage is not None:
            self.prompt_tokens += answer.usage.prompt_tokens
            self.completion_tokens += answer.usage.completion_tokens
        if answer.seconds is not None and answer.state == "done":
            self.seconds.append(answer.seconds)
        if outcome in ("passed", "failed"):
            known = self.by_row.setdefault(row, [0, 0])
            known[0] += outcome == "passed"
            known[1] += 1
        if (score := cell.score) is not None:
            self.scores.setdefault(row, []).append(score)
        for check in cell.checks:
            told = self.checks.setdefault(check.name, [0, 0, 0])
            told[2 if check.passed is None else 0 if check.passed else 1] += 1
        for name, value in metrics_of(cell.checks).items():
            self.metrics.setdefault(name, {}).setdefault(row, []).append(value)

    @property
    def cells(self) -> int:
        """All that were counted."""
        return sum(self.outcomes.values())

    @property
    def asked(self) -> int:
        """Those that were sent."""
        return self.cells - self.unsent

    @property
    def judged(self) -> int:
        """Those that passed or failed: the denominator of the rate."""
        return self.outcomes["passed"] + self.outcomes["failed"]

    @property
    def rate(self) -> RateEstimate | None:
        """The share that passed, with its interval; None where none was judged."""
        return rate_of([(passed, total) for passed, total in self.by_row.values()])

    @property
    def mean_score(self) -> RateEstimate | None:
        """The mean score, with its interval; None where there is none."""
        return mean_of(list(self.scores.values()))

    @property
    def median_seconds(self) -> float | None:
        """The middle of the times of its answers; None where none is known."""
        known = sorted(self.seconds)
        if not known:
            return None
        middle = len(known) // 2
        return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2

    def as_json(self) -> dict[str, Any]:
        """The figures as JSON, money as Decimal; `n` are those that passed or failed, `unsent` some of the errors."""
        rate, score = self.rate, self.mean_score
        return {
            "n": self.judged,
            "passed": self.outcomes["passed"],
            "failed": self.outcomes["failed"],
            "errors": self.outcomes["error"],
            "unsent": self.unsent,
            "stopped": self.outcomes["stopped"],
            "unchecked": self.outcomes["unchecked"],
            "judging": self.outcomes["judging"],
            "cut": self.cut,
            "refused": self.refused,
            "rate": None if rate is None else rate.value,
            "low": None if rate is None else rate.interval.low,
            "high": None if rate is None else rate.interval.high,
            "score": None if score is None else score.value,
            "metrics": {
                name: found.value for name, rows in self.metrics.items() if (found := mean_of([*rows.values()]))
            },
            "checks": {
                name: {"passed": passed, "failed": failed, "untold": untold}
                for name, (passed, failed, untold) in self.checks.items()
            },
            "cost": self.cost,
            "unpriced": self.unpriced,
            "estimated": self.estimated,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "median_seconds": self.median_seconds,
        }


@dataclass(frozen=True, slots=True)
class ExperimentSummary:
    """The figures of a whole experiment, of each column, and of each variant, model and value of an axis."""

    whole: CellTally
    columns: dict[int, CellTally]
    variants: dict[str, CellTally]
    models: dict[str, CellTally]
    axes: dict[str, list[tuple[Any, CellTally]]]


def summarize(run: ExperimentRun) -> ExperimentSummary:
    """The figures of an experiment, from one pass over its cells."""
    whole, columns = CellTally(), {column.number: CellTally() for column in run.columns}
    groups: dict[str, dict[Hashable, CellTally]] = defaultdict(dict)
    values: dict[str, dict[Hashable, Any]] = defaultdict(dict)
    of_column: dict[int, list[CellTally]] = {}
    for column in run.columns:
        tallies = [whole, columns[column.number]]
        for kind, value in _groups(column):
            key = repr(value)
            values[kind].setdefault(key, value)
            tallies.append(groups[kind].setdefault(key, CellTally()))
        of_column[column.number] = tallies
    for cell in run.cells:
        place = run.place(cell)
        for tally in of_column[place.candidate]:
            tally.add(place.row, cell)

    def named(kind: str) -> dict[str, CellTally]:
        return {str(values[kind][key]): tally for key, tally in groups[kind].items()}

    axes = {
        name: [(values[f"axis {name}"][key], tally) for key, tally in groups[f"axis {name}"].items()]
        for name in run.definition.axes
    }
    return ExperimentSummary(whole, columns, named("variant"), named("model"), axes)


def _groups(column: ResultColumn) -> list[tuple[str, Any]]:
    return [
        ("variant", column.variant),
        ("model", column.model),
        *((f"axis {name}", value) for name, value in column.setting.items()),
    ]
