"""Experiments on their page: from a plan to what came of it, what is said of mistakes, and what is done with a cell."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.experiments.data_table import _as_rows
from components.experiments.matrix_table import CELL_OPENED
from components.experiments.runners import experiment_runner
from components.frame.process import chat
from playground.experiments.plans import ExperimentPlans, shipped_plans
from playground.store import StoredExperiment
from tests.browser.waiting import until
from tests.pages.conftest import ROOT, TIMEOUT_S, shown
from tests.upstream import Upstream

PAGE = "pages/experiments.py"
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
DRAFT: dict[str, Any] = {
    "title": "Seas",
    "dataset": {
        "rows": [
            {"word": "blue upstream: echo=yes", "expected": "blue"},
            {"word": "green upstream: echo=yes", "expected": "blue"},
            {"word": "blue upstream: echo=yes fail=400 times=1", "expected": "blue"},
        ]
    },
    "variants": [{"name": "plain", "prompt": "Say {{word}}", "parameters": {"max_tokens": 20}}],
    "models": [{"id": LLAMA}],
    "checks": [{"check": "contains", "value": "{{expected}}"}],
}


@pytest.fixture(autouse=True)
def _all_ended() -> Iterator[None]:
    """Nothing runs any more when the database is closed."""
    yield
    for experiment in chat().store.experiments():
        experiment_runner().delete(experiment.id)
        wait_for(experiment.id)


def wait_for(experiment_id: str) -> None:
    """Wait until nothing of an experiment runs."""
    until(lambda: experiment_runner().is_running(experiment_id), lambda running: not running)


def page_of(**address: str) -> AppTest:
    page = AppTest.from_file(ROOT / PAGE, default_timeout=TIMEOUT_S)
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def plan_of(**changes: Any) -> AppTest:
    """The page of a plan."""
    return page_of(plan=ExperimentPlans(chat().store).keep(DRAFT | changes))


def pressed(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def ended(page: AppTest) -> StoredExperiment:
    """The run on the page, once it has ended; the page shows it."""
    (experiment,) = chat().store.experiments()
    wait_for(experiment.id)
    page.run()
    assert not page.exception
    found = chat().store.experiment(experiment.id)
    assert found is not None
    return found


def test_a_plan_runs_and_says_what_came_of_it(cloudflare: Upstream) -> None:
    page = plan_of()
    assert "**3 cells**: 3 rows × 1 column · ~$0.0" in shown(page)
    experiment = ended(pressed(page, "plan_start"))
    assert experiment.status == "done"
    assert page.query_params["id"] == experiment.id
    assert chat().store.headway(experiment.id).outcomes == {"passed": 1, "failed": 1, "error": 1}
    filters = page.button_group(key="matrix_filter")
    assert filters.options == ["failed: 1 row", "an error: 1 row"]
    assert "3 rows. Choose a cell" in shown(page)
    filters.set_value(["error"]).run()
    assert "1 row. Choose a cell" in shown(page)


def test_what_has_no_answer_is_asked_again_and_listed(cloudflare: Upstream) -> None:
    page = plan_of()
    ended(pressed(page, "plan_start"))
    page.session_state[CELL_OPENED] = 2
    assert "error · $0 · " in shown(page.run())  # nothing is billed, which is no lack of a price
    page.session_state[CELL_OPENED] = None
    page.run()
    assert page.button(key="experiment_retry").label.startswith("Ask the 1 without an answer again · ~$0.0")
    experiment = ended(pressed(page, "experiment_retry"))
    assert chat().store.headway(experiment.id).outcomes == {"passed": 2, "failed": 1}
    assert not [button for button in page.button if button.key == "experiment_retry"]
    assert "1 request asked more than once, listed under *Asked twice*." in shown(page)
    page.button_group(key="experiment_view").set_value("Asked twice").run()
    (listed,) = chat().store.asked_twice(experiment.id)
    assert (listed.cell, listed.why) == (2, "again")
    assert not page.exception


def test_what_was_never_sent_is_not_offered_again_and_that_is_said(cloudflare: Upstream) -> None:
    rows = [{"word": "blue", "expected": "blue"}, {"colour": "green", "expected": "green"}]
    page = plan_of(dataset={"rows": rows})
    experiment = ended(pressed(page, "plan_start"))
    assert chat().store.headway(experiment.id).unsent == 1
    why = "The row has no value for word. Change and run again, with it filled in or the row left out."
    assert f"1 cell never sent, nor would be if asked again: {why}" in shown(page)
    assert not [button for button in page.button if button.key == "experiment_retry"]
    page.session_state[CELL_OPENED] = 1
    assert "Never sent, so nothing was paid. Asked again it would not be either." in shown(page.run())
    assert page.button(key="cell_again").disabled


def test_empty_values_are_told_before_and_no_mistake(cloudflare: Upstream) -> None:
    page = plan_of(dataset={"rows": [{"word": ""}, {"word": "blue"}, {"colour": "x"}]})
    told = shown(page)
    assert "Empty, and sent as an empty text: word in 1 row." in told
    assert any("1 row without a value for word, not sent" in str(one.value) for one in page.warning)
    (name,) = [plan.name for plan in ExperimentPlans(chat().store).own()]
    plan = ExperimentPlans(chat().store).find(name)
    assert plan is not None
    assert plan.draft["dataset"]["rows"] == [{"word": ""}, {"word": "blue"}, {"colour": "x"}]  # drawing changes none


def test_a_new_row_of_the_table_counts_once_something_is_in_it() -> None:
    begun = [{"word": "sea"}, {"other": ""}]
    columns = ["word", "other", "expected"]
    edited = pd.DataFrame([["sea", "", ""], ["", "", ""], ["", "", ""], ["", "", "x"]], columns=columns)
    assert _as_rows(edited, begun) == [*begun, {"word": "", "other": "", "expected": "x"}]


def test_a_few_cells_are_tried_and_the_run_goes_on(cloudflare: Upstream) -> None:
    rows = [{"word": f"blue {number} upstream: echo=yes", "expected": "blue"} for number in range(5)]
    page = plan_of(dataset={"rows": rows})
    assert ended(pressed(page, "plan_dry")).status == "paused"
    assert "3 of 5 cells" in page.get("progress")[0].proto.text
    assert ended(pressed(page, "experiment_go_on")).status == "done"
    assert "5 of 5 cells answered · 5 passed" in page.get("progress")[0].proto.text


def test_a_try_is_offered_where_it_is_less_than_the_run(cloudflare: Upstream) -> None:
    for count, offered in ((1, False), (3, False), (4, True)):
        page = plan_of(dataset={"rows": [{"word": f"{number}", "expected": "a"} for number in range(count)]})
        assert bool([button for button in page.button if button.key == "plan_dry"]) is offered
    rows = [{"word": f"{number}", "expected": "a"} for number in range(100)]
    assert " points or more, 4 times in 5." in shown(plan_of(dataset={"rows": rows}))


def test_what_a_plan_lacks_stands_at_its_box_and_nothing_runs(cloudflare: Upstream) -> None:
    page = plan_of(variants=[{"name": "plain", "prompt": ""}], models=[])
    told = shown(page)
    assert "To be mended before it can run" in told
    assert "- Models: Choose a model." in told
    assert told.count("Choose a model.") == 2
    assert not [button for button in page.button if button.key == "plan_start"]
    (name,) = [plan.name for plan in ExperimentPlans(chat().store).own()]
    page = page_of(plan=name)
    box = next(area for area in page.text_area if area.label == "Prompt")
    box.set_value("Colour {{word}}").run()
    assert "Prompt 1" not in shown(page)
    assert not chat().store.experiments()


def test_a_limit_that_was_reached_is_raised_on_the_page_of_the_run(cloudflare: Upstream) -> None:
    page = pressed(plan_of(limits={"max_cost": "0.000001"}), "plan_start")
    (experiment,) = chat().store.experiments()
    wait_for(experiment.id)
    page = page_of(id=experiment.id)
    assert "Raise the limit and go on" in "\n".join(str(one.value) for one in page.warning)
    (box,) = [one for one in page.text_input if one.label == "At most, in USD"]
    assert box.value == "0.000001"
    box.set_value("0,5")
    page = pressed(page, "experiment_go_on")
    assert "Write a point and not a comma" in "\n".join(str(one.value) for one in page.error)
    assert chat().store.headway(experiment.id).ended == 0
    (box,) = [one for one in page.text_input if one.label == "At most, in USD"]
    box.set_value("0.5")
    pressed(page, "experiment_go_on")
    wait_for(experiment.id)
    found = chat().store.experiment(experiment.id)
    assert found is not None
    assert (found.status, str(found.max_cost)) == ("done", "0.5")


def test_a_limit_that_cannot_be_held_is_told_before(server: Upstream) -> None:
    page = plan_of(models=[{"id": "openai/unpriced"}], limits={"max_cost": "0.50"})
    assert "The limit on the cost cannot be held" in "\n".join(str(one.value) for one in page.error)
    assert page.button(key="plan_start").disabled


def test_a_cell_shows_its_answer_and_is_labelled_and_asked_again(cloudflare: Upstream) -> None:
    page = plan_of()
    experiment = ended(pressed(page, "plan_start"))
    page.session_state[CELL_OPENED] = 1
    page.run()
    told = shown(page)
    for words in ("Expected: blue", "green", ":red[✗ failed] contains blue", "Labels stand beside"):
        assert words in told
    pressed(page, "cell_label_good")
    assert chat().store.labels(experiment.id) == {1: {chat().store.owner.id: True}}
    page.session_state[CELL_OPENED] = 1
    ended(pressed(page.run(), "cell_again"))
    assert chat().store.labels(experiment.id) == {}
    assert [one.cell for one in chat().store.asked_twice(experiment.id)] == [1]


def test_answers_are_labelled_without_their_column(cloudflare: Upstream) -> None:
    rows = [{"word": "blue"}, {"word": "green"}]
    page = plan_of(dataset={"rows": rows}, models=[{"id": LLAMA}, {"id": "@cf/openai/gpt-oss-120b"}], checks=[])
    experiment = ended(pressed(page, "plan_start"))
    page.button_group(key="experiment_view").set_value("Label").run()
    assert "You labelled 0 of 4 answers." in shown(page)
    pressed(page, "label_good")
    pressed(page, "label_skip")
    pressed(page, "label_bad")
    assert "You labelled 2 of 4 answers." in shown(page)
    given = [said for of_cell in chat().store.labels(experiment.id).values() for said in of_cell.values()]
    assert sorted(given) == [False, True]


def test_nothing_at_an_address_is_said(cloudflare: Upstream) -> None:
    for address in ({"id": "nonsense"}, {"plan": "x" * 5_000}):
        assert "There is nothing at this address." in shown(page_of(**address))


def test_what_a_file_lost_is_one_list_that_stays_until_it_is_closed(cloudflare: Upstream) -> None:
    page = plan_of()
    (name,) = [plan.name for plan in ExperimentPlans(chat().store).own()]
    page.session_state["import_notes"] = {name: ("Taken as it is.", "*A* provider left out: code.", "b left out.")}
    page.run()
    (listed,) = [box for box in page.expander if "about the file" in box.label]
    assert listed.label == "3 things to know about the file, of which 2 left out"
    told = str(listed.markdown[0].value).replace("\\", "")
    assert told == "- *A* provider left out: code.\n- b left out.\n- Taken as it is."
    assert "Taken as it is." in shown(page.run())
    pressed(page, "import_notes_close")
    assert "Taken as it is." not in shown(page)


def test_changes_of_a_plan_are_taken_back_one_by_one(cloudflare: Upstream) -> None:
    page = plan_of()
    (name,) = [plan.name for plan in ExperimentPlans(chat().store).own()]

    def draft() -> Any:
        found = ExperimentPlans(chat().store).find(name)
        assert found is not None
        return found.draft

    assert page.button(key="plan_undo").disabled
    page.text_area(key=f"rows_pasted-{name}").set_value("word\texpected\nred\tred\n").run()
    assert [row["word"] for row in draft()["dataset"]["rows"]] == ["red"]
    page.text_input(key=f"column_renamed-{name}").set_value("colour").run()
    assert (draft()["dataset"]["rows"], draft()["variants"][0]["prompt"]) == (
        [{"colour": "red", "expected": "red"}],
        "Say {{colour}}",
    )
    assert "**1 cell**" in shown(page)
    pressed(page, "plan_undo")
    assert [row["word"] for row in draft()["dataset"]["rows"]] == ["red"]
    pressed(page, "plan_undo")
    assert draft() == DRAFT
    assert page.button(key="plan_undo").disabled


def test_undo_leaves_what_was_changed_elsewhere(cloudflare: Upstream) -> None:
    page = plan_of()
    plans = ExperimentPlans(chat().store)
    (name,) = [plan.name for plan in plans.own()]
    page.text_input(key=f"column_renamed-{name}").set_value("colour").run()
    mine = next(plan.draft for plan in plans.own())
    plans.keep({**mine, "title": "Changed in another tab"}, name)
    page.run()
    pressed(page, "plan_undo")
    assert "Nothing is taken back: this plan was changed elsewhere since" in shown(page)
    assert next(plan.draft for plan in plans.own()) == {**mine, "title": "Changed in another tab"}
    plans.keep(mine, name)  # as it was there before
    pressed(page, "plan_undo")
    assert next(plan.draft for plan in plans.own()) == DRAFT
    assert page.button(key="plan_undo").disabled


def test_the_first_change_of_a_ready_plan_is_taken_back(cloudflare: Upstream) -> None:
    ready = shipped_plans()[0]
    page = page_of(plan=ready.name)
    page.text_input(key=f"plan_title-{ready.name}").set_value(shipped_plans()[1].title).run()
    (own,) = ExperimentPlans(chat().store).own()
    assert own.title not in {plan.title for plan in shipped_plans()}
    pressed(page, "plan_undo")
    (own,) = ExperimentPlans(chat().store).own()
    assert own.draft == ready.draft
