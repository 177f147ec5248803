"""What a worker says that cannot help, without asking anything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.answers.request_switch import request_switch
from playground.experiments.cluster import worker
from playground.experiments.cluster.cell_task import CellTask
from playground.experiments.engine.run import RunEnd
from playground.experiments.setting_up import make_experiment
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import Failure, Store
from playground.system.places import app_version
from tests.experiments.engine.conftest import definition, store, stores  # noqa: F401
from tests.upstream import Upstream


def _refusal(monkeypatch: pytest.MonkeyPatch, *, version: str = app_version(), **environment: str) -> Failure:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(worker, "_worker", worker._Worker())
    end = worker.ask_cells(CellTask("e1", DEFAULT_OWNER.id, 0, 200, version))
    assert end.ended is None
    assert end.refused is not None
    return end.refused


def test_a_worker_that_cannot_reach_the_database_says_so_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = _refusal(monkeypatch, PLAYGROUND_DATABASE_URL="postgresql://somebody:s3cret@127.0.0.1:1/none")
    assert "cannot be reached" in refusal.message
    assert "PLAYGROUND_DATABASE_URL" in refusal.hint
    assert "s3cret" not in str(refusal)


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """That of a worker that has not begun, which ends with the test."""
    made = worker._Worker()
    monkeypatch.setattr(worker, "_worker", made)
    request_switch.cache_clear()
    yield
    made._stack.close()
    request_switch.cache_clear()


@pytest.mark.usefixtures("process")
def test_what_was_mended_is_seen_by_the_next_task(
    store: Store,  # noqa: F811
    upstream: Upstream,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection = Connection(kind="openai_compatible", name="openai", base_url=upstream.openai_url)
    asked = definition("openai/m", engine="cluster")
    experiment = make_experiment(store, Roster({"openai": connection}), asked, asked.dataset.rows).experiment
    assert store.begin_experiment(experiment.id)
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    task = CellTask(experiment.id, DEFAULT_OWNER.id, 0, 5, app_version())
    end = worker.ask_cells(task).ended
    assert end is not None
    assert end.reason is not None
    assert end.reason.message == "There is no model openai/m any more."
    monkeypatch.setenv("OPENAI_BASE_URL", upstream.openai_url)
    assert worker.ask_cells(task).ended == RunEnd("done")
    assert store.headway(experiment.id).outcomes == {"passed": 5}


def test_a_worker_of_another_version_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = _refusal(monkeypatch, version="0.0.1")
    assert refusal.message == f"It has version {app_version()} of the playground, and the app has 0.0.1."
