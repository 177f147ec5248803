"""Budgets and conversations: what could pass a limit is not sent, and nothing that was written is lost."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from playground.conversation.chat import Chat
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.models.roster import Roster
from playground.money.budget import Budget, BudgetError, BudgetUse
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import Stores, open_stores
from playground.store.database.database import now
from tests.conversation.test_chat import LLAMA, ended
from tests.databases import new_database
from tests.store.reserving import settle_for
from tests.upstream import ACCOUNT, TOKEN, Upstream

SETUP = Setup(LLAMA, parameters={"max_tokens": 100})
QUESTION = Message("user", "Hello upstream: tokens=10")
DAY = Budget("all", day=Decimal("0.01"))
TIGHT = Budget("all", day=Decimal("0.000001"))


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(new_database(tmp_path)) as opened:
        yield opened


@pytest.fixture
def chat(stores: Stores, upstream: Upstream) -> Chat:
    connection = Connection(
        kind="workers_ai",
        name="cloudflare",
        base_url=upstream.base_url,
        account_id=ACCOUNT,
        api_token=TOKEN,
        max_retries=0,
    )
    return Chat(stores.of(DEFAULT_OWNER), Roster({"cloudflare": connection}))


def used(chat: Chat) -> BudgetUse:
    (use,) = chat.store.budget_uses("cloudflare", now())
    return use


def test_an_answer_is_held_at_its_most_and_put_down_at_its_cost(chat: Chat, stores: Stores) -> None:
    stores.set_budget(DAY)
    conversation = chat.store.create_conversation(model=LLAMA).id
    reply = chat.send(conversation, QUESTION, SETUP, must_fit=True)
    ended(reply).saved.wait(10)
    kept = chat.store.reply(reply.id)
    assert kept is not None
    assert kept.cost
    assert used(chat).held == 0
    assert kept.cost <= used(chat).spent < kept.cost + Decimal("1e-9")


def test_what_is_said_to_cost_nothing_is_in_the_ledger_where_a_server_may_bill_it(
    stores: Stores, upstream: Upstream
) -> None:
    free = {"*": {"input": "0", "output": "0", "as_of": "2026-11-01"}}
    server = Connection(
        name="home", kind="openai_compatible", base_url=upstream.openai_url, api_token=TOKEN, prices=free
    )
    chat = Chat(stores.of(DEFAULT_OWNER), Roster({"home": server}))
    stores.set_budget(DAY)
    model = f"home/{LLAMA}"
    reply = ended(chat.send(chat.store.create_conversation(model=model).id, QUESTION, replace(SETUP, model=model)))
    reply.saved.wait(10)
    assert reply.state == "done"
    (use,) = chat.store.budget_uses("home", now())
    assert (use.held, use.spent) == (Decimal(0), Decimal(0))
    settle_for(chat.store, reply.id, Decimal("0.002"))  # as a bill is put down
    (use,) = chat.store.budget_uses("home", now())
    assert use.spent == Decimal("0.002")


def test_an_answer_is_counted_under_the_preset_that_set_it(chat: Chat) -> None:
    conversation = chat.store.create_conversation(model=LLAMA).id
    kept = Setup(LLAMA).with_options(Setup(LLAMA, preset="translator").as_settings["options"])
    ended(chat.send(conversation, QUESTION, kept)).saved.wait(10)
    at = now()
    assert [hour.preset for hour in chat.store.usage(at - timedelta(days=1), at + timedelta(days=1))] == ["translator"]


def test_a_message_that_is_refused_is_not_kept_so_that_it_stays_in_the_box(
    chat: Chat, stores: Stores, upstream: Upstream
) -> None:
    stores.set_budget(TIGHT)
    conversation = chat.store.create_conversation(model=LLAMA).id
    with pytest.raises(BudgetError):
        chat.send(conversation, QUESTION, SETUP, must_fit=True)
    assert chat.store.path(conversation) == ()
    assert not upstream.requests


def test_what_is_refused_leaves_nothing_behind_however_it_was_asked(
    chat: Chat, stores: Stores, upstream: Upstream
) -> None:
    conversation = chat.store.create_conversation(model=LLAMA).id
    first = ended(chat.send(conversation, QUESTION, SETUP))
    first.saved.wait(10)
    path, sent = chat.store.path(conversation), len(upstream.requests)
    asks: list[Callable[[], object]] = [
        lambda: chat.send(conversation, QUESTION, SETUP),
        lambda: chat.retry(conversation, first.id, SETUP),
        lambda: chat.retry_times(conversation, first.id, SETUP, times=3),
        lambda: chat.edit(conversation, path[0].id, "Another one", SETUP),
        lambda: chat.send_tool_results(conversation, {"call": "12:00", "other": "13:00"}, SETUP),
    ]
    stores.set_budget(TIGHT)
    for ask in asks:
        with pytest.raises(BudgetError):
            ask()
        assert chat.store.path(conversation) == path
    assert len(upstream.requests) == sent
    stores.set_budget(DAY)
    assert ended(chat.retry(conversation, first.id, SETUP)).state == "done"


def test_what_nobody_waits_for_is_kept_with_the_refusal(chat: Chat, stores: Stores, upstream: Upstream) -> None:
    conversation = chat.store.create_conversation(model=LLAMA).id
    stores.set_budget(TIGHT)
    (refused,) = chat.send_to({conversation: SETUP}, QUESTION, keep_refused=True)
    assert isinstance(ended(refused).error, BudgetError)
    assert [turn.message.role for turn in chat.store.path(conversation)] == ["user", "assistant"]
    assert not upstream.requests


def test_an_answer_and_its_repetitions_are_asked_all_or_none(chat: Chat, stores: Stores) -> None:
    conversation = chat.store.create_conversation(model=LLAMA).id
    stores.set_budget(DAY)
    replies = [ended(reply) for reply in chat.send_to({conversation: SETUP}, QUESTION, times=3)]
    for reply in replies:
        reply.saved.wait(10)
    _, answer = chat.store.path(conversation)
    assert answer.id == replies[0].id
    assert set(answer.siblings) == {reply.id for reply in replies}
    kept = chat.store.replies_by_id(answer.siblings)
    assert [reply.repeats for reply in kept] == [None, answer.id, answer.id]
    with pytest.raises(BudgetError):
        chat.retry_times(conversation, answer.id, replace(SETUP, parameters={"max_tokens": 9_000}), times=9)
    assert chat.store.path(conversation)[-1].siblings == answer.siblings


def test_of_several_panes_all_are_sent_or_none(chat: Chat, stores: Stores, upstream: Upstream) -> None:
    stores.set_budget(DAY)
    panes = [chat.store.create_conversation(model=LLAMA).id for _ in range(3)]
    with pytest.raises(BudgetError):
        chat.send_to(dict.fromkeys(panes, Setup(LLAMA, parameters={"max_tokens": 2_000})), QUESTION, must_fit=True)
    assert not upstream.requests
    assert all(chat.store.path(pane) == () for pane in panes)
    replies = chat.send_to(dict.fromkeys(panes, SETUP), QUESTION, must_fit=True)
    assert [ended(reply).state for reply in replies] == ["done"] * 3


@pytest.mark.parametrize(
    ("told", "charged"),
    [
        ("upstream: fail=7000", "nothing"),
        ("upstream: fail=500", "nothing"),
        ("upstream: fail=503", "nothing"),
        ("upstream: fail=504", "perhaps its most"),
        ("upstream: tokens=5 cut=3", "its cost"),
    ],
)
def test_what_failed_counts_as_what_may_have_been_billed(chat: Chat, stores: Stores, told: str, charged: str) -> None:
    stores.set_budget(DAY)
    conversation = chat.store.create_conversation(model=LLAMA).id
    reply = ended(chat.send(conversation, Message("user", told), SETUP))
    reply.saved.wait(10)
    assert used(chat).held == 0
    assert (used(chat).spent > 0) == (charged != "nothing")
    assert (used(chat).unsure > 0) == (charged == "perhaps its most")


def test_a_server_that_cannot_be_reached_bills_nothing(stores: Stores) -> None:
    nobody = Connection(
        kind="workers_ai",
        name="cloudflare",
        base_url="http://127.0.0.1:9",
        account_id=ACCOUNT,
        api_token=TOKEN,
        max_retries=0,
    )
    chat = Chat(stores.of(DEFAULT_OWNER), Roster({"cloudflare": nobody}))
    stores.set_budget(DAY)
    reply = ended(chat.send(chat.store.create_conversation(model=LLAMA).id, QUESTION, SETUP))
    reply.saved.wait(10)
    assert reply.state == "failed"
    assert (used(chat).held, used(chat).spent) == (Decimal(0), Decimal(0))


def test_what_the_composer_says_it_costs_at_most_is_what_the_ledger_holds(chat: Chat, stores: Stores) -> None:
    stores.set_budget(Budget("all", day=Decimal(1)))
    panes = {chat.store.create_conversation(model=LLAMA).id: setup for setup in (SETUP, Setup(LLAMA))}
    message = Message("user", "Wait upstream: delay=600")
    said = chat.highest_cost(panes, chat.store.paths(list(panes)), message, times=2)
    replies = chat.send_to(panes, message, times=2)
    (use,) = chat.store.budget_uses("cloudflare", now())
    for reply in replies:
        reply.stop()
        ended(reply)
    assert said.amount is not None
    assert use.held - Decimal("4e-9") < said.amount <= use.held
