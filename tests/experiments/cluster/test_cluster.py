"""Experiments on a real cluster: the same rows as in the app, whoever dies."""

import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from playground.experiments.cluster import cluster_run
from playground.experiments.definition import Definition
from playground.experiments.engine.runner import ExperimentRunner
from playground.store import Store, StoredCell, StoredExperiment, Stores
from tests.browser.waiting import until
from tests.experiments.cluster.conftest import Dask, Worker
from tests.experiments.engine.conftest import Make, definition
from tests.experiments.engine.test_spending import SHORT
from tests.upstream import Upstream

SLOW = [{"name": "slow", "prompt": "{{word}} upstream: tokens=2 delay=1"}]


def asked(upstream: Upstream) -> int:
    """How many questions came."""
    return sum(seen.method == "POST" for seen in upstream.requests)


def _same(cell: StoredCell) -> tuple[object, ...]:
    answer = {name: cell.answer.get(name) for name in ("text", "usage", "cost", "finish_reason", "state")}
    return cell.cell, cell.candidate, cell.row, cell.repetition, cell.outcome, cell.score, answer, cell.checks


def on_cluster(**more: object) -> Definition:
    return definition("openai/m", engine="cluster", **more)  # type: ignore[arg-type]


def stands(store: Store, experiment: StoredExperiment) -> StoredExperiment:
    found = store.experiment(experiment.id)
    assert found is not None
    return found


def test_a_cluster_gives_the_rows_of_the_app(
    worker: Worker, runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    in_app, on = make(definition("openai/m", rows=450)), make(on_cluster(rows=450))
    runner.start(in_app.id).result(30)
    end = runner.start(on.id)
    until(lambda: "No worker" in runner.waits_for(on.id))
    assert "dask worker tcp://127.0.0.1:" in runner.waits_for(on.id)
    worker(), worker()
    until(lambda: runner.workers(on.id) > 0, timeout_s=30)
    end.result(40)
    assert [_same(cell) for cell in store.cells(on.id)] == [_same(cell) for cell in store.cells(in_app.id)]
    assert asked(upstream) == 900
    assert stands(store, on).status == "done"
    assert not store.asked_twice(on.id)


def test_a_worker_that_is_killed_loses_nothing(
    worker: Worker, runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    experiment = make(on_cluster(rows=420, variants=SLOW, checks=[]))
    first, _ = worker(), worker()
    end = runner.start(experiment.id)
    until(lambda: store.headway(experiment.id).ended > 0, timeout_s=40)
    first.send_signal(signal.SIGKILL)
    end.result(40)
    cells = store.cells(experiment.id)
    assert [cell.cell for cell in cells] == list(range(420))
    assert {cell.outcome for cell in cells} == {"unchecked"}
    twice = store.asked_twice(experiment.id)
    assert {one.why for one in twice} <= {"lost"}
    assert 420 <= asked(upstream) <= 420 + len(twice)


def test_a_limit_on_cost_holds_for_all_workers_together(
    worker: Worker, runner: ExperimentRunner, store: Store, make: Make
) -> None:
    experiment = make(on_cluster(rows=600, variants=SHORT, checks=[], limits={"max_cost": "0.12"}))
    worker(), worker()
    runner.start(experiment.id).result(40)
    found, standing = stands(store, experiment), store.headway(experiment.id)
    assert (found.status, standing.on_their_way) == ("paused", 0)
    assert found.reason is not None
    assert found.reason.message == "The next cell could take the experiment above $0.12, which it may cost at most."
    assert sum(Decimal(cell.answer["cost"]) for cell in store.cells(experiment.id)) == standing.spent
    assert Decimal("0.115") < standing.spent <= Decimal("0.12")  # not even one more had room


def test_a_worker_without_the_connection_or_the_database_makes_no_errors_of_cells(
    worker: Worker, runner: ExperimentRunner, store: Store, make: Make, tmp_path: Path
) -> None:
    experiment = make(on_cluster(rows=300))
    keyless = worker(OPENAI_BASE_URL="")
    runner.start(experiment.id).result(40)
    found = stands(store, experiment)
    assert found.status == "paused"
    assert found.reason is not None
    assert found.reason.message == "At a worker of the cluster: There is no model openai/m any more."
    keyless.kill()
    keyless.wait()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    worker(PLAYGROUND_DATA_DIR=str(elsewhere))
    runner.start(experiment.id).result(40)
    found = stands(store, experiment)
    assert found.reason is not None
    assert found.reason.message == "At a worker of the cluster: Its database does not have this experiment."
    assert "PLAYGROUND_DATABASE_URL" in found.reason.hint
    assert store.headway(experiment.id).ended == 0


def test_a_run_pauses_when_the_scheduler_is_gone_and_goes_on_after_kill_9_of_who_began_it(
    worker: Worker,
    scheduler: Dask,
    stores: Stores,
    runner: ExperimentRunner,
    store: Store,
    make: Make,
    upstream: Upstream,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster_run, "CONNECT_PATIENCE_S", 0.5)
    experiment = make(on_cluster(rows=400, variants=SLOW, checks=[]))
    worker()
    url = stores.engine.url.render_as_string()
    command = [sys.executable, "-m", "tests.experiments.engine.running", url, upstream.openai_url, experiment.id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        until(lambda: store.headway(experiment.id).ended > 0, timeout_s=40)
        first.send_signal(signal.SIGKILL)
    end = runner.start(experiment.id)
    until(lambda: runner.workers(experiment.id) > 0)
    scheduler.send_signal(signal.SIGKILL)
    end.result(40)
    found = stands(store, experiment)
    assert found.status == "paused"
    assert found.reason is not None
    assert found.reason.message.startswith("The scheduler of the cluster at tcp://127.0.0.1:")
    assert 0 < store.headway(experiment.id).ended < 400
