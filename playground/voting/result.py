"""What the room said, with how far it may be by chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from playground.compare.vote import bad_text
from playground.store import Ballot, BallotChoice, BallotCounts

Z = 1.959964
"""Of an interval that holds the true share 95 times of 100."""


class Interval(NamedTuple):
    """What lies between two shares, from 0 to 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What was chosen, how often, and within which interval the share is of all who might have voted."""

    label: str
    name: str
    count: int
    share: float
    interval: Interval
    figures: str = ""


def wilson(count: int, total: int) -> Interval:
    """Wilson's interval of a share (Wilson 1927, https://doi.org/10.2307/2276774); all of it where nobody voted."""
    if total == 0:
        return Interval(0.0, 1.0)
    share = count / total
    middle = (share + Z * Z / (2 * total)) / (1 + Z * Z / total)
    half = Z / (1 + Z * Z / total) * math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def result(ballot: Ballot, counts: BallotCounts) -> list[ResultRow]:
    """A row for each answer in the order of the screen, then for a tie and for none."""
    total = sum(counts.values())

    def row(choice: BallotChoice, label: str, name: str = "", figures: str = "") -> ResultRow:
        count = counts.get(choice, 0)
        return ResultRow(label, name, count, count / total if total else 0.0, wilson(count, total), figures)

    rows = [
        row(BallotChoice("better", answer.pane), answer.label, answer.name, answer.figures) for answer in ballot.answers
    ]
    return [*rows, row(BallotChoice("tie"), "Tie"), row(BallotChoice("bad"), bad_text(len(ballot.answers)))]


def preferred_answer(rows: Sequence[ResultRow]) -> str:
    """Which answer the room prefers, in a sentence, or that it cannot be told."""
    answers = [row for row in rows if row.name]
    best = max(answers, key=lambda row: row.count, default=None)
    if best is None or best.count == 0:
        return "Nobody has chosen an answer."
    if any(row.interval.high >= best.interval.low for row in answers if row is not best):
        return "Too close to tell: the intervals meet."
    return f"The room prefers {best.label}: {best.name}."


def share_text(row: ResultRow) -> str:
    """The share with its interval, in words."""
    return f"{row.share:.0%} ({row.interval.low:.0%} to {row.interval.high:.0%})"
