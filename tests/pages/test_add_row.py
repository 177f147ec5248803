"""The question of an answer becomes a row of an experiment, on the chat page."""

from streamlit.testing.v1 import AppTest

from components.frame.process import chat
from playground.experiments.plans import ExperimentPlan, ExperimentPlans
from tests.pages.conftest import shown
from tests.pages.talk import act, last, say
from tests.pages.test_chat import LLAMA, at
from tests.upstream import Upstream


def asked(question: str, **setup: str) -> AppTest:
    page = at(model=LLAMA)
    for name, value in setup.items():
        page.text_area(key=name).set_value(value).run()
    return say(page, question)


def add(page: AppTest) -> AppTest:
    page.button(key="FormSubmitter:add_row-Add").click().run()
    assert not page.exception
    return page


def plan() -> ExperimentPlan:
    (only,) = ExperimentPlans(chat().store).own()
    return only


def test_an_answer_begins_an_experiment_that_asks_in_the_same_way(cloudflare: Upstream) -> None:
    page = asked("Why is the sea salty? upstream: words=Rivers", system_prompt="Be {{brief}}.")
    assert "add_row" in last(page).actions
    page = act(page, "add_row", last(page).turn)
    assert page.text_area(key="row_question").value == "Why is the sea salty? upstream: words=Rivers"
    page.text_area(key="row_expected").set_value("Rivers carry salt.")
    assert "Added to “Why is the sea salty? upstream: words=Rivers” as row 1." in shown(add(page))

    definition = plan().definition
    assert definition is not None
    (row,) = definition.dataset.rows
    assert row.variables == {"question": "Why is the sea salty? upstream: words=Rivers"}
    assert row.expected == "Rivers carry salt."
    assert [model.id for model in definition.models] == [LLAMA]
    system, question = definition.variants[0].filled({**row.values, "brief": "brief"})
    assert (system.text, question.text) == ("Be brief.", row.variables["question"])


def test_the_next_one_goes_below_as_the_variable_that_is_chosen(cloudflare: Upstream) -> None:
    plans = ExperimentPlans(chat().store)
    name = plans.keep({"title": "Seas", "variants": [{"name": "a", "prompt": "{{tone}}: {{word}}"}]})
    page = asked("salt")
    page = act(page, "add_row", last(page).turn)
    page.selectbox(key="row_plan").set_value(name).run()
    page.selectbox(key="row_variable").set_value("word")
    page.text_area(key="row_expected").set_value("")
    add(page)
    assert plan().draft["dataset"] == {"rows": [{"word": "salt"}]}


def test_an_answer_of_another_conversation_is_not_added(cloudflare: Upstream) -> None:
    theirs = last(asked("Theirs")).turn
    page = act(asked("Mine"), "add_row", theirs)
    assert "What is expected" not in shown(page)
    assert not ExperimentPlans(chat().store).own()
