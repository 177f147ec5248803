"""Two candidates over the same rows: what each row says of the one and of the other."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from playground.experiments.statistics.rates import CONFIDENCE_LEVEL, Interval, normal_quantile, wilson

RESAMPLES = 9_999
_SEED = 20261129
_MOST_RESAMPLED = 20_000_000
"""Rows times resamples; of more rows fewer resamples are taken."""
Method = Literal["McNemar", "permutation"]


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """How much better the second is than the first, row by row: wins, ties and losses of the second, the mean
    difference with its interval, and how likely as much would be by chance alone."""

    wins: int
    ties: int
    losses: int
    difference: float
    interval: Interval
    p: float
    method: Method

    @property
    def rows(self) -> int:
        """How many rows both have a result for."""
        return self.wins + self.ties + self.losses

    @property
    def turned(self) -> "PairedDifference":
        """The same, of the first against the second."""
        interval = Interval(-self.interval.high, -self.interval.low)
        return PairedDifference(self.losses, self.ties, self.wins, -self.difference, interval, self.p, self.method)


def paired(
    first: Sequence[float], second: Sequence[float], confidence: float = CONFIDENCE_LEVEL, resamples: int = RESAMPLES
) -> PairedDifference | None:
    """The second against the first, by one value for each row: 0 or 1, or a score, or the mean of its repetitions.

    Zeros and ones alone: the exact test of McNemar, and the interval of Bonett and Price. Else a permutation of signs,
    and a BCa bootstrap. None where there are no rows. Raises ValueError where they differ in number.
    """
    differences = [b - a for a, b in zip(first, second, strict=True)]
    if not differences:
        return None
    wins, losses = sum(d > 0 for d in differences), sum(d < 0 for d in differences)
    ties, mean = len(differences) - wins - losses, sum(differences) / len(differences)
    if all(d in (-1, 0, 1) for d in differences) and set(first) | set(second) <= {0, 1}:
        interval = binary_interval(wins, losses, len(differences), confidence)
        return PairedDifference(wins, ties, losses, mean, interval, mcnemar(wins, losses), "McNemar")
    resamples = max(999, min(resamples, _MOST_RESAMPLED // len(differences)))
    interval = bca_interval(differences, confidence, resamples)
    return PairedDifference(wins, ties, losses, mean, interval, sign_flips(differences, resamples), "permutation")


def mcnemar(wins: int, losses: int) -> float:
    """The p of McNemar's exact test: how likely as uneven a split of rows that differ is by chance."""
    if wins == losses:
        return 1.0
    from scipy import special

    return min(1.0, 2 * float(special.bdtr(min(wins, losses), wins + losses, 0.5)))


def binary_interval(wins: int, losses: int, rows: int, confidence: float = CONFIDENCE_LEVEL) -> Interval:
    """The interval of a difference of two paired rates (Bonett and Price 2012, https://doi.org/10.3102/1076998611411915)."""
    won, lost = (wins + 1) / (rows + 2), (losses + 1) / (rows + 2)
    half = normal_quantile(confidence) * ((won + lost - (won - lost) ** 2) / (rows + 2)) ** 0.5
    return Interval(max(-1.0, won - lost - half), min(1.0, won - lost + half))


def bca_interval(
    differences: Sequence[float], confidence: float = CONFIDENCE_LEVEL, resamples: int = RESAMPLES
) -> Interval:
    """The interval of a mean by a bootstrap, corrected for bias and skew (Efron 1987); the same at each call.

    Where all differences are the same a bootstrap knows no doubt: then rows that were not seen may be at either end,
    as often as Wilson's interval leaves possible.
    """
    mean = sum(differences) / len(differences)
    if len(differences) < 2 or max(differences) - min(differences) < 1e-12:
        unseen = wilson(0, len(differences), confidence).high
        return Interval(mean - unseen * (1 + mean), mean + unseen * (1 - mean))
    import numpy as np
    from scipy import stats

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of bootstraps that all say the same, where it has no interval
        found = stats.bootstrap(
            (np.asarray(differences),),
            np.mean,
            confidence_level=confidence,
            n_resamples=resamples,
            batch=max(1, 2_000_000 // len(differences)),
            method="BCa",
            rng=np.random.default_rng(_SEED),
        ).confidence_interval
    low, high = float(found.low), float(found.high)
    return Interval(low, high) if low == low and high == high else Interval(-1.0, 1.0)


def sign_flips(differences: Sequence[float], resamples: int = RESAMPLES) -> float:
    """How likely as large a mean difference is where each row's might as well be the other way; the same at each call.

    Exact for up to 13 rows that differ.
    """
    import numpy as np

    nonzero = np.asarray([d for d in differences if d])
    if not len(nonzero):
        return 1.0
    seen = abs(float(nonzero.sum())) * (1 - 1e-12)
    if len(nonzero) <= 13:
        signs = 1 - 2 * ((np.arange(2 ** len(nonzero))[:, None] >> np.arange(len(nonzero))) & 1)
        return float((abs(signs @ nonzero) >= seen).mean())
    rng = np.random.default_rng(_SEED)
    batch = max(1, 2_000_000 // len(nonzero))
    found = 0
    for start in range(0, resamples, batch):
        signs = 1 - 2 * rng.integers(0, 2, (min(batch, resamples - start), len(nonzero)), dtype=np.int8)
        found += int((abs(signs @ nonzero) >= seen).sum())
    return (found + 1) / (resamples + 1)
