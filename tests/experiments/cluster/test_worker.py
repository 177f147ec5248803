"""What a worker says that cannot help, without asking anything."""

import pytest

from playground.experiments.cluster import worker
from playground.experiments.cluster.cell_task import CellTask
from playground.owner import DEFAULT_OWNER
from playground.store import Failure
from playground.system.places import app_version


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


def test_a_worker_of_another_version_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = _refusal(monkeypatch, version="0.0.1")
    assert refusal.message == f"It has version {app_version()} of the playground, and the app has 0.0.1."
