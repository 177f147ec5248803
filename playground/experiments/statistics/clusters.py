"""Rates and means over rows that were asked several times: the answers to one row are alike.

Each row is a cluster; what is known grows with rows, and with repetitions only as far as chance makes the difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from playground.experiments.statistics.rates import CONFIDENCE_LEVEL, Interval, normal_quantile, score_interval, wilson


@dataclass(frozen=True, slots=True)
class Spread:
    """The variance of results: between rows, and within a row by chance alone; None where no row was asked twice."""

    rows: float
    chance: float

    @property
    def share_of_rows(self) -> float | None:
        """How much of the spread is that of rows, from 0 to 1; None where there is none."""
        whole = self.rows + self.chance
        return self.rows / whole if whole > 0 else None


@dataclass(frozen=True, slots=True)
class RateEstimate:
    """A rate or mean over cells: its value, its interval, of how many cells and rows, and their spread.

    `worth` is how many independent cells would say as much.
    """

    value: float
    interval: Interval
    cells: int
    rows: int
    worth: float
    spread: Spread | None = None


def rate_of(by_row: Sequence[tuple[int, int]], confidence: float = CONFIDENCE_LEVEL) -> RateEstimate | None:
    """The rate of cells that passed, from (passed, all) of each row; None where no row has a cell.

    Wilson's interval; where rows have several cells, of as many as they are worth (Kish's design effect), with
    Student's quantile for the number of rows.
    """
    counted = [(passed, total) for passed, total in by_row if total]
    cells, rows = sum(total for _, total in counted), len(counted)
    if not cells:
        return None
    share = sum(passed for passed, _ in counted) / cells
    spread = spread_of([[1.0] * passed + [0.0] * (total - passed) for passed, total in counted])
    if cells == rows:
        return RateEstimate(share, wilson(share * cells, cells, confidence), cells, rows, cells, spread)
    worth = _worth(counted, share, cells)
    # Student's where a variance was estimated.
    errors = normal_quantile(confidence) if share in (0, 1) else _errors(rows, confidence)
    return RateEstimate(share, score_interval(share, worth, errors), cells, rows, worth, spread)


def mean_of(by_row: Sequence[Sequence[float]], confidence: float = CONFIDENCE_LEVEL) -> RateEstimate | None:
    """The mean of scores, averaged by row first, with Student's interval over rows; None where there is none."""
    means = [sum(scores) / len(scores) for scores in by_row if scores]
    if not means:
        return None
    value, cells = sum(means) / len(means), sum(map(len, by_row))
    if max(means) - min(means) < 1e-12:
        # No variance was seen: rows that were not may be at either end, as often as Wilson's interval leaves possible.
        unseen = wilson(0, len(means), confidence).high
        interval = Interval(value * (1 - unseen), value + unseen * (1 - value))
        return RateEstimate(value, interval, cells, len(means), len(means), spread_of(by_row))
    variance = sum((mean - value) ** 2 for mean in means) / (len(means) - 1)
    half = _errors(len(means), confidence) * (variance / len(means)) ** 0.5
    interval = Interval(max(0.0, value - half), min(1.0, value + half))
    return RateEstimate(value, interval, cells, len(means), len(means), spread_of(by_row))


def spread_of(by_row: Sequence[Sequence[float]]) -> Spread | None:
    """The two parts of the variance, by a one-way analysis; None where no row, or only one, has several results."""
    groups = [scores for scores in by_row if scores]
    cells, rows = sum(map(len, groups)), len(groups)
    if rows < 2 or cells == rows:
        return None
    whole = sum(map(sum, groups)) / cells
    means = [sum(scores) / len(scores) for scores in groups]
    within = sum((score - mean) ** 2 for scores, mean in zip(groups, means, strict=True) for score in scores)
    between = sum(len(scores) * (mean - whole) ** 2 for scores, mean in zip(groups, means, strict=True))
    chance = within / (cells - rows)
    usual = (cells - sum(len(scores) ** 2 for scores in groups) / cells) / (rows - 1)
    return Spread(max(0.0, (between / (rows - 1) - chance) / usual), chance)


def _worth(counted: Sequence[tuple[int, int]], share: float, cells: int) -> float:
    """How many independent cells say as much: never fewer than rows, never more than cells.

    Where all passed or all failed nothing tells how alike a row's answers are: then as many as there are rows.
    """
    rows = len(counted)
    if rows < 2 or share in (0, 1):
        return rows
    residuals = sum((passed - total * share) ** 2 for passed, total in counted)
    variance = residuals * rows / (rows - 1) / cells**2
    return float(cells) if variance <= 0 else min(float(cells), max(float(rows), share * (1 - share) / variance))


def _errors(rows: int, confidence: float) -> float:
    """Standard errors to each side for so many rows."""
    if rows > 500:
        return normal_quantile(confidence)
    from scipy import special

    return float(special.stdtrit(max(rows - 1, 1), (1 + confidence) / 2))
