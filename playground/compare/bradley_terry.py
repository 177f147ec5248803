"""How strong each of some models is by who won against whom: the model of Bradley and Terry (1952).

The odds that one wins against another are the ratio of their strengths; what is fitted are logarithms of strengths.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PRIOR = 2.0
"""The spread that log strengths are thought to have, as a standard deviation: whoever has as much more wins 88 of 100.

It keeps a model that never lost from being infinitely strong, and moves results of many votes little.
"""
CONFIDENCE = 1.96
"""Standard errors to each side of an interval that is right 95 times in 100."""
_STEPS, _LONGEST_STEP, _CLOSE = 100, 2.0, 1e-9


@dataclass(frozen=True, slots=True)
class Score:
    """How often a model would win against one of middling strength, from 0 to 1, with an interval of 95 %."""

    value: float
    low: float
    high: float
    log_strength: float


@dataclass(frozen=True, slots=True)
class Strengths:
    """Log strengths whose sum is 0, and their covariance."""

    values: "NDArray[np.float64]"
    covariance: "NDArray[np.float64]"

    def scores(self) -> list[Score]:
        """The score of each."""
        errors = self.covariance.diagonal() ** 0.5 * CONFIDENCE
        return [
            Score(_chance(value), _chance(value - error), _chance(value + error), float(value))
            for value, error in zip(self.values, errors, strict=True)
        ]

    def clearly_better(self) -> "NDArray[np.bool_]":
        """Whether row is stronger than column by more than chance explains, 95 times in 100."""
        alone = self.covariance.diagonal()
        variance = alone[:, None] + alone[None, :] - 2 * self.covariance
        ahead: NDArray[np.bool_] = self.values[:, None] - self.values[None, :] > CONFIDENCE * variance.clip(0) ** 0.5
        return ahead


def fitted(wins: Sequence[Sequence[float]]) -> Strengths:
    """The most likely strengths, where `wins[i][j]` is how often, or with what weight, i won against j.

    Newton's method on the likelihood with a normal prior of PRIOR; the covariance is what its curvature says. Whoever
    is scored together should be connected by comparisons: of others only the prior says anything.
    """
    import numpy as np

    won: NDArray[np.float64] = np.asarray(wins, dtype=float)
    met, values = won + won.T, np.zeros(len(won))
    curvature: Any = None
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(values[None, :] - values[:, None]))
        slope = (won - met * chances).sum(1) - values / PRIOR**2
        weights = met * chances * (1 - chances)
        curvature = np.diag(weights.sum(1) + 1 / PRIOR**2) - weights
        step = np.linalg.solve(curvature, slope)
        longest = float(np.abs(step).max(initial=0.0))
        values = values + step * min(1.0, _LONGEST_STEP / max(longest, _CLOSE))
        if longest < _CLOSE:
            break
    centred = np.eye(len(won)) - 1 / max(len(won), 1)
    return Strengths(values - values.mean(), centred @ np.linalg.inv(curvature) @ centred)


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
