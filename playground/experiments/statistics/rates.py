"""Intervals of rates."""

import math
from functools import cache
from statistics import NormalDist
from typing import NamedTuple

CONFIDENCE_LEVEL = 0.95


class Interval(NamedTuple):
    """What lies between two values, mostly shares from 0 to 1."""

    low: float
    high: float

    @property
    def holds_zero(self) -> bool:
        """Whether no difference is among what it holds."""
        return self.low <= 0 <= self.high


@cache
def normal_quantile(confidence: float) -> float:
    """How many standard errors to each side an interval has that is right so often."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(passed: float, total: float, confidence: float = CONFIDENCE_LEVEL) -> Interval:
    """Wilson's interval of a share (Wilson 1927, https://doi.org/10.2307/2276774); all of it where there is nothing."""
    return score_interval(passed / total, total, normal_quantile(confidence)) if total > 0 else Interval(0.0, 1.0)


def score_interval(share: float, total: float, errors: float) -> Interval:
    """Wilson's interval of a share among so many, with so many standard errors to each side."""
    squared = errors * errors
    middle = (share + squared / (2 * total)) / (1 + squared / total)
    spread = max(0.0, share * (1 - share)) / total + squared / (4 * total * total)
    half = errors / (1 + squared / total) * math.sqrt(spread)
    low = 0.0 if share <= 0 else max(0.0, middle - half)
    return Interval(low, 1.0 if share >= 1 else min(1.0, middle + half))
