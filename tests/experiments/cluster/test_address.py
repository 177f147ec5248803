"""Where the cluster is, and what is said where there is none."""

import pytest

from playground.connections.settings import SettingError
from playground.experiments.cluster.address import cluster_address, cluster_refusal
from playground.experiments.engine.runner import ExperimentRunner
from playground.store import Store
from tests.experiments.engine.conftest import Make, definition


def test_without_a_cluster_the_run_pauses_and_says_what_to_do(
    runner: ExperimentRunner, store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLAYGROUND_CLUSTER_URL", raising=False)
    experiment = make(definition("openai/m", engine="cluster"))
    runner.start(experiment.id).result(20)
    found = store.experiment(experiment.id)
    assert found is not None
    assert (found.status, store.headway(experiment.id).ended) == ("paused", 0)
    assert found.reason is not None
    assert found.reason.message == (
        "No cluster is set up: set PLAYGROUND_CLUSTER_URL to the address of a Dask scheduler."
    )


def test_a_few_cells_to_be_looked_at_are_asked_here(
    runner: ExperimentRunner, store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLAYGROUND_CLUSTER_URL", raising=False)
    experiment = make(definition("openai/m", engine="cluster"))
    runner.start(experiment.id, most=3).result(20)
    assert store.headway(experiment.id).ended == 3


def test_a_scheduler_that_is_not_there_is_said(
    runner: ExperimentRunner, store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.experiments.cluster.scheduler.CONNECT_PATIENCE_S", 0.2)
    monkeypatch.setenv("PLAYGROUND_CLUSTER_URL", "tcp://127.0.0.1:1")
    experiment = make(definition("openai/m", engine="cluster"))
    runner.start(experiment.id).result(30)
    found = store.experiment(experiment.id)
    assert found is not None
    assert found.reason is not None
    assert found.reason.message == "The scheduler of the cluster at tcp://127.0.0.1:1 cannot be reached."


@pytest.mark.parametrize(
    "wrong", ["127.0.0.1:8786", "http://host:8786", "tcp://host", "tcp://host:x", "tcp://who:pass@host:1", "tcp://:1"]
)
def test_what_is_no_address_is_refused_without_being_repeated(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_CLUSTER_URL", wrong)
    with pytest.raises(SettingError, match="should be the address of a Dask scheduler") as refused:
        cluster_address()
    assert "pass" not in refused.value.message
    assert cluster_refusal() == refused.value.message


def test_an_address_by_tls_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_CLUSTER_URL", " tls://scheduler.example:8786 ")
    assert cluster_address() == "tls://scheduler.example:8786"
    assert not cluster_refusal()
    monkeypatch.setattr("playground.experiments.cluster.address.find_spec", lambda _: None)
    assert cluster_refusal() == 'Dask is not installed here: pip install "distributed>=2026.8".'
