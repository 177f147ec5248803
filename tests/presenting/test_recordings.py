"""Recordings of answers that a real server gave: their own pace, or that of their exchange."""

import pytest
from sqlalchemy import delete

from playground.answers.live_reply import LiveReply
from playground.answers.pace import Pace, Step
from playground.answers.recording import StoreRecorder
from playground.messages import ChatRequest, Message
from playground.owner import DEFAULT_OWNER
from playground.presenting.recordings import Recording, covering, recording_of
from playground.providers import Connection
from playground.store import Store, Stores
from playground.store.database.schema import exchanges, paces
from tests.upstream import ACCOUNT, TOKEN, Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
KINDS = ("workers_ai", "openai_compatible", "anthropic")


def connection(kind: str, upstream: Upstream) -> Connection:
    if kind == "workers_ai":
        return Connection(
            kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN, max_retries=0
        )
    url = upstream.openai_url if kind == "openai_compatible" else upstream.anthropic_url
    return Connection(kind=kind, base_url=url, api_token=TOKEN, max_retries=0)


def recorded(store: Store, connection: Connection, text: str, **rest: object) -> str:
    """The id of a reply that was asked and has ended."""
    reply_id = store.start_reply(model=LLAMA)
    request = ChatRequest(model=LLAMA, messages=(Message("user", text),), **rest)  # type: ignore[arg-type]
    recorder = StoreRecorder(store, None)
    reply = LiveReply(request, connection, recorder, reply_id, owner=DEFAULT_OWNER).start()
    assert reply.ended.wait(20)
    return reply_id


def played(recording: Recording) -> tuple[str, str]:
    """All that is shown by the end."""
    pieces = list(recording.pieces())
    return "".join(text for _, text, _ in pieces), "".join(thoughts for _, _, thoughts in pieces)


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_plays_to_the_last_character_at_the_pace_at_which_it_came(
    store: Store, upstream: Upstream, kind: str
) -> None:
    reply_id = recorded(store, connection(kind, upstream), "Salt upstream: rate=50 tokens=20 think=5")
    recording = recording_of(store, reply_id)
    assert recording is not None
    reply, pace = recording.reply, recording.pace
    assert reply.state == "done"
    assert played(recording) == (reply.text, reply.reasoning)
    assert reply.timings.first_token_s is not None
    assert pace.steps[0].at_ms == pytest.approx(reply.timings.first_token_s * 1000, abs=20)
    assert reply.timings.total_s is not None
    assert pace.total_ms == pytest.approx(reply.timings.total_s * 1000, abs=20)
    assert len(pace.steps) >= 5


@pytest.mark.parametrize("kind", KINDS)
def test_the_pace_of_an_answer_from_before_is_that_of_its_exchange(
    stores: Stores, store: Store, upstream: Upstream, kind: str
) -> None:
    reply_id = recorded(store, connection(kind, upstream), "Salt upstream: rate=100 tokens=20 think=5")
    kept = recording_of(store, reply_id)
    with stores.engine.begin() as connection_:
        connection_.execute(delete(paces))
    read_again = recording_of(store, reply_id)
    assert kept is not None
    assert read_again is not None
    assert played(read_again) == played(kept)
    assert read_again.pace.total_ms == kept.pace.total_ms
    times = {step.at_ms // 100 for step in kept.pace.steps}
    assert {step.at_ms // 100 for step in read_again.pace.steps} <= times | {time - 1 for time in times}
    with stores.engine.begin() as connection_:
        connection_.execute(delete(exchanges))
    assert recording_of(store, reply_id) is None


def test_an_answer_that_came_whole_comes_whole_again(store: Store, upstream: Upstream) -> None:
    reply_id = recorded(store, connection("workers_ai", upstream), "Salt upstream: tokens=20", stream=False)
    recording = recording_of(store, reply_id)
    assert recording is not None
    assert len([step for step in recording.pace.steps if step.text]) == 1
    assert played(recording)[0] == recording.reply.text


def test_what_failed_or_never_came_has_no_recording(store: Store, upstream: Upstream) -> None:
    assert recording_of(store, recorded(store, connection("workers_ai", upstream), "upstream: fail=3040")) is None
    assert recording_of(store, "unknown") is None
    live = store.start_reply(model="m")
    store.save_partial(live, "It is ")
    assert recording_of(store, live) is None


def test_a_pace_is_made_to_fit_its_text() -> None:
    pace = Pace((Step(10, 5, 0), Step(20, 5, 3)))
    assert covering(pace, 12, 3) == Pace((Step(10, 5, 0), Step(20, 5, 3), Step(20, 2, 0)))
    assert covering(pace, 7, 0) == Pace((Step(10, 5, 0), Step(20, 2, 0)))
