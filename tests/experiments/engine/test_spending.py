"""What experiments may cost: neither their own limit nor a budget of the app is ever passed."""

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from playground.experiments.engine.runner import ExperimentRunner, ExperimentRunners
from playground.experiments.loading import stored_analysis, stored_run
from playground.experiments.summary import summarize
from playground.models.roster import Roster
from playground.money.budget import Budget, Most
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import Store, StoredExperiment, Stores, Wanted, open_stores
from playground.store.database.database import now
from tests.experiments.engine.conftest import Make, definition
from tests.experiments.engine.test_judges import GOOD, says
from tests.upstream import Upstream

CENT = Decimal("0.01")
PRICE = {"input": "10", "output": "100", "as_of": "2026-11-01"}
SHORT = [{"name": "short", "prompt": "{{word}} upstream: tokens=5", "parameters": {"max_tokens": 8}}]


@pytest.fixture
def connection(upstream: Upstream) -> Connection:
    """One whose model costs a hundredth of a cent for each token of an answer."""
    prices = dict.fromkeys(("m", "a", "b", "c", "judge"), PRICE)
    return Connection.model_validate(
        {"kind": "openai_compatible", "name": "server", "base_url": upstream.openai_url, "prices": prices}
    )


def stands(store: Store, experiment: StoredExperiment) -> StoredExperiment:
    found = store.experiment(experiment.id)
    assert found is not None
    return found


def test_an_experiment_stops_at_its_limit_and_goes_on_when_that_is_raised(
    runner: ExperimentRunner, store: Store, make: Make
) -> None:
    experiment = make(definition(rows=60, variants=SHORT, checks=[], limits={"max_cost": "0.02"}))
    runner.start(experiment.id).result(20)
    headway, found = store.headway(experiment.id), stands(store, experiment)
    assert found.status == "paused"
    assert found.reason is not None
    assert found.reason.message == "The next cell could take the experiment above $0.02, which it may cost at most."
    costs = [Decimal(cell.answer["cost"]) for cell in store.cells(experiment.id)]
    assert sum(costs) == headway.spent <= 2 * CENT
    assert 2 * CENT - headway.spent < Decimal("0.005")  # not even one more had room
    store.limit_experiment(experiment.id, None)
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"unchecked": 60}


@pytest.mark.parametrize("most", [8, 400], ids=["short verdicts", "verdicts that may get long"])
def test_below_a_limit_there_is_room_for_the_verdict_about_each_answer(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream, most: int
) -> None:
    """Three models answer thrice as often as one judge can judge, and no answer is paid that is not judged."""
    for _ in range(270):
        upstream.script(says("Verdict: yes"), "judge")
    models = [f"server/{name}" for name in "abc"]
    judge = {"id": "server/judge", "parameters": {"max_tokens": most}}
    asked = definition(*models, rows=90, variants=SHORT, checks=[GOOD], judge=judge, limits={"max_cost": "0.1"})
    experiment = make(asked)
    runner.start(experiment.id).result(50)
    assert stands(store, experiment).status == "paused"
    headway = store.headway(experiment.id)
    assert headway.outcomes.keys() == {"passed"}
    assert Decimal("0.1") / 4 < headway.spent <= Decimal("0.1")


def test_twenty_runs_at_once_never_pass_a_budget_of_the_app(
    stores: Stores, store: Store, roster: Roster, make: Make
) -> None:
    stores.set_budget(Budget("all", day=3 * CENT))
    experiments = [make(definition(rows=10, variants=SHORT, checks=[], title=f"Sea {number}")) for number in range(20)]
    runners = ExperimentRunners(stores, lambda _: roster).of(DEFAULT_OWNER)
    ends = [runners.start(experiment.id) for experiment in experiments]
    for end in ends:
        end.result(40)
    spent = sum((store.headway(experiment.id).spent for experiment in experiments), Decimal(0))
    (use,) = [one for one in store.budget_uses("server", now()) if one.span == "day"]
    assert (use.spent, use.held) == (spent, Decimal(0))
    assert 2 * CENT < spent <= 3 * CENT
    assert {stands(store, experiment).status for experiment in experiments} <= {"paused", "done"}


def test_twenty_claimers_at_once_never_pass_the_limit_of_an_experiment(
    stores: Stores, store: Store, roster: Roster, make: Make
) -> None:
    """Each is a process of its own, as far as the database knows."""
    experiment = make(definition(rows=60, variants=SHORT, checks=[], limits={"max_cost": "0.02"}))
    store.begin_experiment(experiment.id)
    url = stores.engine.url.render_as_string()
    found: list[Wanted] = []

    def claim() -> None:
        with open_stores(url, busy_timeout_s=20) as others:
            wanted = [Wanted(cell, f"{threading.get_ident()} {cell}", "server", Most(CENT / 5)) for cell in range(60)]
            others.claim()
            found.extend(others.of(DEFAULT_OWNER).claim_cells(experiment.id, wanted).cells)

    threads = [threading.Thread(target=claim) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.cell for one in found) == list(range(10))


def test_a_model_without_a_price_is_not_asked_under_a_limit(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    experiment = make(definition("server/unpriced", rows=2, limits={"max_cost": "1"}))
    runner.start(experiment.id).result(20)
    found = stands(store, experiment)
    assert found.reason is not None
    assert found.reason.message.startswith("What a request to server/unpriced can cost at most is not known")
    assert not [seen for seen in upstream.requests if seen.method == "POST"]


def test_it_is_said_where_it_is_a_judge_that_may_cost_anything_under_a_limit(
    runner: ExperimentRunner, store: Store, make: Make
) -> None:
    checks = {"checks": [GOOD], "judge": "server/judge"}  # which has no bound to its verdicts
    experiment = make(definition(rows=1, variants=SHORT, limits={"max_cost": "1"}, **checks))
    runner.start(experiment.id).result(20)
    found = stands(store, experiment)
    assert found.reason is not None
    assert found.reason.message.startswith("What a request to the judge server/judge can cost at most is not known")
    assert "max_tokens" in found.reason.hint


def test_the_cost_of_a_column_has_its_judges_in_it_wherever_it_is_shown(
    runner: ExperimentRunner, store: Store, make: Make
) -> None:
    experiment = make(definition(rows=3, variants=SHORT, checks=[GOOD], judge="server/m"))
    runner.start(experiment.id).result(20)
    found = stands(store, experiment)
    run = stored_run(store, found)
    assert run.spent == store.headway(experiment.id).spent
    (shown,) = stored_analysis(store, found, run.columns).figures
    spent = store.headway(experiment.id).spent
    answers = sum(Decimal(cell.answer["cost"]) for cell in store.cells(experiment.id))
    assert shown.cost == summarize(run).whole.cost == spent > answers


def test_what_experiments_and_their_judges_used_is_part_of_the_usage(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    since, until = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)
    experiment = make(definition(rows=3, variants=SHORT, checks=[GOOD], judge="server/judge"))
    runner.start(experiment.id).result(20)
    hours = store.usage(since, until)
    assert {(hour.page, hour.model, hour.totals.requests) for hour in hours} == {
        ("experiments", "server/m", 3),
        ("experiments", "server/judge", 3),
    }
    spent = store.headway(experiment.id).spent
    assert sum((hour.totals.cost for hour in hours), Decimal(0)) == spent > 0
    store.ask_again(experiment.id, [0])
    again = store.usage(since, until)
    assert sum((hour.totals.cost for hour in again), Decimal(0)) == spent == store.headway(experiment.id).spent
