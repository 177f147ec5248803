"""The list of runs: what each came to, one opened, two compared, some deleted and brought back."""

import pytest
from streamlit.testing.v1 import AppTest

from components.experiments import run_actions
from tests.browser.waiting import until
from tests.pages.conftest import shown
from tests.pages.test_experiments import page_of
from tests.pages.test_moving_results import come, running, store

pytestmark = pytest.mark.usefixtures("cloudflare")


def table(page: AppTest) -> dict[str, list[object]]:
    """The columns of the list."""
    return {str(name): list(values) for name, values in page.dataframe[0].value.items()}


def test_runs_are_listed_with_what_came_of_them() -> None:
    experiment = running(rows=4)
    page = page_of()
    assert table(page)["State"] == ["Running"]
    come(experiment, {0: "passed", 1: "passed", 2: "failed"})
    page = until(page.run, lambda now: table(now)["Passed"] == [pytest.approx(2 / 3)])
    assert table(page)["Cells"] == [3]
    store().change_experiment(experiment.id, "done")
    assert table(page.run())["State"] == ["Done"]


def test_ready_experiments_come_first_until_there_are_others() -> None:
    assert headings(page_of()) == ["Ready to try"]
    running()
    assert headings(page_of()) == ["Runs", "Ready to try"]


def headings(page: AppTest) -> list[str]:
    return [str(heading.value) for heading in page.header]


def test_a_run_is_opened_and_two_are_compared_the_later_against_the_earlier() -> None:
    earlier, later = running(), running()
    come(earlier, {0: "passed", 1: "passed"})
    come(later, {0: "failed", 1: "passed"})
    for one in (earlier, later):
        store().change_experiment(one.id, "done")
    page = page_of()
    page.selectbox(key="runs_open").set_value(earlier.id).run()
    assert page.query_params["id"] == earlier.id
    assert not page.exception

    page = page_of(id=later.id, against=earlier.id)
    assert "**1 regressed**, 0 improved, of 4 rows in both runs." in shown(page)
    page.selectbox(key="experiment_baseline").set_value("").run()
    assert "against" not in page.query_params
    page.selectbox(key="experiment_baseline").set_value(earlier.id).run()
    assert page.query_params["against"] == earlier.id


def test_runs_that_were_deleted_together_come_back_together() -> None:
    made = [running(), running()]
    page = page_of()
    page.session_state[run_actions.RUNS_DELETED] = False
    run_ids = [one.id for one in made]
    for one in made:
        store().delete_experiment(one.id)
    page.session_state["experiment_deleted"] = run_ids
    page.run()
    assert "Experiments deleted." in shown(page)
    page.button(key="undo_experiment").click().run()
    assert {one.id for one in store().experiments()} == set(run_ids)
