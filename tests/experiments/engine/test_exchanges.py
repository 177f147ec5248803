"""What is kept of the exchange of a cell: a hash of the request, and what came of errors or of all answers."""

import json
from typing import Any

import pytest

from playground.experiments import exchanges
from playground.experiments.engine.judges import judge_title
from playground.experiments.engine.runner import ExperimentRunner, ExperimentRunners
from playground.experiments.exchanges import MOST_OF_ANSWER, MOST_OF_ERROR, CellExchange, exchange_of
from playground.experiments.setting_up import make_experiment
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import Store, StoredExperiment, Stores
from playground.store.database.experiment_tables import experiments
from tests.experiments.engine.conftest import Make, definition
from tests.upstream import ACCOUNT, TOKEN, Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


def exchanged(store: Store, roster: Roster, experiment: StoredExperiment, number: int = 0) -> CellExchange:
    """The exchange of a cell of an experiment as it is kept."""
    found = store.experiment(experiment.id)
    assert found is not None
    (cell,) = store.cells(experiment.id, numbers=[number])
    return exchange_of(store, roster, found, cell)


MORE: dict[str, dict[str, Any]] = {
    "plain": {},
    "streamed": {"checks": [{"check": "first_token", "max": 60}]},
    "with all there is": {
        "variants": [
            {
                "name": "v",
                "system_prompt": "Be {{word}}",
                "prompt": "Say {{word}}. upstream: tokens=3",
                "parameters": {"max_tokens": 20, "temperature": 0.5},
                "response_format": {"type": "json_object"},
            }
        ]
    },
}


@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
def test_the_request_is_made_anew_as_it_was_sent(
    runner: ExperimentRunner, store: Store, roster: Roster, make: Make, upstream: Upstream, more: dict[str, Any]
) -> None:
    experiment = make(definition(rows=1, **more))
    runner.start(experiment.id).result(20)
    exchange = exchanged(store, roster, experiment)
    assert exchange.as_sent
    assert exchange.body == json.loads(upstream.requests[-1].body)
    assert exchange.trace is None


def test_so_it_is_at_workers_ai(stores: Stores, upstream: Upstream) -> None:
    account = {"account_id": ACCOUNT, "api_token": TOKEN, "base_url": upstream.base_url}
    connection = Connection.model_validate({"kind": "workers_ai", "name": "cloudflare", **account})
    roster, store = Roster({"cloudflare": connection}), stores.of(DEFAULT_OWNER)
    asked = definition(LLAMA, rows=1, exchanges="all")
    experiment = make_experiment(store, roster, asked, asked.dataset.rows).experiment
    ExperimentRunners(stores, lambda _: roster).of(DEFAULT_OWNER).start(experiment.id).result(20)
    exchange = exchanged(store, roster, experiment)
    assert exchange.as_sent
    assert exchange.trace is not None
    assert TOKEN not in repr(exchange)


def test_what_came_of_an_error_is_kept_within_bounds(
    runner: ExperimentRunner, store: Store, roster: Roster, make: Make
) -> None:
    failing = [{"name": "v", "prompt": "{{word}} upstream: fail=400"}]
    experiment = make(definition(rows=2, variants=failing))
    runner.start(experiment.id).result(20)
    exchange = exchanged(store, roster, experiment, 1)
    assert exchange.trace is not None
    assert exchange.trace.status == 400
    assert 0 < len(exchange.trace.body) <= MOST_OF_ERROR
    store.ask_again(experiment.id, [1])
    assert store.cell_trace(experiment.id, 1) is None


def test_all_of_them_where_the_experiment_says_so(
    runner: ExperimentRunner, store: Store, roster: Roster, make: Make
) -> None:
    experiment = make(definition(rows=1, exchanges="all"))
    runner.start(experiment.id).result(20)
    trace = exchanged(store, roster, experiment).trace
    assert trace is not None
    assert trace.status == 200
    assert "Say sea 0." in trace.body
    assert experiment.digest == make(definition(rows=1)).digest, "it asks the same"


def test_what_would_be_sent_otherwise_now_says_so(
    runner: ExperimentRunner, store: Store, stores: Stores, roster: Roster, make: Make
) -> None:
    experiment = make(definition(rows=1))
    runner.start(experiment.id).result(20)
    warmer = [dict(one) | {"parameters": {"temperature": 1}} for one in experiment.candidates]
    with stores.engine.begin() as connection:
        connection.execute(experiments.update().values(candidates=warmer))
    assert exchanged(store, roster, experiment).as_sent is False
    gone = exchanged(store, Roster({}), experiment)
    assert gone.body is None
    assert "server/m" in gone.why


def test_of_a_judge_it_is_kept_too(runner: ExperimentRunner, store: Store, roster: Roster, make: Make) -> None:
    checks = [{"check": "judge", "name": "Good", "prompt": "Is {{answer}} good? upstream: tokens=1"}]
    experiment = make(definition(rows=1, checks=checks, judge="server/j", exchanges="all"))
    runner.start(experiment.id).result(20)
    (judge,) = exchanged(store, roster, experiment).judges
    assert (judge.title, judge.trace.status, judge.most) == ("Good", 200, MOST_OF_ANSWER)
    assert judge_title(definition(checks=checks, judge="server/j").checks, 2) == "a check of its row"


def test_the_orders_of_a_pair_are_told_apart() -> None:
    checks = [
        {"check": "contains", "value": "x"},
        {"check": "pairwise", "against": "plain", "name": "Better", "prompt": "Better?"},
    ]
    made = definition(checks=checks, judge="server/j").checks
    assert [judge_title(made, unit) for unit in (2, 3)] == ["Better, order 1", "Better, order 2"]


def test_one_piece_that_is_cut_is_said(
    runner: ExperimentRunner, store: Store, roster: Roster, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanges, "MOST_OF_ERROR", 20)
    failing = [{"name": "v", "prompt": "{{word}} upstream: fail=400"}]
    experiment = make(definition(rows=1, variants=failing))
    runner.start(experiment.id).result(20)
    exchange = exchanged(store, roster, experiment)
    assert exchange.trace is not None
    assert (len(exchange.trace.body), exchange.trace.left_out, exchange.most) == (21, 1, 20)


def test_it_is_made_without_the_network(
    runner: ExperimentRunner, store: Store, roster: Roster, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = make(definition(rows=1))
    runner.start(experiment.id).result(20)
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://host")
    assert exchanged(store, Roster({"server": roster.connections["server"]}), experiment).as_sent
