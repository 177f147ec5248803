"""ExperimentPlans: drafts of experiments, which may have mistakes, and those that are shipped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.experiments.definition_file import read_definition, write_definition
from playground.experiments.plans import (
    LONGEST_PLAN,
    MOST_PLANS,
    ExperimentPlans,
    PlanError,
    draft_of,
    first_draft,
    shipped_plans,
)
from playground.owner import DEFAULT_OWNER
from playground.store import Store, open_stores, sqlite_url

TITLES = [
    "Capitals: a short question or a polite one",
    "JSON: asked for in words, or by a schema",
    "What temperature costs",
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_stores(sqlite_url(tmp_path)) as opened:
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
    assert [mistake.split(":")[0] for mistake in plan.mistakes] == ["title", "models"]

    plans.keep({**first_draft(), "title": "Seas", "models": ["local/smollm2-135m-instruct"]}, name)
    (plan,) = plans.own()
    assert (plan.title, plan.mistakes) == ("Seas", ())
    plans.delete(name)
    assert plans.own() == ()
    assert plans.find(name) is None


def test_a_mistake_says_where_it_is(store: Store) -> None:
    plans = ExperimentPlans(store)
    draft = {**first_draft(), "title": "x", "models": ["m"], "checks": [{"check": "contains"}, {"check": "magic"}]}
    plan = plans.find(plans.keep(draft))
    assert plan is not None
    assert "checks → number 1 → contains → value: is missing" in plan.mistakes


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
