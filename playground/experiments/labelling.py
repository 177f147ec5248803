"""What people say of answers: in which order they see them, how often they say good, and whether checks agree."""

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from playground.experiments.analysis import Analysis
from playground.experiments.statistics.agreement import Agreement, cohen_kappa
from playground.experiments.statistics.clusters import RateEstimate, rate_of

CellLabels = Mapping[int, Mapping[str, bool]]
"""For each cell whether it is good, by who says so."""


def majority(given: Mapping[str, bool]) -> bool | None:
    """What most people say of a cell; None where as many say the one as the other."""
    balance = sum(given.values()) * 2 - len(given)
    return balance > 0 if balance else None


def next_to_label(cells: Sequence[int], labels: CellLabels, labeller: str, passed_over: Sequence[int]) -> int | None:
    """The cell that somebody is to label next, what they passed over last; None where all are labelled.

    The order is by chance and always the same, so that it does not tell which column an answer is of.
    """
    left = [cell for cell in cells if labeller not in labels.get(cell, {})]
    later = {cell: at for at, cell in enumerate(passed_over)}
    return min(left, key=lambda cell: (later.get(cell, -1), _chance(cell)), default=None)


def _chance(cell: int) -> bytes:
    return hashlib.sha256(str(cell).encode()).digest()


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """What people said: the rate of good answers of each column, and how far they agree with checks and each other.

    `with_checks` is about cells that passed or failed; `among_people` about cells that two people labelled. None where
    there are no such cells.
    """

    labelled: int
    rates: Mapping[int, RateEstimate]
    with_checks: Agreement | None
    among_people: Agreement | None


def label_figures(analysis: Analysis, labels: CellLabels) -> LabelFigures:
    """The figures of labels; where people disagree about a cell the majority counts, and a tie for nothing."""
    by_row: dict[int, dict[int, list[int]]] = {}
    said: list[bool] = []
    checked: list[bool] = []
    firsts: list[Hashable] = []
    seconds: list[Hashable] = []
    for cell, given in labels.items():
        people = list(given.values())
        firsts += people[:1] * (len(people) > 1)
        seconds += people[1:2]
        good = majority(given)
        if good is None:
            continue
        place = analysis.grid.place(cell)
        counted = by_row.setdefault(place.candidate, {}).setdefault(place.row, [0, 0])
        counted[0] += good
        counted[1] += 1
        outline = analysis.outlines[cell]
        if outline is not None and outline.outcome in ("passed", "failed"):
            said.append(good)
            checked.append(outline.outcome == "passed")
    rates = {
        column: rate
        for column, rows in sorted(by_row.items())
        if (rate := rate_of([(passed, total) for passed, total in rows.values()])) is not None
    }
    return LabelFigures(len(labels), rates, cohen_kappa(said, checked), cohen_kappa(firsts, seconds))
