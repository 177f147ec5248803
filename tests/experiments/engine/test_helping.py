"""Processes that help with some cells of an experiment: those alone, judged as well, and its end is left to others."""

from playground.experiments.engine.runner import ExperimentRunner, ExperimentRunners
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.store import Store, Stores, open_stores
from tests.experiments.engine.conftest import Make, definition
from tests.experiments.engine.test_judges import GOOD, says
from tests.upstream import Upstream


def test_a_helper_asks_for_its_cells_alone_and_has_them_judged(
    store: Store, stores: Stores, roster: Roster, make: Make, upstream: Upstream
) -> None:
    for _ in range(30):
        upstream.script(says("Verdict: yes"), "judge")
    experiment = make(definition(rows=30, checks=[GOOD], judge="server/judge"))
    assert store.begin_experiment(experiment.id)
    with open_stores(stores.engine.url.render_as_string()) as others:
        helper = ExperimentRunners(others, lambda _: roster).of(DEFAULT_OWNER)
        assert helper.help(experiment.id, range(10, 20)).result(20).status == "done"
        assert [cell.cell for cell in store.cells(experiment.id)] == list(range(10, 20))
        assert store.headway(experiment.id).outcomes == {"passed": 10}
        found = store.experiment(experiment.id)
        assert found is not None
        assert found.status == "running"
        helper.help(experiment.id, range(10)).result(20)
        helper.help(experiment.id, range(20, 30)).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 30}
    assert not store.asked_twice(experiment.id)


def test_a_helper_tells_why_it_ended_and_leaves_how_the_experiment_stands(
    store: Store, runner: ExperimentRunner, make: Make
) -> None:
    priced = {"name": "plain", "prompt": "Say {{word}}.", "parameters": {"max_tokens": 5}}
    experiment = make(definition(rows=3, variants=[priced], limits={"max_cost": "0.000001"}))
    assert store.begin_experiment(experiment.id)
    end = runner.help(experiment.id, range(3)).result(20)
    assert (end.status, end.full) == ("paused", True)
    assert end.reason is not None
    assert end.reason.kind == "quota_exhausted"
    found = store.experiment(experiment.id)
    assert found is not None
    assert (found.status, found.reason) == ("running", None)
