"""What becomes of a cell: its outcome and its score, from its answer and what the checks say of it."""

from collections.abc import Sequence
from typing import Literal

from playground.experiments.answer import AnswerRecord
from playground.experiments.checks.check import CheckResult

CellOutcome = Literal["passed", "failed", "error", "stopped", "unchecked", "judging"]
CELL_OUTCOMES: tuple[CellOutcome, ...] = ("passed", "failed", "error", "stopped", "unchecked", "judging")
"""One that is "judging" has an answer, and judges that have not answered yet: it is neither passed nor failed."""


def cell_outcome(answer: AnswerRecord, checks: Sequence[CheckResult]) -> CellOutcome:
    """The outcome: passed where all checks that could tell passed; checks of weight 0 only report."""
    if answer.state != "done":
        return "error" if answer.state == "failed" else "stopped"
    told = [check.passed for check in checks if check.passed is not None and check.weight > 0]
    if not told:
        return "unchecked"
    return "passed" if all(told) else "failed"


def cell_score(answer: AnswerRecord, checks: Sequence[CheckResult]) -> float | None:
    """The mean of what the checks say, by their weights, from 0 to 1; None where none could tell."""
    if answer.state != "done":
        return None
    told = [(check.weight, value) for check in checks if check.weight > 0 and (value := check_score(check)) is not None]
    whole = sum(weight for weight, _ in told)
    return sum(weight * value for weight, value in told) / whole if whole else None


def check_score(check: CheckResult) -> float | None:
    """A check's score: its own, else 1 or 0; None where it could not be told."""
    if check.passed is None:
        return None
    return float(check.passed) if check.score is None else check.score


def metrics_of(checks: Sequence[CheckResult]) -> dict[str, float]:
    """The scores of each named metric, the mean of its checks by their weights, or plain where all weigh nothing."""
    found: dict[str, list[tuple[float, float]]] = {}
    for check in checks:
        if check.metric and (score := check_score(check)) is not None:
            found.setdefault(check.metric, []).append((check.weight, score))
    return {name: _weighed(scores) for name, scores in found.items()}


def _weighed(scores: Sequence[tuple[float, float]]) -> float:
    whole = sum(weight for weight, _ in scores)
    if not whole:
        return sum(score for _, score in scores) / len(scores)
    return sum(weight * score for weight, score in scores) / whole
