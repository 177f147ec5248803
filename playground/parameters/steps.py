"""Steps of sliders: 1, 2 or 5 times a power of ten, that divide the range exactly."""

import math
from collections.abc import Iterator
from fractions import Fraction

from playground.parameters.spec import Number, exact

FEWEST, BEST, MOST = 20, 100, 1000
WIDEST = 10_000
"""A wider range gets a number field instead of a slider."""


def slider_step(
    low: Number | None,
    high: Number | None,
    *,
    whole: bool = False,
    multiple_of: Number | None = None,
    through: Number | None = None,
) -> Number | None:
    """The step of a slider from `low` to `high`, None where a number field is better.

    Whole numbers go in steps of one (or of `multiple_of`). Other ranges get the step that makes the number of
    positions closest to a hundred, among those that reach both ends and, if there are any, stop at `through`.
    """
    if low is None or high is None or not low < high <= low + WIDEST:
        return None
    start, span = exact(low), exact(high) - exact(low)
    if whole:
        unit = exact(multiple_of) if multiple_of else Fraction(1)
        fits = span % unit == 0 and start % unit == 0 and unit == int(unit) and span / unit <= MOST
        return int(unit) if fits else None
    steps = [step for step in _nice(span) if span % step == 0]
    if multiple_of:
        unit = exact(multiple_of)
        steps = [step for step in (*steps, unit) if step % unit == 0 and start % unit == 0 and span % step == 0]
    if through is not None:
        steps = [step for step in steps if (exact(through) - start) % step == 0] or steps
    if not steps:
        return None
    return float(min(steps, key=lambda step: abs(math.log(span / step / BEST))))


def field_step(low: Number | None, high: Number | None, *, whole: bool = False) -> Number:
    """The step of a number field: 1, or a power of ten that is at most a twentieth of the range."""
    if whole:
        return 1
    if low is None or high is None or not low < high:
        return 0.01
    return float(Fraction(10) ** math.floor(math.log10((exact(high) - exact(low)) / FEWEST)))


def _nice(span: Fraction) -> Iterator[Fraction]:
    """Every step of the 1-2-5 series that divides the span into a sensible number of positions."""
    lowest = math.floor(math.log10(span / MOST))
    for power in range(lowest, lowest + 4):
        for digit in (1, 2, 5):
            step = digit * Fraction(10) ** power
            if FEWEST <= span / step <= MOST:
                yield step
