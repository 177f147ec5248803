"""The verdict in words."""

from dataclasses import replace
from decimal import Decimal

import pytest

from playground.compare.verdict import METRICS, Cell
from playground.compare.verdict_table import cell_text, finish, table
from tests.compare.test_verdict import GOOD, NO_WINNER, QUICK

BY_NAME = {measure.name: measure for measure in METRICS}


@pytest.mark.parametrize(
    ("name", "cell", "words"),
    [
        ("Cost", Cell(None, unpriced=True), "unpriced"),
        ("Cost", Cell(None), "–"),
        ("Cost", Cell(Decimal("0.00012"), best=True), "★ $0.00012"),
        ("Cost", Cell(Decimal(0), estimated=True), "~$0"),
        ("Total", Cell(2.0, 1.0, 3.0, best=True), "★ 2.00 s [1.00 s … 3.00 s]"),
        ("Total", Cell(2.0, 2.0, 2.0), "2.00 s"),
        ("Speed", Cell(58.34, estimated=True), "~58.3 tok/s"),
        ("Speed", Cell(1234.5), "1,234 tok/s"),
        ("Tokens out", Cell(1204, estimated=True), "~1,204"),
        ("Length", Cell(1204.5, 1204, 1205), "1,204 characters [1,204 characters … 1,205 characters]"),
    ],
)
def test_a_cell(name: str, cell: Cell, words: str) -> None:
    assert cell_text(BY_NAME[name], cell) == words


def test_how_answers_ended() -> None:
    failed, stopped = (replace(QUICK, **NO_WINNER[how]) for how in ("failed", "stopped"))
    assert finish([]) == "–"
    assert finish([GOOD]) == "complete"
    assert finish([GOOD, failed, stopped, GOOD]) == "2 × complete, 1 × cut off by the error, 1 × stopped"
    assert finish([replace(failed, text="")]) == "failed"


def test_the_table() -> None:
    lines = table(["A|B", "Beta"], [[GOOD], []]).splitlines()
    assert lines[0] == r"| Measure | A\|B | Beta |"
    assert lines[2] == r"| First token | 0\.50 s | – |"
    assert lines[-1] == "| Finish | complete | – |"
    assert len(lines) == 2 + len(METRICS) + 1
