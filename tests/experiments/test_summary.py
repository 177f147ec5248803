"""Figures of an experiment: outcomes exclusive, denominators visible, money exact."""

from dataclasses import replace
from decimal import Decimal

import pytest

from playground.experiments.answer import AnswerRecord
from playground.experiments.checks.check import CheckResult
from playground.experiments.results import CellResult
from playground.experiments.scoring import cell_outcome, cell_score, metrics_of
from playground.experiments.statistics.rates import wilson
from playground.experiments.summary import summarize
from playground.experiments.writing.junit import junit_xml
from playground.metering import Usage
from playground.store.records import Failure
from tests.experiments.made import MadeColumn, done, made_definition, made_run

DONE = AnswerRecord(text="x")


def said(passed: bool | None, weight: float = 1, score: float | None = None, metric: str = "") -> CheckResult:
    return CheckResult(0, "a check", metric, weight, passed, score)


def test_an_outcome_is_one_of_five() -> None:
    assert cell_outcome(DONE, [said(True), said(True)]) == "passed"
    assert cell_outcome(DONE, [said(True), said(False)]) == "failed"
    assert cell_outcome(DONE, [said(True), said(None)]) == "passed"
    assert cell_outcome(DONE, [said(None)]) == "unchecked"
    assert cell_outcome(DONE, []) == "unchecked"
    assert cell_outcome(DONE, [said(True), said(False, weight=0)]) == "passed"
    assert cell_outcome(DONE, [said(False, weight=0)]) == "unchecked"
    assert cell_outcome(AnswerRecord(state="failed"), [said(True)]) == "error"
    assert cell_outcome(AnswerRecord(state="stopped"), [said(True)]) == "stopped"


def test_a_score_is_the_mean_by_weights() -> None:
    assert cell_score(DONE, [said(True, 3), said(False, 1)]) == 0.75
    assert cell_score(DONE, [said(True, 1, 0.6), said(None, 5)]) == pytest.approx(0.6)
    assert cell_score(DONE, [said(None)]) is None
    assert cell_score(AnswerRecord(state="failed"), [said(True)]) is None
    assert metrics_of([said(True, 1, 0.5, "tone"), said(False, 0, None, "tone"), said(True)]) == {"tone": 0.5}


ROWS = [{"word": "sea", "expected": "tea"}, {"word": "sky", "expected": "fly"}, {"word": "sun", "expected": "fun"}]


def test_errors_stops_and_unchecked_stand_beside_the_rate() -> None:
    answers = {
        0: done("tea"),
        1: AnswerRecord(state="failed", error=Failure("server", "It failed.", "")),
        2: AnswerRecord(state="stopped", text="f", usage=Usage(10, 1, estimated=True)),
    }
    run = made_run(made_definition(ROWS), lambda row, column, _: answers[row] if column == 0 else done("no", "0.0002"))
    figures = summarize(run)
    plain, strict = figures.columns[0].as_json(), figures.columns[1].as_json()
    assert [plain[name] for name in ("n", "passed", "failed", "errors", "stopped", "unchecked")] == [1, 1, 0, 1, 1, 0]
    assert (plain["low"], plain["high"]) == wilson(1, 1)
    assert (plain["cost"], plain["unpriced"]) == (Decimal("0.0001"), 1)
    assert (strict["n"], strict["passed"], strict["rate"]) == (3, 0, 0)
    assert figures.whole.cost == Decimal("0.0007")
    assert figures.variants["strict"].as_json() == strict


def test_repetitions_are_counted_by_row() -> None:
    definition = made_definition(ROWS, repetitions=4)
    run = made_run(definition, lambda row, column, again: done("tea fly fun" if row < 2 else "no"))
    rate = summarize(run).columns[0].rate
    assert rate is not None
    assert (rate.cells, rate.rows, rate.worth) == (12, 3, 3)
    assert rate.interval.low < wilson(8, 12).low


def test_figures_by_the_value_of_an_axis() -> None:
    definition = made_definition(ROWS, axes={"temperature": [0, 0.7]})
    columns = [
        MadeColumn(number, variant, setting={"temperature": value})
        for number, (variant, value) in enumerate([("plain", 0), ("plain", 0.7), ("strict", 0), ("strict", 0.7)])
    ]
    run = made_run(definition, lambda row, column, _: done("tea fly fun" if column % 2 == 0 else "no"), columns)
    axis = summarize(run).axes["temperature"]
    assert [(value, tally.outcomes["passed"], tally.judged) for value, tally in axis] == [(0, 6, 6), (0.7, 0, 6)]


def test_judges_are_paid_too() -> None:
    run = made_run(made_definition(ROWS[:1]), lambda *_: done("tea"))
    cells = [CellResult(cell.number, cell.answer, cell.checks, Decimal("0.01")) for cell in run.cells]
    assert summarize(type(run)("x", run.definition, run.rows, run.columns, cells)).whole.cost == Decimal("0.0202")


def test_a_cell_that_is_not_judged_yet_is_neither_passed_nor_failed() -> None:
    run = made_run(made_definition(ROWS), lambda row, column, _: "tea")
    cut = AnswerRecord(text="tea", finish_reason="length")
    cells = [replace(cell, judging=number == 0, answer=cut) for number, cell in enumerate(run.cells)]
    figures = summarize(replace(run, cells=cells)).whole.as_json()
    assert (figures["judging"], figures["passed"], figures["n"], figures["cut"]) == (1, 1, 5, 5)
    assert (cells[0].outcome, cells[0].score) == ("judging", None)
    assert "not judged yet" in "".join(junit_xml(replace(run, cells=cells)))
