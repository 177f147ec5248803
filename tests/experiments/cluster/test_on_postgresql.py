"""Workers that share no file with the app: they find the experiment in PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.experiments.engine.runner import ExperimentRunner
from playground.store import Store, Stores, open_stores
from tests.experiments.cluster.conftest import Worker
from tests.experiments.engine.conftest import Make, definition
from tests.store.conftest import database_on, postgresql  # noqa: F401


@pytest.fixture
def stores(postgresql: str) -> Iterator[Stores]:  # noqa: F811
    with database_on(postgresql) as url, open_stores(url) as opened:
        yield opened


def test_workers_with_a_folder_of_their_own_write_into_the_database_of_the_app(
    worker: Worker, stores: Stores, runner: ExperimentRunner, store: Store, make: Make, tmp_path: Path
) -> None:
    url = stores.engine.url.render_as_string(hide_password=False)
    experiment = make(definition("openai/m", rows=210, engine="cluster"))
    worker(PLAYGROUND_DATABASE_URL=url, PLAYGROUND_DATA_DIR=str(tmp_path / "elsewhere"))
    runner.start(experiment.id).result(40)
    assert store.headway(experiment.id).outcomes == {"passed": 210}
    assert not store.asked_twice(experiment.id)
