"""The smallest difference that an experiment can show, before it runs."""

import math
from functools import cache
from statistics import NormalDist

DISCORDANT = 0.23
"""The share of rows that two variants are thought to answer differently, as long as nothing is known.

So many differ where both pass 70 of 100 with a correlation of 0.45, which is middling: https://arxiv.org/abs/2411.00640.
"""
POWER = 0.8
"""How often a difference of that size is found."""
_ALPHA = 0.05
_EXACT_ROWS = 2_000
"""Up to so many rows the power of the exact test is computed; beyond, that of the normal curve is as good."""


@cache
def smallest_difference(rows: int, repetitions: int = 1, discordant: float = DISCORDANT) -> float | None:
    """The difference of two rates over the same rows that is found 80 times in 100, from 0 to 1; None where none is.

    `discordant` is the share of rows that the two answer differently; half of that is thought to be chance, which
    repetitions even out.
    """
    if rows < 1:
        return None
    share = discordant * (0.5 + 0.5 / repetitions)
    low, high = 0.0, 1.0
    if power_of(rows, high, max(share, high)) < POWER:
        return None
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if power_of(rows, middle, max(share, middle)) >= POWER else (middle, high)
    return high


def rows_needed(difference: float, repetitions: int = 1, discordant: float = DISCORDANT) -> int:
    """How many rows show a difference of that size 80 times in 100. Raises ValueError where it is not above 0."""
    if not 0 < difference <= 1:
        raise ValueError("a difference lies above 0 and is at most 1")
    share = max(discordant * (0.5 + 0.5 / repetitions), difference)
    rows = max(2, round(_normal_rows(difference, share)))
    while rows < _EXACT_ROWS and power_of(rows, difference, share) < POWER:
        rows += max(1, rows // 50)
    return rows


def power_of(rows: int, difference: float, discordant: float) -> float:
    """How often McNemar's exact test finds a difference, where such a share of the rows differ."""
    if difference <= 0:
        return 0.0
    if rows > _EXACT_ROWS:
        quantile = NormalDist().inv_cdf(1 - _ALPHA / 2)
        error = math.sqrt(max(discordant - difference**2, 1e-12))
        return NormalDist().cdf((difference * math.sqrt(rows) - quantile * math.sqrt(discordant)) / error)
    import numpy as np
    from scipy import special

    different = np.arange(rows + 1)
    chances = np.diff(special.bdtr(different, rows, discordant), prepend=0.0)
    kept = different[chances > 1e-12]
    # The most losses among so many rows that differ by which the test still finds the second better.
    most = np.floor(special.bdtrik(_ALPHA / 2, kept, 0.5))
    most = np.where(special.bdtr(np.maximum(most, 0), kept, 0.5) > _ALPHA / 2, -1, most)
    worse = (discordant - difference) / (2 * discordant)
    found = np.where(most >= 0, special.bdtr(np.maximum(most, 0), kept, worse), 0.0)
    return float((chances[chances > 1e-12] * np.nan_to_num(found)).sum())


def _normal_rows(difference: float, discordant: float) -> float:
    normal = NormalDist()
    error = math.sqrt(max(discordant - difference**2, 0.0))
    spread = normal.inv_cdf(1 - _ALPHA / 2) * math.sqrt(discordant) + normal.inv_cdf(POWER) * error
    return (spread / difference) ** 2
