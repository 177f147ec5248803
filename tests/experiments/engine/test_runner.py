"""Experiments against the stand-in: all cells are asked once, whatever is paused, refused or fails."""

import json
import re
import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest

from playground.experiments.candidates import Candidate
from playground.experiments.engine.runner import ExperimentRunner, ExperimentRunners
from playground.experiments.loading import stored_analysis, stored_run
from playground.experiments.named_columns import named_columns
from playground.experiments.setting_up import make_experiment
from playground.experiments.writing.lines import summary_json
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER, Owner
from playground.providers import Connection
from playground.store import Store, Stores, open_stores, sqlite_url
from tests.browser.waiting import until
from tests.experiments.engine.conftest import Make, definition
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream


def asked(upstream: Upstream) -> int:
    """How many questions came."""
    return sum(seen.method == "POST" for seen in upstream.requests)


def test_every_cell_is_asked_once_and_checked(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    experiment = make(definition("server/a", "server/b", repetitions=2))
    runner.start(experiment.id).result(20)
    cells = store.cells(experiment.id)
    assert [cell.cell for cell in cells] == list(range(20))
    assert {cell.outcome for cell in cells} == {"passed"}
    texts = [cell.answer["text"] for cell in cells[:3]]
    assert texts == [f" Say sea {row}. upstream: tokens=3 echo=yes" for row in (0, 0, 1)]
    found = store.experiment(experiment.id)
    assert found is not None
    assert found.status == "done"
    assert asked(upstream) == 20
    assert not store.asked_twice(experiment.id)


@pytest.mark.parametrize("rows", [1, 30])
def test_a_connection_that_cannot_be_opened_gives_errors_and_pauses(
    runner: ExperimentRunner, store: Store, make: Make, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://host")
    checks = [{"check": "judge", "prompt": "Is {{answer}} good?"}]
    experiment = make(definition(rows=rows, checks=checks, judge="server/j"))
    runner.start(experiment.id).result(20)
    found, headway = store.experiment(experiment.id), store.headway(experiment.id)
    assert found is not None
    assert headway.outcomes == {"error": headway.ended}
    assert headway.unsent == headway.ended
    assert store.requests_made(experiment.id) == 0
    assert headway.spent == 0
    assert "proxy" in store.cells(experiment.id, numbers=[0])[0].answer["error"]["message"]
    if rows == 30:
        assert found.status == "paused"
        assert found.reason is not None
        assert "proxy" in found.reason.message


def test_a_run_pauses_and_goes_on(runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream) -> None:
    slow = [{"name": "slow", "prompt": "{{word}} upstream: tokens=2 delay=1"}]
    experiment = make(definition(rows=120, variants=slow, checks=[]))
    end = runner.start(experiment.id)
    until(lambda: store.headway(experiment.id).ended > 0)
    runner.pause(experiment.id)
    end.result(20)
    found, headway = store.experiment(experiment.id), store.headway(experiment.id)
    assert found is not None
    assert (found.status, found.reason, headway.on_their_way) == ("paused", None, 0)
    assert 20 <= headway.ended < 120
    assert asked(upstream) == headway.ended
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"unchecked": 120}
    assert asked(upstream) == 120
    assert not store.asked_twice(experiment.id)


def test_one_that_is_started_while_it_pauses_goes_on(runner: ExperimentRunner, store: Store, make: Make) -> None:
    slow = [{"name": "slow", "prompt": "{{word}} upstream: tokens=2 delay=1"}]
    experiment = make(definition(rows=30, variants=slow, checks=[]))
    end = runner.start(experiment.id)
    until(lambda: runner.at_once(experiment.id) > 0)
    runner.pause(experiment.id)
    assert runner.start(experiment.id) is end
    end.result(20)
    found = store.experiment(experiment.id)
    assert found is not None
    assert found.status == "done"
    assert store.headway(experiment.id).ended == 30


def test_one_that_is_gone_on_with_in_the_moment_in_which_its_run_ends_goes_on(
    runner: ExperimentRunner, stores: Stores, store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = make(definition(rows=4, checks=[]))
    decided, go_on = threading.Event(), threading.Event()
    whole = ExperimentRunner._begun_again

    def held(self: ExperimentRunner, key: tuple[Owner, str]) -> bool:
        """Wait where it is decided that the run ends, so that it can be gone on with just then."""
        again = whole(self, key)
        decided.set()
        go_on.wait(10)
        return again

    monkeypatch.setattr(ExperimentRunner, "_begun_again", held)
    first = runner.start(experiment.id, most=2)
    assert decided.wait(20)
    assert not first.done()
    second = runner.start(experiment.id)
    go_on.set()
    first.result(20)
    second.result(20)
    found = store.experiment(experiment.id)
    assert found is not None
    assert (found.status, store.headway(experiment.id).ended) == ("done", 4)
    assert not runner.is_running(experiment.id)


@pytest.mark.parametrize("status", ["paused", "stopped"])
def test_one_that_is_gone_on_with_while_it_pauses_and_then_ended_after_all_stays_so(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream, status: str
) -> None:
    slow = [{"name": "slow", "prompt": "{{word}} upstream: tokens=2 delay=1"}]
    experiment = make(definition(rows=60, variants=slow, checks=[]))
    end = runner.start(experiment.id)
    until(lambda: runner.at_once(experiment.id) > 0)
    runner.pause(experiment.id)
    runner.start(experiment.id)
    (runner.pause if status == "paused" else runner.stop)(experiment.id)
    end.result(20)
    found = store.experiment(experiment.id)
    assert found is not None
    assert (found.status, asked(upstream) < 60) == (status, True)


def test_one_that_is_stopped_while_it_pauses_ends_as_stopped(
    runner: ExperimentRunner, store: Store, make: Make
) -> None:
    hanging = [{"name": "slow", "prompt": "{{word}} upstream: tokens=2 delay=60"}]
    experiment = make(definition(rows=10, variants=hanging, checks=[]))
    end = runner.start(experiment.id)
    until(lambda: runner.at_once(experiment.id) == 10)
    runner.pause(experiment.id)
    with pytest.raises(TimeoutError):
        end.result(0.5)
    runner.stop(experiment.id)
    end.result(5)
    found = store.experiment(experiment.id)
    assert found is not None
    assert (found.status, found.reason) == ("stopped", None)


def test_a_run_that_is_stopped_closes_what_is_on_its_way_and_lists_it(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    hanging = [{"name": "slow", "prompt": "{{word}} upstream: tokens=2 delay=60"}]
    experiment = make(definition(rows=10, variants=hanging, checks=[]))
    end = runner.start(experiment.id)
    until(lambda: asked(upstream) == 10)
    runner.stop(experiment.id)
    end.result(5)
    found, headway = store.experiment(experiment.id), store.headway(experiment.id)
    assert found is not None
    assert (found.status, headway.ended, headway.on_their_way) == ("stopped", 0, 0)
    listed = {(one.cell, one.why) for one in store.asked_twice(experiment.id)}
    assert listed == {(cell, "stopped") for cell in range(10)}
    assert store.requests_made(experiment.id) == 10


def test_a_deleted_experiment_is_asked_no_more(runner: ExperimentRunner, store: Store, make: Make) -> None:
    hanging = [{"name": "slow", "prompt": "{{word}} upstream: tokens=2 delay=60"}]
    experiment = make(definition(rows=10, variants=hanging, checks=[]))
    end = runner.start(experiment.id)
    until(lambda: runner.at_once(experiment.id) == 10)
    runner.delete(experiment.id)
    end.result(5)
    store.restore_experiment(experiment.id)
    assert store.headway(experiment.id).on_their_way == 0
    found = store.experiment(experiment.id)
    assert found is not None
    assert found.status == "stopped"  # nobody runs it: the next start of the app does not go on with it unasked


def test_a_storm_of_refusals_costs_no_cell(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    limited = Answer.json({"error": {"message": "Too many requests"}}, 429, headers={"retry-after": "0"})
    for _ in range(40):
        upstream.script(limited, "m")
    experiment = make(definition(rows=60))
    runner.start(experiment.id).result(30)
    assert store.headway(experiment.id).outcomes == {"passed": 60}
    assert asked(upstream) == 100 == store.requests_made(experiment.id)


def test_an_allocation_that_is_spent_pauses_with_the_reason(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    body = {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}
    for _ in range(20):
        upstream.script(Answer.json(body, 429), "m")
    experiment = make(definition(rows=20))
    runner.start(experiment.id).result(20)
    found = store.experiment(experiment.id)
    assert found is not None
    assert found.status == "paused"
    assert found.reason is not None
    assert found.reason.kind == "quota_exhausted"
    assert store.headway(experiment.id).ended == 0
    assert store.requests_made(experiment.id) == asked(upstream)
    assert all(one.why == "refused" and not one.spent for one in store.asked_twice(experiment.id))
    upstream.reset()
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 20}


def test_errors_and_rows_without_a_value_are_kept_as_errors(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    variants = [
        {"name": "fails", "prompt": "{{word}} upstream: fail=400"},
        {"name": "empty", "prompt": "{{other}}"},
        {"name": "good", "prompt": "{{word}} upstream: tokens=1"},
    ]
    experiment = make(definition(rows=2, variants=variants, checks=[]))
    runner.start(experiment.id).result(20)
    cells = store.cells(experiment.id)
    assert [cell.outcome for cell in cells] == ["error", "error", "unchecked"] * 2
    assert cells[1].answer["error"]["message"] == "The row has no value for other."
    assert cells[0].answer["error"]["kind"] == "bad_request"
    assert [cell.requests for cell in cells] == [1, 0, 1] * 2
    headway = store.headway(experiment.id)
    assert (headway.outcomes["error"], headway.unsent) == (4, 2)
    told = json.loads(summary_json(stored_run(store, experiment)))
    assert (told["calls"], told["asked"], told["errors"], told["unsent"]) == (asked(upstream), 4, 4, 2)
    assert [column["unsent"] for column in told["candidates"]] == [0, 2, 0]


def test_an_empty_value_is_sent_and_an_empty_message_is_not(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    variants = [
        {"name": "worded", "prompt": "Say {{text}}!", "system_prompt": "{{text}}"},
        {"name": "bare", "prompt": "{{text}}"},
    ]
    checks = [{"check": "judge", "prompt": "Is {{answer}} about {{text}}?"}]
    rows = {"rows": [{"text": ""}]}
    experiment = make(definition(dataset=rows, variants=variants, checks=checks, judge="server/judge"))
    runner.start(experiment.id).result(20)
    worded, bare = store.cells(experiment.id)
    sent = [seen.json for seen in upstream.requests if seen.method == "POST"]
    assert [one["messages"] for one in sent if one["model"] == "m"] == [[{"role": "user", "content": "Say !"}]]
    assert [one["model"] for one in sent] == ["m", "judge"]  # which is asked with the empty value too
    assert worded.outcome == "unchecked"
    assert (bare.outcome, bare.requests) == ("error", 0)
    assert bare.answer["error"]["message"] == "The message is empty, which most services refuse."


def test_a_message_that_is_written_empty_is_sent(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    turns = [("user", "{{word}}"), ("assistant", ""), ("user", "Go on.")]
    written = [{"role": role, "content": content} for role, content in turns]
    rows = {"rows": [{"word": "sea"}, {"word": " "}]}
    experiment = make(definition(dataset=rows, variants=[{"name": "a", "messages": written}], checks=[]))
    runner.start(experiment.id).result(20)
    assert [cell.requests for cell in store.cells(experiment.id)] == [1, 0]
    (sent,) = (seen.json for seen in upstream.requests if seen.method == "POST")
    assert sent["messages"] == [{**written[0], "content": "sea"}, *written[1:]]


def test_a_server_that_is_away_pauses_the_run(stores: Stores, store: Store, make: Make, roster: Roster) -> None:
    experiment = make(definition(rows=40))
    roster.connect(Connection(kind="openai_compatible", name="server", base_url="http://127.0.0.1:9/v1", max_retries=0))
    ExperimentRunners(stores, lambda _: roster).of(store.owner).start(experiment.id).result(20)
    found = store.experiment(experiment.id)
    assert found is not None
    assert found.status == "paused"
    assert found.reason is not None
    assert found.reason.kind == "network"


def test_a_run_that_waits_for_the_next_minute_of_a_model_says_so(
    runner: ExperimentRunner, store: Store, make: Make, roster: Roster, connection: Connection
) -> None:
    experiment = make(definition(rows=20))
    roster.connect(connection.model_copy(update={"requests_per_minute": 10}))
    runner.start(experiment.id)
    told = until(lambda: runner.waits_for(experiment.id))
    assert re.fullmatch(r"The requests of server/m for this minute are used up: the next go in [56]\d s\.", told)
    until(lambda: store.headway(experiment.id).ended == 9)  # the tenth is left to people


LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


@pytest.mark.parametrize(("code", "status"), [(3036, "paused"), (3040, "done")], ids=["neurons of the day", "no room"])
def test_workers_ai_refuses_for_today_or_for_a_moment(
    stores: Stores, store: Store, upstream: Upstream, code: int, status: str
) -> None:
    account = {"account_id": ACCOUNT, "api_token": TOKEN, "base_url": upstream.base_url}
    roster = Roster({"cloudflare": Connection.model_validate({"kind": "workers_ai", "name": "cloudflare", **account})})
    variants = [{"name": "refused", "prompt": f"{{{{word}}}} upstream: tokens=1 fail={code} times=2"}]
    asked = definition(LLAMA, rows=4, variants=variants, checks=[])
    experiment = make_experiment(store, roster, asked, asked.dataset.rows).experiment
    ExperimentRunners(stores, lambda _: roster).of(store.owner).start(experiment.id).result(30)
    found = store.experiment(experiment.id)
    assert found is not None
    assert found.status == status
    if status == "done":
        assert store.headway(experiment.id).outcomes == {"unchecked": 4}
    else:
        assert found.reason is not None
        assert "neurons" in found.reason.message


def test_a_model_without_room_holds_up_no_other_one(stores: Stores, store: Store, upstream: Upstream) -> None:
    account = {"account_id": ACCOUNT, "api_token": TOKEN, "base_url": upstream.base_url}
    roster = Roster({"cloudflare": Connection.model_validate({"kind": "workers_ai", "name": "cloudflare", **account})})
    small = "@cf/meta/llama-3.2-1b-instruct"
    for _ in range(200):
        upstream.script(Answer.json({"success": False, "errors": [{"code": 3040, "message": "Capacity"}]}, 429), small)
    asked = definition(small, LLAMA, rows=30, checks=[])
    experiment = make_experiment(store, roster, asked, asked.dataset.rows).experiment
    runner = ExperimentRunners(stores, lambda _: roster).of(store.owner)
    end = runner.start(experiment.id)
    until(lambda: store.headway(experiment.id).ended == 30, timeout_s=20)
    assert {cell.candidate for cell in store.cells(experiment.id)} == {1}
    assert until(lambda: runner.waits_for(experiment.id)) == f"{small} has no room just now."
    runner.stop(experiment.id)
    end.result(20)


def test_a_database_that_is_held_for_a_while_stops_nothing(tmp_path: Path, roster: Roster, upstream: Upstream) -> None:
    slow = [{"name": "slow", "prompt": "{{word}} upstream: tokens=1 delay=1"}]
    asked = definition(rows=60, variants=slow, checks=[])
    with open_stores(sqlite_url(tmp_path / "held"), busy_timeout_s=0.2) as stores:
        store = stores.of(DEFAULT_OWNER)
        experiment = make_experiment(store, roster, asked, asked.dataset.rows).experiment
        runner = ExperimentRunners(stores, lambda _: roster).of(store.owner)
        end = runner.start(experiment.id)
        until(lambda: store.headway(experiment.id).on_their_way > 0)
        with closing(sqlite3.connect(tmp_path / "held" / "playground.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            until(lambda: sum(seen.method == "POST" for seen in upstream.requests) >= 20)
            told = until(lambda: runner.waits_for(experiment.id), lambda told: "cannot be saved" in told)
            assert told.startswith("What came cannot be saved just now, and is tried again. The database ")
            with suppress(TimeoutError):
                end.result(2)
            other.execute("ROLLBACK")
        end.result(40)
        assert store.headway(experiment.id).outcomes == {"unchecked": 60}
        found = store.experiment(experiment.id)
        assert found is not None
        assert found.status == "done"


def test_it_ends_early_where_that_was_declared_and_one_is_clearly_better(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    variants = [
        {"name": "good", "prompt": "Say {{word}}. upstream: tokens=3 echo=yes"},
        {"name": "bad", "prompt": "Say nothing. upstream: tokens=3"},
    ]
    experiment = make(definition(rows=400, variants=variants, early_stop={"looks": 8}))
    runner.start(experiment.id).result(40)
    found = store.experiment(experiment.id)
    assert found is not None
    assert (found.status, found.reason) == ("done", None)
    assert 2 * 50 <= asked(upstream) == store.headway(experiment.id).ended < 800
    before = asked(upstream)
    runner.start(experiment.id).result(20)
    assert asked(upstream) == before


def test_answers_without_a_price_are_not_said_to_be_free(runner: ExperimentRunner, store: Store, make: Make) -> None:
    experiment = make(definition(rows=3))
    runner.start(experiment.id).result(20)
    columns = named_columns([Candidate.from_json(packed) for packed in experiment.candidates])
    (figures,) = stored_analysis(store, experiment, columns).figures
    assert figures.unpriced == 3
    assert not figures.cost
