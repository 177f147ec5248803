"""Which candidates need not be asked on, by looks that were declared before the experiment ran.

At each look the rows up to it are compared in pairs; whoever is clearly worse than another is not asked on, and where
one alone is left, nobody is. The chance of a false alarm is shared by all pairs.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playground.experiments.analysis import Analysis
from playground.experiments.definition import EarlyStop
from playground.experiments.results import CellOutline
from playground.experiments.statistics.sequential import Decision, decide


@dataclass(frozen=True, slots=True)
class StoppedPair:
    """Two candidates by their numbers, of which the second is clearly worse, and the look that said so."""

    better: int
    worse: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class EarlyStops:
    """What was decided, and from which row on each candidate is not asked any more, by its number."""

    pairs: tuple[StoppedPair, ...]
    until: Mapping[int, int]
    saved: int
    """Cells that are not asked."""
    sentence: str


def early_stops(analysis: Analysis, plan: EarlyStop) -> EarlyStops:
    """What the looks say so far. A look is at the rows before it that all had an answer that was judged.

    The same results give the same stops, whatever came in after a look: an experiment that goes on decides as before.
    """
    rows = analysis.grid.rows
    known = {
        column.number: {
            row: sum(values) / len(values) for row, values in analysis.values(column.number, "rate").items()
        }
        for column in analysis.columns
    }
    asked = {
        column.number: {row for row in range(rows) if _has_ended(analysis.repeated(row, column.number))}
        for column in analysis.columns
    }
    pairs = list(itertools.combinations([column.number for column in analysis.columns], 2))
    alpha = plan.alpha / max(1, len(pairs))
    found: list[StoppedPair] = []
    for one, other in pairs:
        differences: list[float] = []
        for row in range(rows):
            if row not in asked[one] or row not in asked[other]:
                break
            # A row that one of them failed to answer says nothing of either.
            both = row in known[one] and row in known[other]
            differences.append(known[other][row] - known[one][row] if both else 0.0)
        decision = decide(differences, rows, plan.looks, alpha)
        if decision.decided:
            better, worse = (other, one) if decision.z > 0 else (one, other)
            found.append(StoppedPair(better, worse, decision))
    until: dict[int, int] = {}
    for stop in found:
        until[stop.worse] = min(until.get(stop.worse, rows), stop.decision.rows)
    left = [column.number for column in analysis.columns if column.number not in until]
    if until and len(left) == 1:
        until[left[0]] = max(until.values())
    until = {number: row for number, row in until.items() if row < rows}
    saved = sum((rows - row) for row in until.values()) * analysis.grid.repetitions
    return EarlyStops(tuple(found), until, saved, _sentence(analysis, found, saved))


def _has_ended(repeated: Sequence[CellOutline]) -> bool:
    """Whether a row was asked, and none of its cells is still judged: those would count as ties."""
    return bool(repeated) and all(one.outcome != "judging" for one in repeated)


def _sentence(analysis: Analysis, found: list[StoppedPair], saved: int) -> str:
    if not found:
        return ""
    names = {column.number: column.title for column in analysis.columns}
    first = min(found, key=lambda stop: stop.decision.rows)
    more = f", and {len(found) - 1:,} more" if len(found) > 1 else ""
    spared = f": {saved:,} cells need not be asked" if saved else ""
    return (
        f"Decided early after {first.decision.rows:,} rows: {names[first.better]} is better than "
        f"{names[first.worse]}{more}{spared}."
    )
