"""Judges against people: how far they say the same of the same answers."""

from datetime import UTC, datetime
from decimal import Decimal

from playground.experiments.agreements import agreements, judges_and_people, label_result
from playground.experiments.answer import AnswerRecord
from playground.experiments.checks.check import CheckResult
from playground.experiments.checks.judging import JudgeCheck, LabelCheck
from playground.experiments.results import CellResult
from playground.store import StoredCell

JUDGE = JudgeCheck(check="judge", prompt="Good?", name="the judge")
LABEL = LabelCheck(check="label", name="people")


def cell(number: int, judge: bool | None, label: bool | None) -> CellResult:
    checks = [CheckResult(0, "the judge", "", 1, judge, None)]
    checks += [] if label is None else [label_result(1, LABEL, label)]
    return CellResult(number, AnswerRecord(text="x"), tuple(checks))


def test_a_judge_and_people_are_compared_over_the_answers_of_both() -> None:
    cells = [cell(number, number % 2 == 0, number % 2 == 0) for number in range(18)]
    cells += [cell(18, True, False), cell(19, False, True), cell(20, None, True), cell(21, True, None)]
    (found,) = agreements((JUDGE, LABEL), cells)
    assert (found.first, found.second, found.names) == (0, 1, ("the judge", "people"))
    assert (found.agreement.answers, found.agreement.agreed) == (20, 0.9)
    assert found.agreement.kappa == 0.8


def test_each_judge_is_compared_with_what_most_people_say() -> None:
    other = JudgeCheck(check="judge", prompt="Kind?", name="the judge")
    now = datetime.now(UTC)

    def stored(number: int, *passed: bool | None) -> StoredCell:
        checks = tuple({"number": at, "passed": value} for at, value in enumerate(passed))
        return StoredCell(number, 0, number, 0, "passed", 1, False, False, 1, {}, checks, Decimal(0), now, now)

    cells = [stored(number, number % 2 == 0, None, True) for number in range(10)]
    labels = {number: {"a": number % 2 == 0, "b": number % 2 == 0, "c": True} for number in range(8)}
    labels[8] = {"a": True, "b": False}  # as many say the one as the other
    found = judges_and_people([JUDGE, LABEL, other], cells, labels)
    assert {name: (one.answers, one.agreed) for name, one in found.items()} == {
        "the judge": (8, 1.0),
        "the judge (3)": (8, 0.5),
    }


def test_without_labels_there_is_no_agreement() -> None:
    assert agreements((JUDGE, LABEL), [cell(0, True, None)]) == ()


def test_a_label_is_turned_round_as_other_checks_are() -> None:
    assert label_result(1, LABEL.model_copy(update={"negate": True}), True, "seen").passed is False
