"""What the judges of an experiment will take: a request for each answer and check, two for a pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from playground import metering
from playground.conversation import tokens
from playground.errors import ProviderError
from playground.experiments.answer import AnswerRecord
from playground.experiments.checks.check import Asked, asked_checks
from playground.experiments.checks.judge_prompts import judge_requests
from playground.experiments.checks.judging import PairwiseCheck
from playground.experiments.checks.seen import UntoldError
from playground.experiments.definition import Definition
from playground.experiments.engine.column import AskedColumn
from playground.experiments.engine.judges import JudgeSeat, judge_of, opponent
from playground.experiments.rows import DataRow
from playground.metering import Usage
from playground.models.roster import Roster

LONG_ANSWER = 1_000
"""Tokens of an answer that nothing limits, as far as the higher figure is concerned; it may get longer."""
SHORTEST_ANSWER = 1


@dataclass(slots=True)
class JudgeEstimate:
    """What one model that judges takes: requests, tokens and money (USD), each from low to high.

    `cost` is None where its price is not known. It is `capped` where all of its verdicts have a longest.
    """

    seat: JudgeSeat
    calls: float = 0
    prompt: tuple[float, float] = (0, 0)
    verdict: tuple[float, float] = (0, 0)
    capped: bool = True

    @property
    def cost(self) -> tuple[Decimal, Decimal] | None:
        """From low to high."""
        low, high = (
            metering.cost(Usage(round(prompt), round(verdict), estimated=True), self.seat.card.price)
            for prompt, verdict in zip(self.prompt, self.verdict, strict=True)
        )
        return None if low is None or high is None else (low, high)


def estimate_judges(
    definition: Definition, columns: Sequence[AskedColumn], sample: Sequence[DataRow], share: float, roster: Roster
) -> list[JudgeEstimate]:
    """What each judge takes, from a sample of the rows that stands for `share` times as many cells of each column.

    Raises ProviderError where a judge is not there.
    """
    found: dict[str, JudgeEstimate] = {}
    for row in sample:
        for _, check in asked_checks(definition.checks_of(row)):
            choice = judge_of(check, definition)
            key = choice.model_dump_json()
            if key not in found:
                found[key] = JudgeEstimate(JudgeSeat.of(choice, roster))
            for column in columns:
                _add(found[key], columns, column, row, check, share)
    return [one for one in found.values() if one.calls]


def _add(
    judge: JudgeEstimate,
    columns: Sequence[AskedColumn],
    column: AskedColumn,
    row: DataRow,
    check: Asked,
    share: float,
) -> None:
    """Add what one check of an answer of a column to a row takes."""
    shown = [column]
    if isinstance(check, PairwiseCheck):
        other = opponent(columns, column, check)
        if other is None:
            return
        shown.append(other)
    nothing = AnswerRecord()
    try:
        question = column.request(row.values)
        asked = judge_requests(check, question.messages, row, nothing, nothing)
    except (ProviderError, UntoldError):
        return
    caps = [one.longest_answer(question) for one in shown]
    longest = sum(LONG_ANSWER if cap is None else cap for cap in caps)
    for messages in asked:
        request = judge.seat.request(messages)
        counted = tokens.count(request.messages, judge.seat.card).value
        most = judge.seat.longest_answer(request)
        judge.calls += share
        judge.prompt = _plus(
            judge.prompt, share * (counted + SHORTEST_ANSWER * len(shown)), share * (counted + longest)
        )
        judge.verdict = _plus(judge.verdict, share * SHORTEST_ANSWER, share * (LONG_ANSWER if most is None else most))
        judge.capped = judge.capped and most is not None


def _plus(pair: tuple[float, float], low: float, high: float) -> tuple[float, float]:
    return pair[0] + low, pair[1] + high
