"""How far checks agree with each other on the same answers: a judge with people, or two judges."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from playground.experiments.checks.check import Check, CheckResult, told_result
from playground.experiments.checks.judging import JudgeCheck, LabelCheck, PairwiseCheck
from playground.experiments.checks.seen import Told
from playground.experiments.results import CellResult
from playground.experiments.statistics.agreement import Agreement, cohen_kappa


@dataclass(frozen=True, slots=True)
class CheckAgreement:
    """Two checks by their numbers and names, and their agreement over the cells that both could tell."""

    first: int
    second: int
    names: tuple[str, str]
    agreement: Agreement


def label_result(number: int, check: LabelCheck, good: bool, note: str = "") -> CheckResult:
    """What a person says of an answer, as the result of a check."""
    return told_result(number, check, Told(good, note=note))


def agreements(checks: Iterable[Check], cells: Iterable[CellResult]) -> tuple[CheckAgreement, ...]:
    """Each judge of an experiment with each person's label, and judges among each other."""
    asking = {
        number: check
        for number, check in enumerate(checks)
        if isinstance(check, JudgeCheck | PairwiseCheck | LabelCheck)
    }
    told: dict[int, dict[int, bool]] = {number: {} for number in asking}
    for cell in cells:
        for result in cell.checks:
            if result.number in told and result.passed is not None:
                told[result.number][cell.number] = result.passed
    found = []
    for first, second in itertools.combinations(asking, 2):
        both = sorted(told[first].keys() & told[second].keys())
        agreement = cohen_kappa([told[first][cell] for cell in both], [told[second][cell] for cell in both])
        if agreement is not None:
            names = (asking[first].called, asking[second].called)
            found.append(CheckAgreement(first, second, names, agreement))
    return tuple(found)
