"""What the room said, with how far it may be by chance."""

from collections.abc import Sequence
from dataclasses import dataclass

from playground.compare.vote import bad_text
from playground.experiments.statistics.rates import Interval, wilson
from playground.store import Ballot, BallotChoice, BallotCounts


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What was chosen, how often, and within which interval the share is of all who might have voted."""

    label: str
    name: str
    count: int
    share: float
    interval: Interval
    figures: str = ""


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
