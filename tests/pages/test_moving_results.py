"""An experiment's page while results come: what is shown, and that what was found by a filter stays where it is."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from components.experiments.matrix_table import CELL_OPENED
from components.experiments.runners import experiment_runner
from components.frame.process import chat
from playground.experiments import results_at_hand
from playground.experiments.analysis import Analysis
from playground.experiments.candidates import Candidate
from playground.experiments.cells import CellPlace, Grid
from playground.experiments.definition import Definition
from playground.experiments.loading import stored_analysis
from playground.experiments.named_columns import named_columns
from playground.experiments.results import ResultColumn
from playground.experiments.results_at_hand import LOOKED_AT_S, ResultsAtHand
from playground.experiments.setting_up import make_experiment
from playground.money.budget import Most
from playground.store import CellEnd, Store, StoredExperiment, Wanted, new_id
from tests.browser.waiting import until
from tests.pages.conftest import shown
from tests.pages.test_experiments import DRAFT, page_of

pytestmark = pytest.mark.usefixtures("cloudflare")


def running(rows: int = 4, repetitions: int = 1) -> StoredExperiment:
    """An experiment that runs, with nothing answered, and that nobody goes on with: it is looked for as pages begin."""
    experiment_runner()
    dataset = {"rows": [{"word": f"sea {number}", "expected": "blue"} for number in range(rows)]}
    definition = Definition.model_validate(DRAFT | {"dataset": dataset, "repetitions": repetitions})
    experiment = make_experiment(store(), chat().roster, definition, definition.dataset.rows).experiment
    assert store().begin_experiment(experiment.id)
    return experiment


def store() -> Store:
    return chat().store


def come(experiment: StoredExperiment, outcomes: Mapping[int, str]) -> None:
    """Cells end in these ways."""
    wanted = [Wanted(cell, new_id(), "cloudflare", Most(Decimal("0.01"))) for cell in outcomes]
    at = datetime.now(UTC)
    store().claim_cells(experiment.id, wanted)
    ends = [
        CellEnd(one.cell, one.ticket, 0, one.cell, 0, outcomes[one.cell], {"text": f"answer {one.cell}"}, at, at)
        for one in wanted
    ]
    store().finish_cells(experiment.id, ends)


def listed(page: AppTest) -> list[str]:
    """The rows of the matrix by their texts."""
    table = next(one for one in page.dataframe if "Row" in one.value.columns)
    return [str(text).split(" →")[0] for text in table.value["Row"]]


def again(page: AppTest, said: str) -> AppTest:
    """The page, once it says that."""
    return until(page.run, lambda now: said in shown(now) + " ".join(button.label for button in now.button))


def test_answers_appear_by_themselves_and_rows_that_were_found_stay() -> None:
    experiment = running()
    page = page_of(id=experiment.id)
    assert listed(page) == [f"sea {number}" for number in range(4)]
    come(experiment, {1: "failed", 3: "passed"})
    page = until(page.run, lambda now: "failed" in (now.button_group(key="matrix_filter").options))
    assert "failed: 1 row" not in page.button_group(key="matrix_filter").options
    page.button_group(key="matrix_filter").set_value(["failed"]).run()
    assert listed(page) == ["sea 1"]
    come(experiment, {0: "failed", 2: "failed"})
    page = again(page, "2 more rows")
    assert listed(page) == ["sea 1"]
    page.button(key="matrix_newer").click().run()
    assert listed(page) == ["sea 0", "sea 1", "sea 2"]
    assert "more row" not in " ".join(button.label for button in page.button)
    store().change_experiment(experiment.id, "done")
    assert "failed: 3 rows" in page.run().button_group(key="matrix_filter").options


def test_rows_keep_their_order_until_they_are_sorted_again() -> None:
    experiment = running()
    come(experiment, {2: "failed"})
    page = page_of(id=experiment.id)
    page.selectbox(key="matrix_order").set_value("Most failed first").run()
    assert listed(page) == ["sea 2", "sea 0", "sea 1", "sea 3"]
    come(experiment, {0: "failed", 1: "passed"})
    page = again(page, "Sort again")
    assert listed(page)[0] == "sea 2"
    page.button(key="matrix_newer").click().run()
    assert listed(page)[:2] == ["sea 0", "sea 2"]


def test_what_came_is_looked_for_once_for_all_that_a_page_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    now = ResultsAtHand.now

    def counted(
        self: ResultsAtHand, store: Store, experiment: StoredExperiment, columns: Sequence[ResultColumn]
    ) -> Analysis:
        asked.append(experiment.id)
        return now(self, store, experiment, columns)

    experiment = running()
    come(experiment, {0: "failed", 1: "passed", 2: "error"})
    store().change_experiment(experiment.id, "done")
    monkeypatch.setattr(ResultsAtHand, "now", counted)
    page = page_of(id=experiment.id)
    for view in ("Pairs", "Charts", "Label", "Files"):
        assert asked == [experiment.id]
        asked.clear()
        page.button_group(key="experiment_view").set_value(view).run()


def test_results_are_read_anew_where_something_came_alone() -> None:
    experiment = running()
    at_hand = ResultsAtHand()
    columns = named_columns([Candidate.from_json(packed) for packed in experiment.candidates])
    first = at_hand.now(store(), experiment, columns)
    assert at_hand.now(store(), experiment, columns) is first
    come(experiment, {0: "passed"})
    second = at_hand.now(store(), experiment, columns)
    assert [one.outcome for one in second.outlines if one is not None] == ["passed"]
    come(experiment, {1: "failed"})
    assert until(lambda: at_hand.lately(store(), experiment, columns), lambda now: now is not second).outlines[1]


def test_results_that_cannot_be_read_are_noted_and_looked_for_again(caplog: pytest.LogCaptureFixture) -> None:
    experiment = running()
    at_hand = ResultsAtHand()
    columns = named_columns([Candidate.from_json(packed) for packed in experiment.candidates])
    first = at_hand.now(store(), experiment, columns)
    come(experiment, {0: "passed"})
    until(
        lambda: at_hand.lately(store(), experiment, []),
        lambda _: f"results of experiment {experiment.id} cannot be read" in caplog.text,
    )
    assert until(lambda: at_hand.lately(store(), experiment, columns), lambda now: now is not first).outlines[0]


def test_what_nobody_looks_at_any_more_is_kept_of_few_experiments() -> None:
    columns = named_columns([Candidate.from_json(packed) for packed in running().candidates])
    time = [0.0]
    at_hand = ResultsAtHand(most_cells=5, clock=lambda: time[0])
    one, other, third = running(), running(), running()
    first = at_hand.now(store(), one, columns)
    second = at_hand.now(store(), other, columns)
    time[0] += 1
    assert at_hand.now(store(), one, columns) is first
    time[0] += LOOKED_AT_S
    at_hand.now(store(), third, columns)
    assert at_hand.now(store(), one, columns) is first
    assert at_hand.now(store(), other, columns) is not second


@pytest.mark.parametrize("moving", [False, True])
def test_runs_that_are_looked_at_together_do_not_take_each_others_place(moving: bool) -> None:
    columns = named_columns([Candidate.from_json(packed) for packed in running().candidates])
    at_hand = ResultsAtHand(most_cells=1)
    run, before = running(), running()
    read = at_hand.lately if moving else at_hand.now
    first, second = read(store(), run, columns), at_hand.now(store(), before, columns)
    for _ in range(5):
        assert read(store(), run, columns) is first
        assert at_hand.now(store(), before, columns) is second


def test_what_takes_long_to_read_stays_until_it_may_be_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = named_columns([Candidate.from_json(packed) for packed in running().candidates])
    time = [0.0]

    def slow(store: Store, experiment: StoredExperiment, columns: Sequence[ResultColumn]) -> Analysis:
        time[0] += 10
        return stored_analysis(store, experiment, columns)

    monkeypatch.setattr(results_at_hand, "stored_analysis", slow)
    at_hand = ResultsAtHand(most_cells=1, clock=lambda: time[0])
    experiment, other = running(), running()
    first = at_hand.lately(store(), experiment, columns)
    time[0] += 80
    at_hand.now(store(), other, columns)
    assert at_hand.lately(store(), experiment, columns) is first
    time[0] += 100
    at_hand.now(store(), other, columns)
    assert at_hand.lately(store(), experiment, columns) is not first


def test_an_experiment_is_read_by_one_at_a_time() -> None:
    experiment = running()
    columns = named_columns([Candidate.from_json(packed) for packed in experiment.candidates])
    at_hand = ResultsAtHand()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: at_hand.now(store(), experiment, columns), range(4)))
    assert all(one is found[0] for one in found)


def test_an_open_cell_leads_to_the_rows_beside_it_that_the_filter_left() -> None:
    experiment = running()
    come(experiment, {0: "failed", 1: "passed", 2: "failed", 3: "failed"})
    store().change_experiment(experiment.id, "done")
    page = page_of(id=experiment.id)
    page.button_group(key="matrix_filter").set_value(["failed"]).run()
    page.session_state[CELL_OPENED] = 2
    assert "2 of 3 rows" in shown(page.run())
    page.button(key="cell_previous").click().run()
    assert (page.session_state[CELL_OPENED], page.button(key="cell_previous").disabled) == (0, True)
    assert "answer 0" in shown(page)
    page.button(key="cell_next").click().run()
    page.button(key="cell_next").click().run()
    assert (page.session_state[CELL_OPENED], page.button(key="cell_next").disabled) == (3, True)


def test_an_open_cell_keeps_its_repetition_from_row_to_row() -> None:
    experiment = running(rows=3, repetitions=3)
    come(experiment, dict.fromkeys(range(9), "passed"))
    store().change_experiment(experiment.id, "done")
    grid = Grid(3, 1, 3)
    page = page_of(id=experiment.id)
    page.session_state[CELL_OPENED] = first = grid.number(CellPlace(0, 0, 0))
    page.run()
    page.button_group(key=f"cell_repetition-{first}").set_value(2).run()
    page.button(key="cell_next").click().run()
    second = page.session_state[CELL_OPENED]
    assert grid.place(second) == CellPlace(2, 1, 0)
    assert f"answer {second}" in shown(page)
    page.button_group(key=f"cell_repetition-{second}").set_value(0).run()
    page.button(key="cell_previous").click().run()
    assert page.session_state[CELL_OPENED] == first
    assert f"answer {first}" in shown(page)
