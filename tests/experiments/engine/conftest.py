"""Experiments that really run: a database, and the stand-in over HTTP."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.experiments.definition import Definition
from playground.experiments.engine.runner import ExperimentRunner, ExperimentRunners
from playground.experiments.setting_up import make_experiment
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import Store, StoredExperiment, Stores, open_stores
from tests.databases import new_database
from tests.upstream import Upstream

Make = Callable[..., StoredExperiment]


def definition(*models: str, rows: int = 5, **more: Any) -> Definition:
    """An experiment about so many rows."""
    values: dict[str, Any] = {
        "title": "Seas",
        "dataset": {"rows": [{"word": f"sea {number}"} for number in range(rows)]},
        "variants": [{"name": "plain", "prompt": "Say {{word}}. upstream: tokens=3 echo=yes"}],
        "models": list(models) or ["server/m"],
        "checks": [{"check": "contains", "value": "{{word}}"}],
    }
    return Definition.model_validate(values | more)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(new_database(tmp_path)) as opened:
        yield opened


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores.of(DEFAULT_OWNER)


@pytest.fixture
def connection(upstream: Upstream) -> Connection:
    return Connection(kind="openai_compatible", name="server", base_url=upstream.openai_url)


@pytest.fixture
def roster(connection: Connection) -> Roster:
    return Roster({connection.name: connection})


@pytest.fixture
def runner(stores: Stores, roster: Roster) -> Iterator[ExperimentRunner]:
    """Runs experiments; all of them have ended when the test has."""
    runners = ExperimentRunners(stores, lambda _: roster)
    made = runners.of(DEFAULT_OWNER)
    yield made
    for (_, experiment_id), end in list(runners.ends.items()):
        if not end.done():
            made.delete(experiment_id)
            end.result(20)


@pytest.fixture
def make(store: Store, roster: Roster) -> Make:
    """Makes an experiment out of a definition."""

    def made(asked: Definition, **more: Any) -> StoredExperiment:
        return make_experiment(store, roster, asked, asked.dataset.rows, **more).experiment

    return made
