"""How far a judge and people agree, beyond what chance would make of it."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from playground.experiments.statistics.rates import CONFIDENCE_LEVEL, Interval, normal_quantile


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cohen's kappa of two raters over the same answers, with its interval; None where chance explains everything.

    `agreed` is the share of answers that they say the same of.
    """

    answers: int
    agreed: float
    kappa: float | None
    interval: Interval | None


def cohen_kappa(
    first: Sequence[Hashable], second: Sequence[Hashable], confidence: float = CONFIDENCE_LEVEL
) -> Agreement | None:
    """The agreement of two raters (Cohen 1960), its error by Fleiss, Cohen and Everitt 1969; None without answers.

    Raises ValueError where they rated different numbers of answers.
    """
    both = Counter(zip(first, second, strict=True))
    total = both.total()
    if not total:
        return None
    one, other = Counter(first), Counter(second)
    agreed = sum(count for (a, b), count in both.items() if a == b) / total
    by_chance = sum(one[name] * other[name] for name in one) / total**2
    if by_chance >= 1:
        return Agreement(total, agreed, None, None)
    kappa = (agreed - by_chance) / (1 - by_chance)
    half = normal_quantile(confidence) * _error(both, one, other, kappa, by_chance, total)
    return Agreement(total, agreed, kappa, Interval(max(-1.0, kappa - half), min(1.0, kappa + half)))


def _error(
    both: Counter[tuple[Hashable, Hashable]],
    one: Counter[Hashable],
    other: Counter[Hashable],
    kappa: float,
    by_chance: float,
    total: int,
) -> float:
    """The standard error of a kappa."""
    variance = 0.0
    for (a, b), count in both.items():
        share = count / total
        if a == b:
            variance += share * (1 - (one[a] + other[a]) / total * (1 - kappa)) ** 2
        else:
            variance += (1 - kappa) ** 2 * share * ((other[a] + one[b]) / total) ** 2
    variance -= (kappa - by_chance * (1 - kappa)) ** 2
    return math.sqrt(max(0.0, variance) / total) / (1 - by_chance)
