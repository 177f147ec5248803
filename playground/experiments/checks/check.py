"""All checks, and what they say about an answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from playground.experiments.answer import AnswerRecord
from playground.experiments.checks.bounds import (
    CostCheck,
    FinishCheck,
    FirstTokenCheck,
    LengthCheck,
    RefusalCheck,
    SecondsCheck,
    TokensCheck,
)
from playground.experiments.checks.calls import ToolCallCheck
from playground.experiments.checks.forms import FitsSchema, IsJson, JsonPath, NumberCheck
from playground.experiments.checks.judging import JudgeCheck, LabelCheck, PairwiseCheck
from playground.experiments.checks.meaning import SimilarMeaning
from playground.experiments.checks.seen import CheckPart, RuleCheck, Seen, Told, UntoldError
from playground.experiments.checks.similarity import SimilarityCheck
from playground.experiments.checks.texts import (
    Contains,
    ContainsAll,
    ContainsAny,
    ContainsNone,
    EndsWith,
    Equals,
    Regex,
    StartsWith,
)

if TYPE_CHECKING:
    from playground.experiments.rows import DataRow

Check = Annotated[
    Equals
    | Contains
    | ContainsAny
    | ContainsAll
    | ContainsNone
    | StartsWith
    | EndsWith
    | Regex
    | IsJson
    | FitsSchema
    | JsonPath
    | NumberCheck
    | LengthCheck
    | TokensCheck
    | FirstTokenCheck
    | SecondsCheck
    | CostCheck
    | FinishCheck
    | RefusalCheck
    | ToolCallCheck
    | SimilarityCheck
    | JudgeCheck
    | PairwiseCheck
    | SimilarMeaning
    | LabelCheck,
    Field(discriminator="check"),
]
Asked = JudgeCheck | PairwiseCheck | SimilarMeaning
"""Checks that ask a model: each is a request of its own, beside the answer's."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check says of an answer: `number` is its place among the checks of the row, from 0.

    `passed` is None where it could not be told, and the note says why.
    """

    number: int
    name: str
    metric: str
    weight: float
    passed: bool | None
    score: float | None
    note: str = ""


def apply_checks(
    checks: Sequence[Check],
    row: "DataRow",
    answer: AnswerRecord,
    tools: Sequence[dict[str, Any]] = (),
) -> tuple[CheckResult, ...]:
    """What all checks but judges and people say, in their order; nothing of an answer that failed or was stopped.

    May take a second for a hostile schema or pattern, and asks a child process about schemas: not for an event loop.
    """
    if answer.state != "done":
        return ()
    seen = Seen(answer, row.values, tuple(tools))
    return tuple(result_of(number, check, seen) for number, check in enumerate(checks) if isinstance(check, RuleCheck))


def asked_checks(checks: Sequence[Check]) -> Iterator[tuple[int, Asked]]:
    """The checks that ask a model, each with its number."""
    return ((number, check) for number, check in enumerate(checks) if isinstance(check, Asked))


def result_of(number: int, check: RuleCheck, seen: Seen) -> CheckResult:
    """What one check says."""
    try:
        return told_result(number, check, check.told(seen))
    except UntoldError as error:
        return untold(number, check, str(error))


def told_result(number: int, check: CheckPart, told: Told) -> CheckResult:
    """A check's finding, turned round where the check is."""
    passed, score = told.passed, told.score
    if check.negate:
        passed, score = not passed, None if score is None else 1 - score
    return CheckResult(number, check.called, check.metric, check.weight, passed, score, told.note)


def untold(number: int, check: CheckPart, why: str) -> CheckResult:
    """The result of a check that cannot be told."""
    return CheckResult(number, check.called, check.metric, check.weight, None, None, why)
