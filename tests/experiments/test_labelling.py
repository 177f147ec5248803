"""Labels: the order in which answers are seen, rates of good ones, and agreement with checks."""

import pytest

from playground.experiments.analysis import Analysis
from playground.experiments.cells import Grid
from playground.experiments.labelling import label_figures, next_to_label
from playground.experiments.named_columns import NamedColumn
from playground.experiments.results import CellOutline

ME = "me"


def analysis(outcomes: dict[int, str], columns: int = 2) -> Analysis:
    rows = max(outcomes) // columns + 1
    known = [NamedColumn(number, f"v{number}", "m", "c", f"v{number}") for number in range(columns)]
    cells = [CellOutline(cell, outcome) for cell, outcome in outcomes.items()]  # type: ignore[arg-type]
    return Analysis(Grid(rows, columns), known, cells)


def test_answers_are_seen_in_an_order_that_tells_nothing_and_stays() -> None:
    cells, labels, seen = list(range(40)), dict[int, dict[str, bool]](), list[int]()
    while (cell := next_to_label(cells, labels, ME, ())) is not None:
        seen.append(cell)
        labels[cell] = {ME: True}
    assert sorted(seen) == cells
    assert seen != cells
    assert next_to_label(cells, {}, ME, ()) == seen[0]
    assert next_to_label(cells, labels, "another", ()) == seen[0]


def test_what_was_passed_over_comes_last() -> None:
    first = next_to_label(range(3), {}, ME, ())
    assert first is not None
    second = next_to_label(range(3), {}, ME, [first])
    assert second not in (None, first)
    assert next_to_label([first], {}, ME, [first]) == first


def test_rates_of_columns_and_agreement_with_checks() -> None:
    outcomes = {cell: "passed" if cell % 2 else "failed" for cell in range(12)}
    labels = {cell: {ME: bool(cell % 2)} for cell in range(12)}
    found = label_figures(analysis(outcomes), labels)
    assert found.labelled == 12
    assert {column: rate.value for column, rate in found.rates.items()} == {0: 0.0, 1: 1.0}
    assert found.with_checks is not None
    assert found.with_checks.kappa == pytest.approx(1)
    assert found.among_people is None


def test_people_who_disagree_count_for_nothing_and_are_told() -> None:
    outcomes = dict.fromkeys(range(8), "passed")
    labels = {cell: {"ada": True, "bob": cell < 4} for cell in range(8)}
    found = label_figures(analysis(outcomes), labels)
    assert sum(rate.cells for rate in found.rates.values()) == 4
    assert found.among_people is not None
    assert found.among_people.agreed == 0.5


def test_without_labels_nothing_is_told() -> None:
    found = label_figures(analysis({0: "passed"}), {})
    assert (found.labelled, found.rates, found.with_checks, found.among_people) == (0, {}, None, None)
