"""An experiment runs on PostgreSQL as on SQLite: claims, limits, judges, and two runs of two processes at once."""

from collections.abc import Iterator

import pytest

from playground.batch import polling
from playground.experiments.engine.runner import ExperimentRunners
from playground.experiments.setting_up import make_experiment
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.store import Store, Stores, open_stores
from tests.browser.waiting import until
from tests.experiments.engine.conftest import Make, definition
from tests.experiments.engine.test_batches import LLAMA, Held, account, bodies
from tests.experiments.engine.test_judges import GOOD, says
from tests.store.conftest import database_on, postgresql  # noqa: F401
from tests.upstream import Upstream


@pytest.fixture
def stores(postgresql: str) -> Iterator[Stores]:  # noqa: F811
    with database_on(postgresql) as url, open_stores(url) as opened:
        yield opened


def test_two_processes_share_the_cells_of_an_experiment(
    stores: Stores, store: Store, roster: Roster, make: Make, upstream: Upstream
) -> None:
    for _ in range(30):
        upstream.script(says("Verdict: yes"), "judge")
    experiment = make(definition(rows=30, checks=[GOOD], judge="server/judge"))
    with open_stores(stores.engine.url.render_as_string(hide_password=False)) as others:
        first = ExperimentRunners(stores, lambda _: roster).of(DEFAULT_OWNER)
        end = first.start(experiment.id)
        second = ExperimentRunners(others, lambda _: roster).of(DEFAULT_OWNER)
        helping = second.help(experiment.id)
        end.result(30)
        helping.result(30)
    assert store.headway(experiment.id).outcomes == {"passed": 30}
    assert not store.asked_twice(experiment.id)
    asked = [seen.json["model"] for seen in upstream.requests if seen.method == "POST"]
    assert (asked.count("m"), asked.count("judge")) == (30, 30)


def test_a_batch_of_one_process_is_taken_up_by_another(
    stores: Stores, store: Store, make: Make, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "FIRST_POLL_S", 0.01)
    roster = Roster({"cloudflare": account(upstream.base_url)})
    upstream.service.batches = held = Held()
    asked = definition(LLAMA, rows=4, engine="batch")
    experiment = make_experiment(store, roster, asked, asked.dataset.rows).experiment
    first = ExperimentRunners(stores, lambda _: roster).of(DEFAULT_OWNER)
    end = first.start(experiment.id)
    until(lambda: held.polls_seen > 0)
    first.pause(experiment.id)
    end.result(20)
    held.polls = 0
    with open_stores(stores.engine.url.render_as_string(hide_password=False)) as others:
        ExperimentRunners(others, lambda _: roster).of(DEFAULT_OWNER).start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 4}
    assert len(bodies(upstream)) == 1
    assert not store.asked_twice(experiment.id)
