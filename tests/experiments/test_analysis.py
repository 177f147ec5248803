"""Results as a page shows them: matrix, pairs, axes, a baseline; a moment for ten thousand cells."""

import random
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal

import pytest

from playground.experiments.analysis import Analysis
from playground.experiments.answer import AnswerRecord
from playground.experiments.baseline import against_baseline
from playground.experiments.cells import Grid
from playground.experiments.matrix import Matrix
from playground.experiments.results import CellOutline, ExperimentRun
from playground.experiments.rows import DataRow
from playground.experiments.scoring import CellOutcome
from playground.store.records import Failure
from playground.system.places import ROOT
from tests.experiments.made import MadeColumn, done, made_definition, made_run

ROWS = [{"word": f"word{number}", "expected": f"x{number}"} for number in range(6)]
FAILED = AnswerRecord(state="failed", error=Failure("server", "It failed.", ""))
CUT = AnswerRecord(text="no", finish_reason="length", cost=Decimal("0.5"))
SAID: list[list[AnswerRecord | str | None]] = [
    ["x0", "x0"],
    ["x1", "no"],
    ["no", "no"],
    ["x3", FAILED],
    [CUT, "x4"],
    [None, "I cannot help with that."],
]


def analysed(run: ExperimentRun) -> Analysis:
    return Analysis(run.grid, run.columns, [cell.outline for cell in run.cells])


RUN = made_run(made_definition(ROWS), lambda row, column, _: SAID[row][column])


def test_the_matrix_is_filtered_and_says_how_many_each_filter_leaves() -> None:
    matrix = Matrix(analysed(RUN), {(1, 1)})
    assert matrix.counts == {
        "failed": 4,
        "disagree": 2,
        "regressed": 1,
        "cut": 1,
        "refused": 1,
        "error": 1,
        "stopped": 0,
        "unchecked": 0,
        "missing": 1,
    }
    assert matrix.ordered(["failed"]) == [1, 2, 4, 5]
    assert matrix.ordered(["failed", "disagree"]) == [1, 4]
    assert matrix.ordered(["regressed"]) == [1]
    assert matrix.rows([1])[0].cells[1].regressed


def test_the_matrix_is_sorted_and_what_has_no_value_comes_last() -> None:
    matrix = Matrix(analysed(RUN))
    assert matrix.ordered(order="cost", descending=True)[0] == 4
    assert matrix.ordered(order="failed", descending=True)[0] == 2
    assert matrix.ordered(order="score")[:2] == [2, 5]
    assert matrix.ordered(descending=True)[1:3] == [4, 3]
    assert len(matrix.ordered()) == 6


def test_a_cell_of_the_matrix_has_its_repetitions_with_their_spread() -> None:
    run = made_run(made_definition(ROWS[:2], repetitions=3), lambda row, column, again: "x0" if again else "no")
    cell = Matrix(analysed(run)).rows([0])[0].cells[1]
    assert (cell.cells, cell.passed, cell.judged, cell.share) == ((1, 5, 9), 2, 3, 2 / 3)
    assert (cell.lowest, cell.highest) == (0, 1)
    assert cell.score == pytest.approx(2 / 3)
    assert cell.cost == Decimal("0.0003")


def test_figures_of_a_candidate_have_their_denominators() -> None:
    plain, strict = analysed(RUN).figures
    assert plain.outcomes == {"passed": 3, "failed": 2}
    assert strict.outcomes == {"passed": 2, "failed": 3, "error": 1}
    assert plain.rate is not None
    assert (plain.rate.value, plain.rate.cells) == (0.6, 5)
    assert (plain.cut, strict.refused, plain.cells) == (1, 1, 5)
    assert plain.cost == Decimal("0.5004")
    assert (strict.unpriced, strict.cost_of_one) == (1, Decimal("0.0001"))
    assert plain.seconds == 0.5


def test_pairs_are_over_the_rows_of_both() -> None:
    found = analysed(RUN).pairs()
    (pair,) = found.pairs
    # Row 3 failed to answer with the second, row 5 was not asked with the first.
    assert (pair.difference.rows, pair.difference.wins, pair.difference.losses) == (4, 1, 1)
    assert found.sentence == "No clear winner between plain · m and strict · m."


def test_who_is_clearly_better_is_said() -> None:
    rows = [{"word": f"w{number}", "expected": "yes"} for number in range(30)]
    run = made_run(made_definition(rows), lambda row, column, _: "yes" if column or row % 3 == 0 else "no")
    assert analysed(run).pairs().sentence == "strict · m is better than the other."
    assert analysed(run).pairs("score").pairs[0].better == 1


def test_axes_show_each_value_over_all_candidates() -> None:
    columns = [MadeColumn(n, "plain", setting={"temperature": value}) for n, value in enumerate([0, 0.7])]
    run = made_run(
        made_definition(ROWS, axes={"temperature": [0, 0.7]}),
        lambda row, column, _: f"x{row}" if column else "no",
        columns,
    )
    points = analysed(run).axis("temperature")
    assert [(point.value, point.rate.value if point.rate else None) for point in points] == [(0, 0), (0.7, 1)]
    assert analysed(run).distribution(0)[0] == 6
    assert analysed(run).distribution(1)[9] == 6


def test_what_a_baseline_passed_and_this_run_does_not_has_regressed() -> None:
    definition = made_definition(ROWS)
    before = made_run(definition, lambda row, column, _: f"x{row}" if row < 3 else "no")
    now = made_run(definition, lambda row, column, _: f"x{row}" if row in (1, 2, 5) else "no")
    found = against_baseline(analysed(now), now.rows, analysed(before), before.rows)
    assert (found.same_version, found.rows, found.note) == (True, 6, "")
    assert found.regressed == {(0, 0), (0, 1)}
    assert found.improved == {(5, 0), (5, 1)}
    pair = found.columns[0].pair
    assert pair is not None
    assert (pair.difference.wins, pair.difference.losses, pair.better) == (1, 1, None)


def test_another_version_of_the_dataset_is_never_compared_silently() -> None:
    before = made_run(made_definition(ROWS[:4]), lambda row, column, _: f"x{row}")
    now = made_run(
        made_definition(
            [*ROWS[4:], *ROWS[:4]], variants=[{"name": "plain", "prompt": "x"}, {"name": "new", "prompt": "y"}]
        ),
        lambda row, column, _: "no",
    )
    found = against_baseline(analysed(now), now.rows, analysed(before), before.rows)
    assert not found.same_version
    assert found.rows == 4
    assert found.regressed == {(2, 0), (3, 0), (4, 0), (5, 0)}
    assert found.note == (
        "The baseline ran over another version of the dataset: 4 of 6 rows are in both (4 then). "
        "1 of 2 candidates were not in the baseline."
    )


def test_asking_again_costs_what_answers_of_the_column_cost() -> None:
    def answered(row: int, column: int, _: int) -> AnswerRecord:
        if row == 0:
            return AnswerRecord(state="failed", error=Failure("server", "x", ""))
        return done("x", cost="0.01") if column == 0 else replace(done("x"), cost=None)

    found = analysed(made_run(made_definition(ROWS), answered))
    assert found.cost_again([0, 1]) == (Decimal("0.01"), 1)
    assert found.cost_again([0]) == (Decimal("0.01"), 0)
    assert found.cost_again([]) == (Decimal(0), 0)


def test_rows_that_are_the_same_pair_once_each() -> None:
    twice = [ROWS[0], ROWS[0], ROWS[1]]
    before, now = (
        made_run(made_definition(twice), lambda *_: "x0"),
        made_run(made_definition(twice[:2]), lambda *_: "x0"),
    )
    assert against_baseline(analysed(now), now.rows, analysed(before), before.rows).rows == 2


def test_scipy_is_imported_only_when_something_is_computed() -> None:
    modules = (
        "analysis, baseline, matrix, early_stopping, agreements, summary, reading.experiment, writing.report_files"
    )
    imports = "; ".join(f"import playground.experiments.{name}" for name in modules.split(", "))
    code = f"{imports}; import sys; print([name for name in ('scipy', 'pyarrow', 'pandas') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"


def test_rates_pairs_and_the_smallest_difference_need_no_more_of_scipy_than_its_functions() -> None:
    code = """if True:
        import sys
        from playground.experiments.statistics import detectable, paired, several
        several.compared({(0, 1): paired.paired([0, 1, 0, 0], [1, 1, 1, 1])})
        detectable.smallest_difference(50)
        print("scipy.special" in sys.modules, "scipy.stats" in sys.modules)"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "True False"


def large(repetitions: int, seed: int) -> tuple[Analysis, list[DataRow]]:
    chance = random.Random(seed)
    grid = Grid(10_000 // 6 // repetitions, 6, repetitions)
    outcomes: list[CellOutcome] = ["passed", "passed", "failed", "error"]
    facts = [
        CellOutline(number, outcome, float(outcome == "passed"), Decimal("0.0001"), chance.random())
        for number in range(grid.cells)
        for outcome in [chance.choice(outcomes)]
    ]
    rows = [DataRow(variables={"word": str(number)}) for number in range(grid.rows)]
    return Analysis(grid, [MadeColumn(number, f"v{number}") for number in range(6)], facts), rows


@pytest.mark.parametrize("repetitions", [1, 3])
def test_ten_thousand_cells_take_a_moment(repetitions: int) -> None:
    analysis, rows = large(repetitions, 1)
    before, _ = large(repetitions, 2)
    analysis.pairs()  # scipy is imported
    began = time.process_time()
    compared = against_baseline(analysis, rows, before, rows)
    matrix = Matrix(analysis, compared.regressed)
    assert len(analysis.figures) == 6
    took = time.process_time() - began
    began = time.process_time()
    assert len(matrix.rows(matrix.ordered(["failed"], "cost", descending=True)[100:150])) == 50
    took_page = time.process_time() - began
    began = time.process_time()
    assert len(analysis.pairs().pairs) == 15
    took_pairs = time.process_time() - began
    assert took < 2
    assert took_page < 0.3
    assert took_pairs < 5
