"""The list of runs: what each came to, one opened, two compared, some deleted and brought back."""

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from playground.experiments.analysis import Analysis
from playground.experiments.results_at_hand import results_at_hand
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
    compared = page.session_state["experiment_compared"]
    assert page.run().session_state["experiment_compared"] is compared
    results_at_hand.clear()
    gc.collect()
    assert len([one for one in gc.get_objects() if isinstance(one, Analysis)]) <= 1  # what is on screen
    page.selectbox(key="experiment_baseline").set_value("").run()
    assert "against" not in page.query_params
    page.selectbox(key="experiment_baseline").set_value(earlier.id).run()
    assert page.query_params["against"] == earlier.id


def mark(page: AppTest, *places: int) -> AppTest:
    """The page, with the runs at these places of the list marked."""
    key = page.dataframe[0].proto.id.rpartition("-runs-")[2]
    page.session_state[f"runs-{key}"] = {"selection": {"rows": list(places), "columns": [], "cells": []}}
    return page.run()


def button(page: AppTest, begins: str) -> Button | None:
    """The button whose label begins so."""
    return next((one for one in page.button if one.label.replace("\\", "").startswith(begins)), None)


def press(page: AppTest, begins: str) -> AppTest:
    found = button(page, begins)
    assert found is not None
    return found.click().run()


@contextmanager
def refusing(folder: Path, experiment_id: str) -> Iterator[None]:
    """The database neither deletes this experiment nor brings it back."""
    with closing(sqlite3.connect(folder / "data" / "playground.db", isolation_level=None)) as database:
        database.execute(
            "CREATE TRIGGER refused BEFORE UPDATE OF deleted_at ON experiments "
            f"WHEN new.id = '{experiment_id}' BEGIN SELECT json('refused'); END"
        )
        yield
        database.execute("DROP TRIGGER refused")


def test_two_that_are_marked_are_compared() -> None:
    earlier, later = running(), running()
    page = press(mark(page_of(), 0, 1), "Compare both")
    assert (page.query_params["id"], page.query_params["against"]) == (later.id, earlier.id)


def test_runs_that_were_deleted_together_come_back_together() -> None:
    made = [running(), running(), running()]
    page = press(mark(page_of(), 0, 1), "Delete 2 runs")
    assert "2 experiments deleted." in shown(page)
    assert [one.id for one in store().experiments()] == [made[0].id]
    assert button(page, "Delete") is None
    page = press(mark(page, 0), "Delete Seas")
    assert "3 experiments deleted." in shown(page)
    page.button(key="undo_experiment").click().run()
    assert {one.id for one in store().experiments()} == {one.id for one in made}
    assert "deleted." not in shown(page)


def test_marks_are_of_the_runs_that_were_shown() -> None:
    running()
    page = mark(page_of(), 0)
    assert button(page, "Delete") is not None
    running()
    assert button(page.run(), "Delete") is None


def test_what_was_deleted_before_a_failure_comes_back_and_what_is_gone_stops_no_other(tmp_path: Path) -> None:
    made = [running(), running(), running()]
    page = mark(page_of(), 0, 1, 2)
    with refusing(tmp_path, made[0].id):
        page = press(page, "Delete 3 runs")
    assert "2 experiments deleted." in shown(page)
    assert page.error
    with refusing(tmp_path, made[1].id):
        page = page.button(key="undo_experiment").click().run()
    assert "Experiment deleted." in shown(page)
    assert {one.id for one in store().experiments()} == {made[0].id, made[2].id}
    store().expire_deleted()
    page = page.button(key="undo_experiment").click().run()
    assert page.error
    assert "deleted." not in shown(page)
