"""A process is killed while it runs an experiment: no cell is lost, and paid twice are at most those on their way."""

import signal
import subprocess
import sys

from playground.experiments.engine.runner import ExperimentRunner, ExperimentRunners
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.store import Store, Stores, open_stores
from tests.browser.waiting import until
from tests.experiments.engine.conftest import Make, definition
from tests.upstream import Upstream

SLOW = [{"name": "slow", "prompt": "{{word}} upstream: tokens=2 delay=1"}]


def test_after_kill_9_another_process_goes_on_with_what_is_missing(
    stores: Stores, store: Store, runner: ExperimentRunner, make: Make, upstream: Upstream
) -> None:
    experiment = make(definition(rows=90, variants=SLOW, checks=[]))
    url = stores.engine.url.render_as_string()
    command = [sys.executable, "-m", "tests.experiments.engine.running", url, upstream.openai_url, experiment.id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        until(lambda: store.headway(experiment.id).ended > 0, timeout_s=30)
        until(lambda: store.headway(experiment.id).on_their_way > 0, timeout_s=30)
        process.send_signal(signal.SIGKILL)
    kept = store.headway(experiment.id).ended
    assert [id_ for _, id_ in stores.running_experiments()] == [experiment.id]
    runner.start(experiment.id).result(40)
    cells = store.cells(experiment.id)
    assert [cell.cell for cell in cells] == list(range(90))
    assert {cell.outcome for cell in cells} == {"unchecked"}
    twice = store.asked_twice(experiment.id)
    assert {one.why for one in twice} == {"lost"}
    asked = sum(seen.method == "POST" for seen in upstream.requests)
    assert 90 <= asked <= 90 + len(twice)
    assert len(twice) <= 90 - kept
    assert store.headway(experiment.id).unsure == sum(one.spent for one in twice)


def test_what_another_process_runs_is_left_to_it_and_goes_on_when_that_is_gone(
    stores: Stores, store: Store, make: Make, roster: Roster
) -> None:
    experiment = make(definition(rows=5))
    with open_stores(stores.engine.url.render_as_string()) as others:
        assert others.of(DEFAULT_OWNER).begin_experiment(experiment.id)
        runners = ExperimentRunners(stores, lambda _: roster).resume()
        assert not runners.ends
    runners.resume()
    ((_, end),) = runners.ends.items()
    end.result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 5}
