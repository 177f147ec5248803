"""Looks at results before the end, so that chance does not get more often its way: a group-sequential test.

Bounds are those of O'Brien and Fleming's kind by Lan and DeMets's spending (1983, https://doi.org/10.2307/2336502).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

_GRID = 801
_FEWEST = 10
"""Rows below which nothing is decided: the normal curve is not right yet."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What looks at a pair say: whether it is decided, after how many rows, and how many are not asked for it."""

    decided: bool
    rows: int
    saved: int
    look: int
    z: float
    bound: float


@cache
def bounds_of(looks: int, alpha: float = 0.05) -> tuple[float, ...]:
    """How many standard errors a difference must be from 0 at each of so many looks, evenly far from each other."""
    import numpy as np

    times = [(look + 1) / looks for look in range(looks)]
    spent = [_spent(time, alpha) for time in times]
    bounds = [NormalDist().inv_cdf(1 - spent[0] / 2)]
    step = math.sqrt(times[0])
    grid = np.linspace(-bounds[0] * step, bounds[0] * step, _GRID)
    density = np.exp(-((grid / step) ** 2) / 2) / (step * math.sqrt(2 * math.pi))
    for look in range(1, looks):
        wanted = spent[look] - spent[look - 1]
        error, root = math.sqrt(times[look] - times[look - 1]), math.sqrt(times[look])
        low, high = 0.0, 10.0
        for _ in range(60):
            bound = (low + high) / 2
            low, high = (bound, high) if _beyond(grid, density, bound * root, error) > wanted else (low, bound)
        bounds.append(high)
        following = np.linspace(-high * root, high * root, _GRID)
        steps = np.exp(-(((following[:, None] - grid[None, :]) / error) ** 2) / 2) / (error * math.sqrt(2 * math.pi))
        density = np.asarray(np.trapezoid(steps * density[None, :], grid, axis=1))
        grid = following
    return tuple(bounds)


def look_rows(rows: int, looks: int) -> tuple[int, ...]:
    """After how many rows is looked, the last time after all."""
    return tuple(dict.fromkeys(math.ceil(rows * (look + 1) / looks) for look in range(looks)))


def decide(differences: Sequence[float], planned: int, looks: int, alpha: float = 0.05) -> Decision:
    """What the looks at a pair say so far, by the differences of its rows in the order in which they were asked.

    `planned` is how many rows there are in all.
    """
    bounds = bounds_of(looks, alpha)
    last = Decision(False, len(differences), 0, 0, 0.0, bounds[0])
    for number, rows in enumerate(look_rows(planned, looks)):
        if rows > len(differences):
            break
        z, bound = _z(differences[:rows]), bounds[number]
        last = Decision(abs(z) >= bound and rows >= _FEWEST, rows, planned - rows, number + 1, z, bound)
        if last.decided:
            return last
    return last


def _z(differences: Sequence[float]) -> float:
    """The mean in standard errors as they are where there is no difference."""
    squares = sum(difference**2 for difference in differences)
    return sum(differences) / math.sqrt(squares) if squares else 0.0


def _spent(time: float, alpha: float) -> float:
    """The chance of a false alarm, on both sides, that is spent until then: half of it on each side."""
    normal = NormalDist()
    return 4 * (1 - normal.cdf(normal.inv_cdf(1 - alpha / 4) / math.sqrt(time)))


def _beyond(grid: object, density: object, bound: float, error: float) -> float:
    """How likely the next look is beyond its bound on either side."""
    import numpy as np
    from scipy import special

    grid, density = np.asarray(grid), np.asarray(density)
    tails = special.ndtr((grid - bound) / error) + special.ndtr((-grid - bound) / error)
    return float(np.trapezoid(tails * density, grid))
