"""ExperimentPlans: drafts of experiments, which may have mistakes, and those that are shipped."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.experiments.definition_file import read_definition, write_definition
from playground.experiments.plan_mistakes import mistakes_below
from playground.experiments.plans import (
    LONGEST_PLAN,
    MOST_PLANS,
    ExperimentPlan,
    ExperimentPlans,
    PlanError,
    draft_of,
    first_draft,
    shipped_plans,
)
from playground.owner import DEFAULT_OWNER
from playground.store import Store, open_stores
from tests.databases import new_database

TITLES = [
    "Capitals: a short question or a polite one",
    "JSON: asked for in words, or by a schema",
    "What temperature costs",
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_stores(new_database(tmp_path)) as opened:
        yield opened.of(DEFAULT_OWNER)


def test_three_plans_are_shipped_and_run_on_the_model_inside_the_app() -> None:
    assert [plan.title for plan in shipped_plans()] == TITLES
    for plan in shipped_plans():
        assert plan.definition is not None
        assert [model.id for model in plan.definition.models] == ["local/smollm2-135m-instruct"]
        assert plan.definition.checks


def test_a_plan_is_kept_with_its_mistakes_until_it_is_one(store: Store) -> None:
    plans = ExperimentPlans(store)
    name = plans.keep(first_draft())
    plan = plans.find(name)
    assert plan is not None
    assert plan.definition is None
    assert plan.title == "Without a title"
    assert [str(mistake) for mistake in plan.mistakes] == ["Title: Write what is tried.", "Models: Choose a model."]

    plans.keep({**first_draft(), "title": "Seas", "models": ["local/smollm2-135m-instruct"]}, name)
    (plan,) = plans.own()
    assert (plan.title, plan.mistakes) == ("Seas", ())
    plans.delete(name)
    assert plans.own() == ()
    assert plans.find(name) is None


def test_a_copy_has_a_title_of_its_own(store: Store) -> None:
    plans = ExperimentPlans(store)
    for _ in range(3):
        plans.keep_copy(shipped_plans()[0].draft)
    assert sorted(plan.title for plan in plans.own()) == [f"{TITLES[0]} {n}" for n in (2, 3, 4)]
    again = plans.find(plans.keep_copy({**shipped_plans()[0].draft, "title": f"{TITLES[0]} 4"}))
    assert again is not None
    assert again.title == f"{TITLES[0]} 5"


def test_plans_say_when_they_were_changed_and_the_last_one_is_first(store: Store) -> None:
    store.prefer("experiment_plan:old", {"title": "Kept before plans had a time"})
    plans = ExperimentPlans(store)
    first, second = plans.keep({"title": "One"}), plans.keep({"title": "Two"})
    plans.keep({"title": "One, changed"}, first)
    assert [plan.name for plan in plans.own()][-1] == "old"
    found = plans.find(first)
    assert found is not None
    assert found.changed_at is not None
    assert (plans.own()[0].name == first) or found.changed_at == plans.own()[0].changed_at
    assert second in [plan.name for plan in plans.own()]


def test_a_mistake_says_where_it_is(store: Store) -> None:
    plans = ExperimentPlans(store)
    draft = {**first_draft(), "title": "x", "models": ["m"], "checks": [{"check": "contains"}, {"check": "magic"}]}
    plan = plans.find(plans.keep(draft))
    assert plan is not None
    told = {mistake.place: str(mistake) for mistake in plan.mistakes}
    assert told["checks", 0, "value"] == "Check 1: Fill in the value."
    assert told["checks", 1] == "Check 2: There is no such check: remove it, or edit it as YAML."


@pytest.mark.parametrize(
    ("changed", "place", "told"),
    [
        ({"title": ""}, ("title",), "Title: Write what is tried."),
        ({"models": []}, ("models",), "Models: Choose a model."),
        ({"dataset": {"rows": []}}, ("dataset",), "Rows: Write a row, or upload a file with rows."),
        ({"variants": [{"name": "a", "prompt": " "}]}, ("variants", 0), "Prompt 1: Write the prompt."),
        ({"variants": [{"name": "", "prompt": "x"}]}, ("variants", 0, "name"), "Prompt 1: Fill in the name."),
        (
            {"variants": [{"name": "a", "prompt": "x"}, {"name": "a", "prompt": "y"}]},
            ("variants",),
            "Prompts: Two prompts are called 'a'",
        ),
        (
            {"limits": {"max_cost": "much"}},
            ("limits", "max_cost"),
            "Limit on the cost: Write an amount in USD, as 0.50, or nothing for no limit.",
        ),
        (
            {"checks": [{"check": "judge", "prompt": "Good?"}]},
            ("judge",),
            "Judge: Choose the model that judges.",
        ),
        (
            {"judge": "m", "checks": [{"check": "pairwise", "prompt": "x", "against": "b"}]},
            ("checks", 0, "against"),
            "Check 1: Write the name of the prompt that answers are compared with.",
        ),
        (
            {"repetitions": 2, "early_stop": {}},
            ("early_stop",),
            "Ending early: Set repetitions to 1, or switch ending early off.",
        ),
        (
            {"dataset": {"rows": [{"topic": "a"}, {"topic": "b", "checks": [{"check": "contains"}]}]}},
            ("dataset", "rows", 1, "checks", 0, "value"),
            "Row 2, check 1: Fill in the value.",
        ),
    ],
)
def test_a_mistake_stands_at_its_place_in_words_of_the_page(
    changed: dict[str, Any], place: tuple[str | int, ...], told: str
) -> None:
    plan = ExperimentPlan("x", {**first_draft(), "title": "x", "models": ["m"], **changed})
    assert [(one.place, str(one)) for one in plan.mistakes] == [(place, told)]
    assert mistakes_below(plan.mistakes, *place[:1]) == list(plan.mistakes)


def test_what_is_no_plan_at_all_has_mistakes_and_no_definition(store: Store) -> None:
    store.prefer("experiment_plan:x", ["nonsense"])
    (plan,) = ExperimentPlans(store).own()
    assert plan.definition is None
    assert plan.mistakes


def test_a_draft_says_what_its_file_says() -> None:
    for plan in shipped_plans():
        assert plan.definition is not None
        assert draft_of(read_definition(write_definition(plan.definition))) == plan.draft


def test_plans_have_bounds(store: Store) -> None:
    plans = ExperimentPlans(store)
    with pytest.raises(PlanError, match="longer than"):
        plans.keep({"description": "x" * LONGEST_PLAN})
    for _ in range(MOST_PLANS):
        plans.keep({})
    with pytest.raises(PlanError, match="There are 200 plans"):
        plans.keep({})
