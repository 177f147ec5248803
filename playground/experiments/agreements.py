"""How far checks agree with each other on the same answers: a judge with people, or two judges."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playground.experiments.checks.check import Check, CheckResult, told_result
from playground.experiments.checks.judging import JudgeCheck, LabelCheck, PairwiseCheck
from playground.experiments.checks.seen import Told
from playground.experiments.labelling import CellLabels, majority
from playground.experiments.results import CellResult
from playground.experiments.statistics.agreement import Agreement, cohen_kappa
from playground.store import StoredCell


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


def judges_and_people(checks: Sequence[Check], cells: Iterable[StoredCell], labels: CellLabels) -> dict[str, Agreement]:
    """How far each judge of an experiment, by its name, agrees with most people about cells that both could tell."""
    judges = {number: check for number, check in enumerate(checks) if isinstance(check, JudgeCheck | PairwiseCheck)}
    told: dict[int, list[tuple[bool, bool]]] = {number: [] for number in judges}
    for cell in cells:
        good = majority(labels.get(cell.cell, {}))
        for result in cell.checks:
            number, passed = result.get("number"), result.get("passed")
            if good is not None and number in told and isinstance(passed, bool):
                told[number].append((good, passed))
    found: dict[str, Agreement] = {}
    for number, both in told.items():
        agreement = cohen_kappa([good for good, _ in both], [passed for _, passed in both])
        if agreement is not None:
            name = judges[number].called
            found[name if name not in found else f"{name} ({number + 1})"] = agreement
    return found


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
