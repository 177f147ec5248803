"""Experiments whose cells go to Workers AI as batches: the same rows as one by one, and no batch twice."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from playground.answers.request_switch import request_switch
from playground.batch import polling
from playground.experiments.batch_plan import batch_plan
from playground.experiments.engine import batch_lane, bundle, writing_down
from playground.experiments.engine.column import asked_columns
from playground.experiments.engine.runner import ExperimentRunner, ExperimentRunners
from playground.experiments.loading import stored_run
from playground.experiments.writing.lines import result_lines, summary_json
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import CellEnd, GivenUp, Store, StoredExperiment, Stores
from tests.browser.waiting import until
from tests.experiments.engine.conftest import Make, definition
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream
from tests.upstream.batch import Batches
from tests.upstream.errors import error

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
SMALL = "@cf/meta/llama-3.2-1b-instruct"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "FIRST_POLL_S", 0.01)
    monkeypatch.setattr(polling, "LONGEST_POLL_S", 0.05)


def account(server: str) -> Connection:
    """The account at a server."""
    values = {"kind": "workers_ai", "name": "cloudflare", "base_url": server, "account_id": ACCOUNT, "api_token": TOKEN}
    return Connection.model_validate(values | {"max_retries": 0})


@pytest.fixture
def connection(upstream: Upstream) -> Connection:
    """That of the stand-in."""
    return account(upstream.base_url)


def bodies(upstream: Upstream) -> list[Mapping[str, Any]]:
    """What was submitted."""
    return [seen.json for seen in upstream.requests if seen.method == "POST" and "requests" in seen.json]


def singles(upstream: Upstream) -> int:
    """How many questions came by themselves."""
    return sum(
        seen.method == "POST" and not {"requests", "request_id"} & seen.json.keys() for seen in upstream.requests
    )


def stands(store: Store, experiment: StoredExperiment) -> StoredExperiment:
    found = store.experiment(experiment.id)
    assert found is not None
    return found


def timeless(told: Any) -> Any:
    """A JSON value without what differs from one run to the next: moments, times, and what a run is called."""
    if isinstance(told, list):
        return [timeless(one) for one in told]
    if isinstance(told, dict):
        return {name: timeless(value) for name, value in told.items() if name not in _TIMES}
    return told


_TIMES = ("seconds", "median_seconds", "first_token_s", "asked_at", "started_at", "finished_at", "experiment")


class Held(Batches):
    """A service that takes batches, and has no results until it is told to; `silent` where it does not even say so."""

    def __init__(self) -> None:
        super().__init__(polls=10**9)
        self.polls_seen = 0
        self.silent = False
        self.taken = threading.Event()

    def handle(self, model: str, body: Mapping[str, Any], size: int) -> Answer:
        answer = super().handle(model, body, size)
        self.polls_seen += "request_id" in body
        self.taken.set()
        return replace(answer, delay=60) if self.silent else answer


class Forgetful(Batches):
    """A service that has no result for the second request."""

    def handle(self, model: str, body: Mapping[str, Any], size: int) -> Answer:
        answer = super().handle(model, body, size)
        told = json.loads(answer.chunks[0])
        if responses := told["result"].get("responses"):
            told["result"]["responses"] = [one for one in responses if one["id"] != 1]
            return Answer.json(told)
        return answer


class Slow(Batches):
    """A service that takes its time to say that it took a batch."""

    def __init__(self, polls: int) -> None:
        super().__init__(polls)
        self.taken = threading.Event()

    def handle(self, model: str, body: Mapping[str, Any], size: int) -> Answer:
        answer = super().handle(model, body, size)
        self.taken.set()
        return replace(answer, delay=1) if "requests" in body else answer


class Misnumbered(Batches):
    """A service whose numbers of results are wrong, and whose references are right."""

    def handle(self, model: str, body: Mapping[str, Any], size: int) -> Answer:
        answer = super().handle(model, body, size)
        told = json.loads(answer.chunks[0])
        if responses := told["result"].get("responses"):
            told["result"]["responses"] = [{**one, "id": len(responses) - 1 - one["id"]} for one in responses]
            return Answer.json(told)
        return answer


class Otherwise(Batches):
    """A service that says something else to what it is asked, where there is something."""

    def __init__(self, answer: Callable[[], Answer | None]) -> None:
        super().__init__(polls=0)
        self._answer = answer

    def handle(self, model: str, body: Mapping[str, Any], size: int) -> Answer:
        return self._answer() or super().handle(model, body, size)


def test_both_engines_have_equal_rows(runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream) -> None:
    variants = [
        {"name": "plain", "prompt": "Say {{word}}. upstream: tokens=3 echo=yes"},
        {"name": "short", "prompt": "{{word}} upstream: tokens=9", "parameters": {"max_tokens": 4}},
        {"name": "fails", "prompt": "{{word}} upstream: fail=3006"},
        {"name": "empty", "prompt": "{{other}}"},
    ]
    checks = [
        {"check": "contains", "value": "{{word}}"},
        {"check": "tokens", "max": 100},
        {"check": "cost", "max": "1"},
    ]
    told = []
    for engine in ("app", "batch"):
        experiment = make(definition(LLAMA, variants=variants, checks=checks, repetitions=2, engine=engine))
        runner.start(experiment.id).result(20)
        assert stands(store, experiment).status == "done"
        assert not store.asked_twice(experiment.id)
        run = stored_run(store, stands(store, experiment))
        spent = [cell.spent for cell in store.cells(experiment.id)]
        lines = [timeless(json.loads(line)) for line in result_lines(run)]
        told.append((lines, timeless(json.loads(summary_json(run))), spent))
    assert told[0] == told[1]
    lines, summary, _ = told[1]
    assert (len(lines), summary["errors"]) == (40, 20)
    (body,) = bodies(upstream)
    assert len(body["requests"]) == 30  # those without a value are not asked
    assert len({item["external_reference"] for item in body["requests"]}) == 30
    assert {"prompt", "external_reference"} <= body["requests"][0].keys()
    assert store.headway(experiment.id).spent > 0
    assert store.submissions(experiment.id) == ()


def test_what_takes_no_batches_is_asked_by_the_app(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    variants = [
        {"name": "plain", "prompt": "{{word}} upstream: tokens=1"},
        {"name": "system", "prompt": "{{word}} upstream: tokens=1", "system_prompt": "Be brief."},
    ]
    experiment = make(definition(LLAMA, SMALL, variants=variants, checks=[], engine="batch"))
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"unchecked": 20}
    assert [len(body["requests"]) for body in bodies(upstream)] == [5]
    assert singles(upstream) == 15


def test_a_helping_process_leaves_batches_to_the_one_that_runs_it(
    stores: Stores, store: Store, make: Make, roster: Roster, upstream: Upstream
) -> None:
    experiment = make(definition(LLAMA, SMALL, checks=[], engine="batch"))
    assert store.begin_experiment(experiment.id)
    ExperimentRunners(stores, lambda _: roster).of(store.owner).help(experiment.id).result(20)
    assert store.headway(experiment.id).ended == 5
    assert not bodies(upstream)


def test_a_dry_run_is_not_submitted(runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream) -> None:
    experiment = make(definition(LLAMA, checks=[], engine="batch"))
    runner.start(experiment.id, most=3).result(20)
    assert (stands(store, experiment).status, store.headway(experiment.id).ended) == ("paused", 3)
    assert not bodies(upstream)
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).ended == 5
    assert [len(body["requests"]) for body in bodies(upstream)] == [2]


def test_cells_fill_batches_of_a_size(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_lane, "MOST_CELLS", 4)
    monkeypatch.setattr(batch_lane, "OPEN_BATCHES", 2)
    experiment = make(definition(LLAMA, rows=10, engine="batch"))
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 10}
    assert [len(body["requests"]) for body in bodies(upstream)] == [4, 4, 2]


def test_what_comes_together_is_written_in_portions(
    runner: ExperimentRunner, store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    finish = Store.finish_cells

    def counted(self: Store, experiment_id: str, ends: Sequence[CellEnd], given_up: Sequence[GivenUp] = ()) -> None:
        sizes.append(len(ends))
        finish(self, experiment_id, ends, given_up)

    monkeypatch.setattr(Store, "finish_cells", counted)
    monkeypatch.setattr(writing_down, "WRITTEN_TOGETHER", 4)
    experiment = make(definition(LLAMA, rows=10, engine="batch"))
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 10}
    assert [size for size in sizes if size] == [4, 4, 2]


def test_no_more_batches_are_open_than_may_be(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_lane, "MOST_CELLS", 1)
    monkeypatch.setattr(batch_lane, "OPEN_BATCHES", 2)
    upstream.service.batches = held = Held()
    experiment = make(definition(LLAMA, rows=6, checks=[], engine="batch"))
    end = runner.start(experiment.id)
    until(lambda: held.polls_seen > 9)
    assert len(bodies(upstream)) == 2
    held.polls = 0
    end.result(20)
    assert store.headway(experiment.id).outcomes == {"unchecked": 6}


def test_a_batch_has_a_bound_in_bytes(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "MOST_BYTES", 400)
    experiment = make(definition(LLAMA, rows=6, engine="batch"))
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 6}
    assert [len(body["requests"]) for body in bodies(upstream)] == [3, 3]


def test_a_batch_has_room_for_the_longest_answers_of_its_model(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream, roster: Roster, connection: Connection
) -> None:
    roster.connect(connection.model_copy(update={"max_body_bytes": 40_000}))  # of 8 bytes a token
    asked = definition(LLAMA, rows=10, checks=[], axes={"max_tokens": [16, 1000]}, engine="batch")
    experiment = make(asked)
    columns = asked_columns(experiment.candidates, asked, roster)
    told = batch_plan(asked, columns, 10, roster)
    assert told is not None
    assert (told.cells, told.batches) == (20, 4)
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"unchecked": 20}
    assert [len(body["requests"]) for body in bodies(upstream)] == [5] * 4


def test_results_that_are_more_than_is_read_pause_it_and_stay_to_be_read(
    stores: Stores, store: Store, make: Make, roster: Roster, connection: Connection, upstream: Upstream
) -> None:
    upstream.service.batches = Batches(polls=0)
    long = [{"name": "long", "prompt": "{{word}} upstream: tokens=3000", "parameters": {"max_tokens": 4_000}}]
    experiment = make(definition(LLAMA, rows=2, variants=long, checks=[], engine="batch"))
    runners = ExperimentRunners(stores, lambda _: roster)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(batch_lane, "_BYTES_A_TOKEN", 1)
        roster.connect(connection.model_copy(update={"max_body_bytes": 10_000}))
        runners.of(store.owner).start(experiment.id).result(20)
    found = stands(store, experiment)
    assert found.status == "paused"
    assert found.reason is not None
    assert "max_body_bytes" in found.reason.hint
    (kept,) = store.submissions(experiment.id)
    assert (kept.cells, store.headway(experiment.id).ended) == (2, 0)
    roster.connect(connection)
    runners.of(store.owner).start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"unchecked": 2}
    assert len(bodies(upstream)) == 1
    assert not store.asked_twice(experiment.id)


def test_no_times_are_invented(runner: ExperimentRunner, store: Store, make: Make) -> None:
    checks = [{"check": "first_token", "max": 60}, {"check": "seconds", "max": 60}]
    experiment = make(definition(LLAMA, rows=1, checks=checks, engine="batch"))
    runner.start(experiment.id).result(20)
    (cell,) = store.cells(experiment.id)
    assert (cell.outcome, cell.seconds) == ("unchecked", None)
    assert [check["note"] for check in cell.checks] == [
        "the time of its first token is not known: it came in a batch",
        "its time is not known: it came in a batch",
    ]


def test_an_item_without_a_result_is_an_error_of_its_cell_that_may_have_been_billed(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    upstream.service.batches = Forgetful(polls=0)
    short = [{"name": "short", "prompt": "{{word}} upstream: tokens=1", "parameters": {"max_tokens": 5}}]
    experiment = make(definition(LLAMA, rows=3, variants=short, checks=[], engine="batch"))
    runner.start(experiment.id).result(20)
    cells = store.cells(experiment.id)
    assert [cell.outcome for cell in cells] == ["unchecked", "error", "unchecked"]
    assert "gave no result" in cells[1].answer["error"]["message"]
    assert cells[1].spent > cells[0].spent > 0


def test_a_batch_that_the_service_has_lost_is_an_error_of_its_cells(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    upstream.service.batches = held = Held()
    experiment = make(definition(LLAMA, rows=2, checks=[], engine="batch"))
    end = runner.start(experiment.id)
    until(lambda: held.polls_seen > 0)
    upstream.service.batches = Batches()
    end.result(20)
    cells = store.cells(experiment.id)
    assert [cell.outcome for cell in cells] == ["error", "error"]
    assert "The results of its batch cannot be had" in cells[0].answer["error"]["message"]
    assert len(bodies(upstream)) == 1


def test_a_paused_run_takes_up_what_the_service_has(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    upstream.service.batches = held = Held()
    experiment = make(definition(LLAMA, engine="batch"))
    end = runner.start(experiment.id)
    until(lambda: held.polls_seen > 0)
    assert runner.waits_for(experiment.id) == (
        "1 batch of 5 cells at Workers AI, which does not say how long it takes."
    )
    runner.pause(experiment.id)
    end.result(5)
    (kept,) = store.submissions(experiment.id)
    assert (stands(store, experiment).status, kept.cells) == ("paused", 5)
    runner.stop(experiment.id)
    held.polls = 0
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 5}
    assert len(bodies(upstream)) == 1
    assert not store.asked_twice(experiment.id)


def test_a_limit_holds_and_goes_on_with_what_comes_back(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    short = [{"name": "short", "prompt": "{{word}} upstream: tokens=1", "parameters": {"max_tokens": 50}}]
    asked = definition(LLAMA, rows=40, variants=short, checks=[], engine="batch", limits={"max_cost": "0.001"})
    experiment = make(asked)
    runner.start(experiment.id).result(30)
    headway = store.headway(experiment.id)
    assert headway.spent <= Decimal("0.001")
    sizes = [len(body["requests"]) for body in bodies(upstream)]
    assert len(sizes) > 1
    assert sum(sizes) == headway.ended
    if headway.ended < 40:
        found = stands(store, experiment)
        assert found.reason is not None
        assert "above $0.001" in found.reason.message


def test_judges_are_asked_by_the_app(runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream) -> None:
    checks = [{"check": "judge", "prompt": "Is it salty? upstream: echo=yes Verdict: yes"}]
    experiment = make(definition(LLAMA, rows=3, checks=checks, judge=SMALL, engine="batch"))
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).judgements == 3
    assert (len(bodies(upstream)), singles(upstream)) == (1, 3)


def test_a_submission_that_was_refused_is_sent_again_and_one_that_may_have_been_taken_is_not(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    answers = [error(3040), None]
    upstream.service.batches = Otherwise(lambda: answers.pop(0) if answers else None)
    experiment = make(definition(LLAMA, rows=2, engine="batch"))
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 2}
    assert not store.asked_twice(experiment.id)

    answers[:] = [Answer.json("nonsense")]
    experiment = make(definition(LLAMA, rows=3, engine="batch"))
    runner.start(experiment.id).result(20)
    found = stands(store, experiment)
    assert found.status == "paused"
    assert found.reason is not None
    assert "Whether Workers AI took a batch of 3 cells is not known" in found.reason.message
    assert [(one.cell, one.why) for one in store.asked_twice(experiment.id)] == [(n, "unsure") for n in range(3)]
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 3}


def test_a_refused_key_pauses_and_costs_nothing(
    stores: Stores, store: Store, make: Make, roster: Roster, connection: Connection
) -> None:
    experiment = make(definition(LLAMA, rows=2, engine="batch"))
    roster.connect(connection.model_copy(update={"api_token": SecretStr("wrong")}))
    ExperimentRunners(stores, lambda _: roster).of(store.owner).start(experiment.id).result(20)
    found, headway = stands(store, experiment), store.headway(experiment.id)
    assert found.reason is not None
    assert (found.status, found.reason.kind) == ("paused", "authentication")
    assert (headway.spent, headway.on_their_way) == (Decimal(0), 0)
    assert store.submissions(experiment.id) == ()
    assert not store.asked_twice(experiment.id)


@pytest.mark.parametrize("known", [True, False])
def test_after_kill_9_a_batch_that_was_taken_is_not_submitted_again(
    stores: Stores, store: Store, runner: ExperimentRunner, make: Make, upstream: Upstream, known: bool
) -> None:
    upstream.service.batches = held = Held()
    held.silent = not known
    experiment = make(definition(LLAMA, rows=6, engine="batch"))
    url = stores.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.experiments.engine.running_batches", url, upstream.base_url, experiment.id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        if known:
            until(lambda: held.polls_seen > 0, timeout_s=30)
        else:
            until(lambda: held.taken.is_set(), timeout_s=30)
        process.send_signal(signal.SIGKILL)
    held.silent = False
    held.polls = 0
    runner.start(experiment.id).result(40)
    cells = store.cells(experiment.id)
    assert [(cell.cell, cell.outcome) for cell in cells] == [(number, "passed") for number in range(6)]
    texts = [cell.answer["text"] for cell in cells]
    assert texts == [f" Say sea {number}. upstream: tokens=3 echo=yes" for number in range(6)]
    twice = [(one.cell, one.why) for one in store.asked_twice(experiment.id)]
    assert twice == ([] if known else [(number, "unsure") for number in range(6)])
    assert len(bodies(upstream)) == (1 if known else 2)
    assert store.headway(experiment.id).on_their_way == 0


def test_a_stop_waits_for_a_moment_whether_a_batch_was_taken(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    upstream.service.batches = slow = Slow(polls=0)
    experiment = make(definition(LLAMA, rows=3, engine="batch"))
    end = runner.start(experiment.id)
    until(lambda: slow.taken.is_set())
    runner.stop(experiment.id)
    end.result(10)
    (kept,) = store.submissions(experiment.id)
    assert (stands(store, experiment).status, kept.cells, bool(kept.request_id)) == ("stopped", 3, True)
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 3}
    assert len(bodies(upstream)) == 1
    assert not store.asked_twice(experiment.id)


def test_an_answer_is_that_of_the_cell_that_the_service_names(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    upstream.service.batches = Misnumbered(polls=0)
    experiment = make(definition(LLAMA, rows=4, engine="batch"))
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 4}


def test_all_requests_stopped_by_an_administrator_pause_it_and_lose_nothing(
    stores: Stores, runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    upstream.service.batches = held = Held()
    experiment = make(definition(LLAMA, rows=3, engine="batch"))
    request_switch.cache_clear()
    switch = request_switch()
    switch.follow(stores)
    end = runner.start(experiment.id)
    until(lambda: held.polls_seen > 0)
    switch.stop_all(DEFAULT_OWNER, "Too dear.")
    try:
        end.result(20)
        assert stands(store, experiment).status == "paused"
    finally:
        switch.allow(DEFAULT_OWNER)
        request_switch.cache_clear()
    held.polls = 0
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 3}
    assert len(bodies(upstream)) == 1
