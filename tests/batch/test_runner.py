"""Batches against the stand-in: submitted, asked after, given up, taken up again, and kept over restarts."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from playground.answers.request_switch import request_switch
from playground.batch import polling
from playground.batch.runner import INTERRUPTED, SUBMITTED_NOT_KNOWN, BatchRunner, BatchRunners
from playground.errors import AuthenticationError, BadRequestError
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER, Owner
from playground.providers import Connection
from playground.store import ReadOnlyError, Stopped, Stores, SubmittedBatch, open_stores
from tests.browser.waiting import until
from tests.databases import new_database
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream, dialects
from tests.upstream import batch as upstream_batch
from tests.upstream.errors import error

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
ITEMS: tuple[dict[str, Any], ...] = (
    {"prompt": "upstream: tokens=3", "external_reference": "first"},
    {"prompt": "upstream: fail=3040", "external_reference": "second"},
)

NewRunners = Callable[..., BatchRunners]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "FIRST_POLL_S", 0.002)
    monkeypatch.setattr(polling, "LONGEST_POLL_S", 0.01)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(new_database(tmp_path)) as opened:
        yield opened


def roster_of(roster: Roster) -> Callable[[Owner], Roster]:
    """The same roster for everybody."""
    return lambda _: roster


@pytest.fixture
def runner(stores: Stores, upstream: Upstream) -> Iterator[NewRunners]:
    """Makes `BatchRunners` as a process makes them at its start; the waits of all are over when the test is."""
    made: list[BatchRunners] = []

    def make(**settings: Any) -> BatchRunners:
        values = {"name": "cloudflare", "account_id": ACCOUNT, "api_token": TOKEN, "max_retries": 0, **settings}
        connection = Connection(kind="workers_ai", base_url=upstream.base_url, **values)
        made.append(BatchRunners(stores, roster_of(Roster({connection.name: connection}))))
        return made[-1]

    yield make
    for runners in made:
        for batch in stores.of(DEFAULT_OWNER).batches():
            runners.of(DEFAULT_OWNER).delete(batch.id)


class Scripted(upstream_batch.Batches):
    """A service that answers whatever it is asked with what it is given."""

    def __init__(self, answer: Callable[[], Answer]) -> None:
        super().__init__()
        self.answer = answer

    def handle(self, model: str, body: Mapping[str, Any], size: int) -> Answer:
        return self.answer()


def answered(*places: int) -> Answer:
    responses = [{"id": place, "success": True, "result": {"response": "yes"}} for place in places]
    return Answer.json(dialects.enveloped({"responses": responses}))


def submit(runner: BatchRunner, *items: dict[str, Any]) -> str:
    card = runner.roster.card(LLAMA)
    assert card is not None
    return runner.submit(card, items or ITEMS)


def standing(runner: BatchRunner, batch_id: str) -> SubmittedBatch:
    found = runner.store.batch(batch_id)
    assert found is not None
    return found


def ended(runner: BatchRunner, batch_id: str) -> SubmittedBatch:
    """The batch once nobody waits for it any more."""
    until(lambda: runner.is_polling(batch_id), lambda waiting: not waiting)
    return standing(runner, batch_id)


def asked(upstream: Upstream) -> int:
    """How often the stand-in was asked after a batch."""
    return sum("request_id" in (seen.json or {}) for seen in upstream.requests)


def test_a_batch_is_done_with_an_outcome_for_each_request(runner: NewRunners, upstream: Upstream) -> None:
    here = runner().of(DEFAULT_OWNER)
    batch_id = submit(here)

    batch = ended(here, batch_id)

    assert (batch.status, batch.size, batch.failed, batch.error) == ("done", 2, 1, None)
    assert (batch.connection, batch.model) == ("cloudflare", LLAMA)
    assert batch.request_id is not None
    assert batch.price is not None
    first, second = here.store.batch_outcomes(batch_id)
    assert (first.ok, first.external_reference, len(first.text.split())) == (True, "first", 3)
    assert first.usage is not None
    assert (second.ok, second.external_reference) == (False, "second")
    assert second.error is not None
    assert second.error.kind == "capacity"
    assert upstream.requests[0].json == {"requests": list(ITEMS)}
    assert here.last_error(batch_id) is None


def test_what_cannot_be_submitted_is_refused_before_it_is_kept_or_sent(
    runner: NewRunners, stores: Stores, upstream: Upstream
) -> None:
    here = runner().of(DEFAULT_OWNER)
    card = here.roster.card(LLAMA)
    assert card is not None
    with pytest.raises(BadRequestError, match="less than 10 MB"):
        here.submit(card, [{"prompt": "x" * 10_000_000}])
    with pytest.raises(BadRequestError, match="without requests"):
        here.submit(card, [])
    with pytest.raises(AuthenticationError):
        BatchRunners(stores, roster_of(Roster({}))).of(DEFAULT_OWNER).submit(card, ITEMS)
    assert here.store.batches() == ()
    assert upstream.requests == []


def test_a_refusal_of_the_service_is_kept_and_the_batch_can_be_submitted_again(runner: NewRunners) -> None:
    wrong, right = runner(api_token="wrong").of(DEFAULT_OWNER), runner().of(DEFAULT_OWNER)
    batch = ended(wrong, submit(wrong))
    assert (batch.status, batch.request_id) == ("failed", None)
    assert batch.error is not None
    assert batch.error.kind == "authentication"
    assert batch.error.hint

    again = right.submit_again(batch.id)

    assert ended(right, again).status == "done"
    assert right.store.batch_items(again) == right.store.batch_items(batch.id)


def test_an_unfinished_batch_is_asked_after_by_the_next_process(runner: NewRunners, upstream: Upstream) -> None:
    upstream.service.batches.polls = 10**9
    before = runner().of(DEFAULT_OWNER)
    batch_id = submit(before)
    until(lambda: standing(before, batch_id).status, lambda status: status == "running")
    before._end_poll(batch_id)  # as the end of a process would
    upstream.service.batches.polls = 0

    after = runner().resume().of(DEFAULT_OWNER)

    assert ended(after, batch_id).status == "done"
    outcomes = after.store.batch_outcomes(batch_id)
    assert [outcome.external_reference for outcome in outcomes] == ["first", "second"]


def test_a_batch_whose_process_ended_while_handing_in_says_so(runner: NewRunners) -> None:
    process = runner()
    here = process.of(DEFAULT_OWNER)
    batch_id = here.store.add_batch(connection="cloudflare", model=LLAMA, items=ITEMS)
    process.resume()
    batch = standing(here, batch_id)
    assert batch.status == "failed"
    assert batch.error == INTERRUPTED


def test_a_result_that_never_came_is_a_failed_request_also_after_a_restart(
    runner: NewRunners, upstream: Upstream
) -> None:
    process = runner()
    here = process.of(DEFAULT_OWNER)
    batch_id = here.store.add_batch(connection="cloudflare", model=LLAMA, items=ITEMS)
    here.store.change_batch(batch_id, "queued", request_id="r")
    upstream.service.batches = Scripted(lambda: answered(0))
    process.resume()
    assert ended(here, batch_id).failed == 1
    first, second = here.store.batch_outcomes(batch_id)
    assert first.ok
    assert (second.ok, second.external_reference) == (False, "second")


def test_waiting_can_be_stopped_and_taken_up_again(runner: NewRunners, upstream: Upstream) -> None:
    upstream.service.batches.polls = 10**9
    here = runner().of(DEFAULT_OWNER)
    batch_id = submit(here)
    until(lambda: asked(upstream) > 2)

    here.stop_polling(batch_id)

    assert not here.is_polling(batch_id)
    assert standing(here, batch_id).status == "abandoned"
    assert runner().resume().of(DEFAULT_OWNER).is_polling(batch_id) is False
    upstream.service.batches.polls = 0
    here.poll_again(batch_id)
    assert ended(here, batch_id).status == "done"
    here.stop_polling(batch_id)
    assert standing(here, batch_id).status == "done"


def test_trouble_on_the_way_is_told_and_does_not_end_the_wait(runner: NewRunners, upstream: Upstream) -> None:
    upstream.service.batches.polls = 0
    process = runner()
    here = process.of(DEFAULT_OWNER)
    batch_id = here.store.add_batch(connection="cloudflare", model=LLAMA, items=ITEMS)
    here.store.change_batch(batch_id, "queued", request_id="r")
    failing = True
    upstream.service.batches = Scripted(lambda: error(3040) if failing else answered(0, 1))
    process.resume()
    trouble = until(lambda: here.last_error(batch_id))
    assert trouble is not None
    assert trouble.hint
    assert standing(here, batch_id).status == "queued"

    failing = False

    assert ended(here, batch_id).status == "done"
    assert here.last_error(batch_id) is None


def test_a_service_that_says_when_to_ask_again_is_not_asked_before(runner: NewRunners, upstream: Upstream) -> None:
    process = runner()
    here = process.of(DEFAULT_OWNER)
    batch_id = here.store.add_batch(connection="cloudflare", model=LLAMA, items=ITEMS)
    here.store.change_batch(batch_id, "queued", request_id="r")
    moments: list[float] = []

    def busy_at_first() -> Answer:
        moments.append(time.monotonic())
        return error(3040, retry_after_s=0.25) if len(moments) == 1 else answered(0, 1)

    upstream.service.batches = Scripted(busy_at_first)
    process.resume()
    assert ended(here, batch_id).status == "done"
    first, second = moments
    assert second - first >= 0.25


def test_a_service_that_asks_for_a_pause_without_end_is_asked_again(
    runner: NewRunners, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "LONGEST_ASKED_PAUSE_S", 0.01)
    process = runner()
    here = process.of(DEFAULT_OWNER)
    batch_id = here.store.add_batch(connection="cloudflare", model=LLAMA, items=ITEMS)
    here.store.change_batch(batch_id, "queued", request_id="r")
    answers = [error(3040, retry_after_s=900_000), answered(0, 1)]
    upstream.service.batches = Scripted(lambda: answers.pop(0))
    process.resume()
    assert ended(here, batch_id).status == "done"


def test_an_unknown_request_id_ends_the_batch(runner: NewRunners) -> None:
    process = runner()
    here = process.of(DEFAULT_OWNER)
    batch_id = here.store.add_batch(connection="cloudflare", model=LLAMA, items=ITEMS)
    here.store.change_batch(batch_id, "running", request_id="nobody-knows-it")
    process.resume()
    batch = ended(here, batch_id)
    assert batch.status == "failed"
    assert batch.error is not None
    assert batch.error.kind == "bad_request"


@pytest.mark.parametrize("settings", [{"api_token": "wrong"}, {"name": "other"}])
def test_what_is_wrong_with_the_connection_is_not_the_end_of_the_batch(
    runner: NewRunners, settings: dict[str, str]
) -> None:
    store = runner().of(DEFAULT_OWNER).store
    batch_id = store.add_batch(connection="cloudflare", model=LLAMA, items=ITEMS)
    store.change_batch(batch_id, "running", request_id="r")
    here = runner(**settings).resume().of(DEFAULT_OWNER)
    assert ended(here, batch_id).status == "running"
    trouble = here.last_error(batch_id)
    assert isinstance(trouble, AuthenticationError)


def test_results_that_are_more_than_is_read_are_read_once_the_connection_reads_more(
    runner: NewRunners, upstream: Upstream
) -> None:
    long = {"prompt": "upstream: tokens=3000", "external_reference": "long"}
    upstream.service.batches = upstream_batch.Batches(polls=0)
    here = runner(max_body_bytes=10_000).of(DEFAULT_OWNER)
    batch_id = submit(here, long)
    assert ended(here, batch_id).status == "queued"
    trouble = here.last_error(batch_id)
    assert trouble is not None
    assert "max_body_bytes" in trouble.hint
    here = runner().resume().of(DEFAULT_OWNER)
    assert ended(here, batch_id).status == "done"


def test_a_deleted_batch_is_not_asked_after(runner: NewRunners, upstream: Upstream) -> None:
    upstream.service.batches.polls = 10**9
    here = runner().of(DEFAULT_OWNER)
    batch_id = submit(here)
    until(lambda: asked(upstream) > 2)
    here.delete(batch_id)
    assert not here.is_polling(batch_id)
    assert here.store.batches() == ()


def test_who_may_only_read_deletes_no_batch_and_it_is_asked_after_on(runner: NewRunners, upstream: Upstream) -> None:
    upstream.service.batches.polls = 10**9
    here = runner()
    batch_id = submit(here.of(DEFAULT_OWNER))
    until(lambda: asked(upstream) > 2)
    with pytest.raises(ReadOnlyError):
        here.of(DEFAULT_OWNER, read_only=True).delete(batch_id)
    assert here.of(DEFAULT_OWNER).is_polling(batch_id)


def test_outcomes_that_cannot_be_kept_yet_are_kept_later_and_not_asked_for_twice(
    runner: NewRunners, stores: Stores, upstream: Upstream, tmp_path: Path
) -> None:
    here = runner().of(DEFAULT_OWNER)
    batch_id = here.store.add_batch(connection="cloudflare", model=LLAMA, items=ITEMS)
    here.store.change_batch(batch_id, "queued", request_id="r")
    stores.engine.dispose()
    with open_stores(new_database(tmp_path), busy_timeout_s=0.05) as hasty:
        runners = BatchRunners(hasty, roster_of(here.roster))
        impatient = runners.of(DEFAULT_OWNER)
        upstream.service.batches = Scripted(lambda: answered(0, 1))
        with closing(sqlite3.connect(tmp_path / "playground.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            runners.resume()
            trouble = until(lambda: impatient.last_error(batch_id))
            assert trouble is not None
            assert "locked" in trouble.message
            assert standing(impatient, batch_id).status == "queued"
        assert ended(impatient, batch_id).status == "done"
        assert [outcome.text for outcome in impatient.store.batch_outcomes(batch_id)] == ["yes", "yes"]
        assert impatient.last_error(batch_id) is None
        assert asked(upstream) == 1


def test_all_requests_are_stopped_while_a_batch_is_submitted(
    runner: NewRunners, stores: Stores, upstream: Upstream
) -> None:
    request_switch.cache_clear()
    request_switch().follow(stores)
    here = runner().of(DEFAULT_OWNER)
    try:
        upstream.service.batches = Scripted(lambda: Answer.json({}, delay=60))
        batch_id = submit(here)
        until(lambda: upstream.requests)
        request_switch().stop_all(DEFAULT_OWNER, "The bill.")
        stopped = ended(here, batch_id)
        assert stopped.error is not None
        assert (stopped.status, stopped.error.message) == ("failed", SUBMITTED_NOT_KNOWN)

        sent = len(upstream.requests)
        refused = ended(here, submit(here))
        assert refused.error is not None
        assert "All requests are stopped." in refused.error.message
        assert len(upstream.requests) == sent
    finally:
        request_switch.cache_clear()


def test_nothing_is_sent_while_it_is_not_known_whether_requests_are_stopped(
    runner: NewRunners, stores: Stores, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_switch.cache_clear()
    request_switch().follow(stores)
    request_switch().stop_all(DEFAULT_OWNER)
    look, arrived = request_switch().stopped, threading.Event()

    def answer() -> Answer:
        arrived.set()
        return Answer.json({})

    upstream.service.batches = Scripted(answer)

    def late() -> Stopped | None:
        arrived.wait(0.5)  # as long as a busy database may take
        return look()

    monkeypatch.setattr(request_switch(), "stopped", late)
    here = runner().of(DEFAULT_OWNER)
    try:
        refused = ended(here, submit(here))
    finally:
        request_switch.cache_clear()
    assert refused.error is not None
    assert "All requests are stopped." in refused.error.message
    assert not upstream.requests
