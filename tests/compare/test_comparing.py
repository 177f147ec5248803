"""Comparisons against a real store and a real server."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from playground.answers.live_replies import live_replies
from playground.answers.live_reply import LiveReply
from playground.compare.comparing import Comparing, shuffled
from playground.compare.comparison import PROMPT, Comparison, Pane
from playground.compare.replay import replay_of
from playground.conversation.chat import Chat
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.models.roster import Roster
from playground.money.budget import Budget, BudgetError
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import Store, Stores, open_stores
from playground.store import StoredReply as StoredReply
from tests.databases import new_database
from tests.store.chats import kept_chats, listed_chats
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
GEMMA = "@cf/google/gemma-4-26b-a4b-it"
SOON_S = 20.0


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(new_database(tmp_path)) as opened:
        yield opened


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores.of(DEFAULT_OWNER)


@pytest.fixture
def comparing(upstream: Upstream, store: Store) -> Iterator[Comparing]:
    connection = Connection(
        kind="workers_ai",
        name="cloudflare",
        base_url=upstream.base_url,
        account_id=ACCOUNT,
        api_token=TOKEN,
        max_retries=0,
    )
    made = Comparing(Chat(store, Roster({"cloudflare": connection})))
    yield made
    for reply in [*live_replies._replies.values()]:
        reply.stop()
        reply.ended.wait(SOON_S)


def say(comparing: Comparing, comparison: Comparison, text: str) -> list[LiveReply]:
    return comparing.send(comparison, comparison.linked_panes, Message("user", text))


def ended(asked: Sequence[LiveReply]) -> list[LiveReply]:
    assert all(reply.ended.wait(SOON_S) for reply in asked)
    return list(asked)


def said(store: Store, pane: Pane) -> list[str]:
    return [turn.message.text for turn in store.path(pane.conversation_id)]


def answers(comparing: Comparing, pane: Pane) -> list[StoredReply]:
    return comparing.answers(comparing.chat.store.path(pane.conversation_id))


def test_a_comparison_has_an_address_and_is_not_among_the_chats(comparing: Comparing, store: Store) -> None:
    comparison_id, comparison = comparing.begin([LLAMA, GEMMA])
    assert comparing.read(comparison_id) == comparison
    assert comparing.read("unknown") is None
    assert [pane.model for pane in comparison.panes] == [LLAMA, GEMMA]
    assert kept_chats(store) == {}
    assert store.comparisons() == ()

    comparing.save(comparison_id, comparison, prompt="Why is the sea salty?")
    assert [found.title for found in store.comparisons()] == ["Why is the sea salty?"]


def test_one_prompt_goes_to_all_panes_with_the_settings_of_each(comparing: Comparing, upstream: Upstream) -> None:
    comparison = comparing.begin([LLAMA, LLAMA])[1]
    first, second = comparison.panes
    comparison = replace(comparison, system_prompt="Be brief.", parameters={"temperature": 0.4, "seed": 7})
    comparison = comparison.unlink(second, "temperature")
    comparison = comparison.set_parameters(comparison.panes[1], "temperature", 0.9)

    ended(say(comparing, comparison, "Hello"))

    bodies = [request.json for request in upstream.requests]
    assert sorted(body["temperature"] for body in bodies) == [0.4, 0.9]
    assert {body["seed"] for body in bodies} == {7}
    assert all(body["messages"][0] == {"role": "system", "content": "Be brief."} for body in bodies)
    assert len(said(comparing.chat.store, first)) == len(said(comparing.chat.store, second)) == 2


def test_texts_never_mix_whatever_the_order_of_arrival(comparing: Comparing, store: Store) -> None:
    comparison = comparing.begin([LLAMA] * 6)[1]
    asked = [
        reply
        for number, pane in enumerate(comparison.panes)
        for reply in comparing.send(
            comparison, (pane,), Message("user", f"pane {number} upstream: echo=1 rate={100 + 50 * (number % 3)}")
        )
    ]
    ended(asked)
    for number, pane in enumerate(comparison.panes):
        assert said(store, pane)[1].split()[:2] == ["pane", str(number)]


def test_a_pane_that_hangs_or_fails_delays_no_other(comparing: Comparing, store: Store) -> None:
    comparison = comparing.begin([LLAMA] * 4)[1]
    orders = ("tokens=5", "hang=0", "fail=3040", "tokens=5")
    asked = [
        comparing.send(comparison, (pane,), Message("user", f"Go upstream: {order}"))[0]
        for pane, order in zip(comparison.panes, orders, strict=True)
    ]
    quick, hanging, failing, other = asked

    ended([quick, failing, other])

    assert [reply.state for reply in asked] == ["done", "live", "failed", "done"]
    comparing.stop([comparison.panes[1]])
    assert hanging.state == "stopped"


def test_stop_of_one_pane_leaves_the_others_alone(comparing: Comparing) -> None:
    comparison = comparing.begin([LLAMA, GEMMA])[1]
    first, second = say(comparing, comparison, "Go upstream: rate=100 tokens=60")
    assert first.arrived.wait(SOON_S)

    comparing.stop([comparison.panes[0]])

    assert first.state == "stopped"
    ended([second])
    assert second.state == "done"
    assert second.usage is not None
    assert second.usage.completion_tokens == 60


def test_panes_with_prompts_of_their_own_are_asked_alone(comparing: Comparing, store: Store) -> None:
    comparison = comparing.begin([LLAMA, LLAMA])[1]
    comparison = comparison.unlink(comparison.panes[1], PROMPT)
    ended(say(comparing, comparison, "To the first"))
    ended(comparing.send(comparison, (comparison.panes[1],), Message("user", "To the second")))
    assert [said(store, pane)[0] for pane in comparison.panes] == ["To the first", "To the second"]


def test_a_prompt_is_repeated_and_its_answers_counted_together(comparing: Comparing, store: Store) -> None:
    comparison = replace(comparing.begin([LLAMA, GEMMA])[1], repetitions=3)

    asked = ended(say(comparing, comparison, "Go upstream: tokens=5"))

    assert len(asked) == 6
    for pane in comparison.panes:
        path = store.path(pane.conversation_id)
        assert len(path) == 2
        assert len(path[-1].siblings) == 3
        assert path[-1].id == path[-1].siblings[0]
        assert len(answers(comparing, pane)) == 3
    store.set_head(store.path(comparison.panes[0].conversation_id)[-1].siblings[2])
    assert len(answers(comparing, comparison.panes[0])) == 3


def test_what_was_asked_again_is_not_counted_with_what_was_there_before(comparing: Comparing, store: Store) -> None:
    comparison = replace(comparing.begin([LLAMA, LLAMA])[1], repetitions=2)
    pane = comparison.panes[0]
    ended(say(comparing, comparison, "Go upstream: tokens=5"))
    before = answers(comparing, pane)

    ended(comparing.retry(replace(comparison, repetitions=3), pane))

    assert len(store.path(pane.conversation_id)[-1].siblings) == 5
    after = answers(comparing, pane)
    assert len(after) == 3
    assert {reply.id for reply in before}.isdisjoint(reply.id for reply in after)
    store.set_head(before[1].id)
    assert answers(comparing, pane) == before


def test_answers_on_their_way_do_not_count_yet(comparing: Comparing) -> None:
    comparison = comparing.begin([LLAMA, LLAMA])[1]
    asked = say(comparing, comparison, "Go upstream: hang=3")
    assert asked[0].arrived.wait(SOON_S)
    assert answers(comparing, comparison.panes[0]) == []
    assert live_replies.of(DEFAULT_OWNER, comparison.panes[0].conversation_id) == [asked[0]]
    comparing.stop(comparison.panes)
    assert len(answers(comparing, comparison.panes[0])) == 1
    assert live_replies.of(DEFAULT_OWNER, comparison.panes[0].conversation_id) == []


def test_a_pane_where_nothing_was_said_is_not_asked_again(comparing: Comparing) -> None:
    comparison = comparing.begin([LLAMA, LLAMA])[1]
    assert comparing.retry(comparison, comparison.panes[0]) == []


def test_a_pane_more_is_set_as_its_neighbour_and_empty(comparing: Comparing, store: Store) -> None:
    comparison_id, comparison = comparing.begin([LLAMA, GEMMA])
    comparison = comparison.unlink(comparison.panes[0], "temperature")
    ended(say(comparing, comparison, "Hello"))
    more = comparing.with_new_pane(comparison_id, comparison, comparison.panes[0])
    assert [pane.model for pane in more.panes] == [LLAMA, LLAMA, GEMMA]
    assert more.panes[1].unlinked == frozenset({"temperature"})
    assert said(store, more.panes[1]) == []


def wait_for_replays(comparison: Comparison) -> None:
    for pane in comparison.panes:
        if replay := replay_of(DEFAULT_OWNER, pane.conversation_id):
            assert replay.ended.wait(SOON_S)
        ended(live_replies.of(DEFAULT_OWNER, pane.conversation_id))


def test_a_whole_comparison_runs_again_prompt_after_prompt(
    comparing: Comparing, store: Store, upstream: Upstream
) -> None:
    comparison_id, comparison = comparing.begin([LLAMA, GEMMA])
    comparison = replace(comparison, parameters={"seed": 7}, baseline=comparison.panes[1].id)
    comparison = replace(comparison, round=2, named_round=2)
    comparing.save(comparison_id, comparison, prompt="One")
    for text in ("One upstream: tokens=4", "Two upstream: tokens=4", "Three upstream: tokens=4"):
        ended(say(comparing, comparison, text))
    before = len(upstream.requests)

    made = comparing.run_again(comparison_id)

    assert made is not None
    assert made != comparison_id
    fresh = comparing.read(made)
    assert fresh is not None
    wait_for_replays(fresh)
    assert (fresh.parameters, fresh.round, fresh.named_round) == ({"seed": 7}, 1, 0)
    assert fresh.baseline == comparison.baseline
    for old, new in zip(comparison.panes, fresh.panes, strict=True):
        assert said(store, new) == said(store, old)
        assert new.conversation_id != old.conversation_id
    again = [request.json["messages"] for request in upstream.requests[before:]]
    assert sorted(len(messages) for messages in again) == [1, 1, 3, 3, 5, 5]


def test_a_replay_ends_where_it_is_stopped(comparing: Comparing, store: Store) -> None:
    comparison_id, comparison = comparing.begin([LLAMA, GEMMA])
    for text in ("One upstream: tokens=4", "Two upstream: tokens=4"):
        ended(say(comparing, comparison, text))
    for pane in comparison.panes:
        question = store.path(pane.conversation_id)[0]
        store.add_turn(pane.conversation_id, None, Message("user", "Never upstream: hang=2"))
        store.add_turn(pane.conversation_id, store.path(pane.conversation_id)[0].id, Message("user", "And then?"))
        assert question.id != store.path(pane.conversation_id)[0].id

    made = comparing.run_again(comparison_id)

    fresh = comparing.read(made or "")
    assert fresh is not None
    replay = replay_of(DEFAULT_OWNER, fresh.panes[0].conversation_id)
    assert replay is not None
    comparing.stop(fresh.panes)
    assert replay.ended.wait(SOON_S)
    assert [len(said(store, pane)) for pane in fresh.panes] == [2, 2]
    assert replay_of(DEFAULT_OWNER, fresh.panes[0].conversation_id) is None


def test_run_again_before_anything_was_asked_is_a_copy(comparing: Comparing) -> None:
    comparison_id = comparing.begin([LLAMA, GEMMA])[0]
    fresh = comparing.read(comparing.run_again(comparison_id) or "")
    assert fresh is not None
    assert (len(fresh.panes), fresh.round) == (2, 0)
    assert comparing.run_again("unknown") is None


def test_a_pane_goes_on_as_a_chat_with_all_that_its_answers_took(comparing: Comparing, store: Store) -> None:
    comparison = replace(comparing.begin([LLAMA, GEMMA])[1], system_prompt="Be brief.", parameters={"seed": 7})
    ended(say(comparing, comparison, "One upstream: tokens=4"))
    ended(comparing.send(comparison, comparison.panes[:1], Message("user", "Two upstream: fail=3040")))

    made = comparing.promote(comparison, comparison.panes[0])

    assert [chat.id for chat in listed_chats(store)] == [made]
    chat = store.conversation(made)
    assert chat is not None
    assert (chat.model, chat.system_prompt, dict(chat.parameters)) == (LLAMA, "Be brief.", {"seed": 7})
    before, after = store.path(comparison.panes[0].conversation_id), store.path(made)
    assert [turn.message for turn in after] == [turn.message for turn in before]
    assert [turn.reply and turn.reply.state for turn in after] == [None, "done", None, "failed"]
    for old, new in zip(before, after, strict=True):
        if old.reply is not None and new.reply is not None:
            assert replace(new.reply, id=old.id, conversation_id=old.conversation_id) == old.reply
            assert store.request(new.id) == store.request(old.id)
            assert store.trace(new.id) == store.trace(old.id)
            assert store.pace(new.id) == store.pace(old.id)
            assert (store.pace(new.id) is None) == (new.reply.state == "failed")
    used = store.usage(datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1))
    assert sum(hour.totals.requests for hour in used) == 3  # what was copied was not asked again


def test_a_chat_goes_on_as_a_comparison_from_before_a_question(comparing: Comparing, upstream: Upstream) -> None:
    chat, store = comparing.chat, comparing.chat.store
    setup = Setup(LLAMA, "Be brief.", {"temperature": 0.4})
    conversation = store.create_conversation(model=LLAMA).id
    for text in ("One upstream: echo=1", "Two upstream: echo=1", "Three upstream: echo=1"):
        ended([chat.send(conversation, Message("user", text), setup)])
    path = store.path(conversation)

    for turn in path[2:4]:  # the second question, and its answer
        begun = comparing.create_from_turn(turn.id, setup)
        assert begun is not None
        comparison_id, asked = begun
        assert asked.text == "Two upstream: echo=1"
        comparison = comparing.read(comparison_id)
        assert comparison is not None
        assert [comparison.setup(pane) for pane in comparison.panes] == [setup] * 2
        for pane in comparison.panes:
            assert [said.message for said in store.path(pane.conversation_id)] == [said.message for said in path[:2]]
        spent = store.comparison_spent(comparison_id)
        assert (spent.replies, spent.prompt_tokens) == (0, 0)
    assert len(upstream.requests) == 3
    assert store.path(conversation) == path


def test_no_comparison_begins_where_no_question_is(comparing: Comparing, store: Store) -> None:
    conversation = store.create_conversation(model=LLAMA).id
    first = store.add_turn(conversation, None, Message("assistant", "Hello"))
    assert comparing.create_from_turn("unknown", Setup(LLAMA)) is None
    assert comparing.create_from_turn(first.id, Setup(LLAMA)) is None
    assert store.comparisons() == ()


def test_an_answer_on_its_way_stays_behind(comparing: Comparing, store: Store) -> None:
    comparison = comparing.begin([LLAMA, GEMMA])[1]
    ended(say(comparing, comparison, "One upstream: tokens=4"))
    asked = say(comparing, comparison, "Two upstream: hang=2")
    assert asked[0].arrived.wait(SOON_S)
    assert len(store.path(comparing.promote(comparison, comparison.panes[0]))) == 2


def test_a_comparison_is_deleted_with_what_is_on_its_way(comparing: Comparing, store: Store) -> None:
    comparison_id, comparison = comparing.begin([LLAMA, GEMMA])
    comparing.save(comparison_id, comparison, prompt="One")
    asked = say(comparing, comparison, "One upstream: hang=2")
    comparing.delete(comparison_id)
    assert [reply.state for reply in asked] == ["stopped", "stopped"]
    assert comparing.read(comparison_id) is None
    assert store.comparisons() == ()


def test_waiting_in_a_queue_is_not_the_model_s_time(comparing: Comparing) -> None:
    comparison = comparing.begin([LLAMA, GEMMA])[1]
    comparison = replace(comparison, repetitions=10)
    asked = ended(comparing.send(comparison, comparison.panes[:1], Message("user", "Go upstream: rate=20 tokens=20")))
    queued = {reply.id: reply.timings.waits.get("queued", 0.0) for reply in asked}
    waited = sorted(asked, key=lambda reply: queued[reply.id])[-2:]  # eight at once: two wait for an answer of a second
    for reply in waited:
        assert reply.first_token_s is not None
        assert reply.first_token_s < queued[reply.id]


def test_an_order_holds_each_pane_once() -> None:
    assert sorted(shuffled(6)) == [0, 1, 2, 3, 4, 5]
    assert len({shuffled(6) for _ in range(50)}) > 1


def test_a_pane_whose_answer_failed_keeps_its_question_and_goes_on(
    comparing: Comparing, store: Store, upstream: Upstream
) -> None:
    comparison = comparing.begin([LLAMA, GEMMA])[1]
    failing, other = comparison.panes
    upstream.script(Answer.json({"errors": [{"code": 4007, "message": "no"}], "success": False}, 500), LLAMA)
    assert [reply.state for reply in ended(say(comparing, comparison, "one upstream: echo=1"))] == ["failed", "done"]

    ended(say(comparing, comparison, "two upstream: echo=1"))

    assert said(store, failing)[::2] == said(store, other)[::2] == ["one upstream: echo=1", "two upstream: echo=1"]
    roles = [[message["role"] for message in request.json["messages"]] for request in upstream.requests[-2:]]
    assert sorted(roles, key=len) == [["user"], ["user", "assistant", "user"]]
    assert all(len(turn.siblings) == 1 for turn in store.path(failing.conversation_id))


def test_a_prompt_stopped_before_its_answer_is_asked_again_in_its_place(comparing: Comparing, store: Store) -> None:
    comparison = comparing.begin([LLAMA])[1]
    asked = say(comparing, comparison, "Wait upstream: delay=600")
    comparing.stop(comparison.panes)

    again = say(comparing, comparison, "Wait upstream: delay=600")
    comparing.stop(comparison.panes)

    path = store.path(comparison.panes[0].conversation_id)
    assert [turn.message.role for turn in path] == ["user", "assistant"]
    assert path[-1].siblings == (asked[0].id, again[0].id)


def test_a_failed_question_goes_along_into_the_chat_with_its_error(comparing: Comparing, store: Store) -> None:
    comparison = comparing.begin([LLAMA])[1]
    ended(say(comparing, comparison, "one upstream: fail=5007"))
    ended(say(comparing, comparison, "two upstream: echo=1"))

    chat = comparing.promote(comparison, comparison.panes[0])

    path = store.path(chat)
    assert [turn.message.text for turn in path][::2] == ["one upstream: fail=5007", "two upstream: echo=1"]
    assert path[1].reply is not None
    assert path[1].reply.error is not None


def test_a_comparison_that_is_not_run_again_for_want_of_budget_leaves_none(
    comparing: Comparing, stores: Stores, store: Store, upstream: Upstream
) -> None:
    comparison_id, comparison = comparing.begin([LLAMA, LLAMA])
    ended(say(comparing, comparison, "Hello upstream: tokens=1"))
    comparing.save(comparison_id, comparison)
    sent, entries = len(upstream.requests), store.history().entries
    stores.set_budget(Budget("all", day=Decimal("0.000001")))
    with pytest.raises(BudgetError):
        comparing.run_again(comparison_id)
    assert len(upstream.requests) == sent
    assert [entry.id for entry in store.history().entries] == [entry.id for entry in entries]
