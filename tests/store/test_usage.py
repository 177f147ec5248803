"""Usage by the hour: the sums are always those of a recount of the rows."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from playground.messages import Message
from playground.metering import Price, Timings, Usage
from playground.money.totals import HourOfUsage, Totals, percentile
from playground.owner import Owner
from playground.providers.base import BatchItem
from playground.store import EndState, ReplyRequest, Store, Stores
from playground.store.database.schema import outdated_hours, replies, usage_hours
from playground.store.usage import HOURS_AT_ONCE, outdate
from tests.browser.waiting import until

NINE = datetime(2026, 3, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
PRICE = Price(Decimal("0.5"), Decimal("1.5"), "https://example.org/prices", None)
USAGE = Usage(100, 20)
EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def answered(
    store: Store,
    at: datetime,
    *,
    chat: str | None = None,
    model: str = "sea",
    connection: str = "here",
    state: EndState = "done",
    usage: Usage | None = USAGE,
    cost: Decimal | None = Decimal("0.00008"),
    total_s: float | None = 2.0,
) -> str:
    """A reply that was asked for then, and has ended."""
    reply = store.start_reply(chat, model=model, connection=connection, started_at=at)
    timings = Timings(None if total_s is None else total_s / 4, total_s)
    store.finish_reply(reply, state=state, text="", usage=usage, price=PRICE, cost=cost, timings=timings)
    return reply


def sums(store: Store) -> Totals:
    """All that was ever used."""
    return sum((hour.totals for hour in store.usage(*EVER)), Totals())


def recounted(stores: Stores, store: Store) -> tuple[HourOfUsage, ...]:
    """What usage is when every hour is counted from its rows."""
    with stores.engine.begin() as connection:
        hours = {
            (row.owner, row.at.replace(minute=0, second=0, microsecond=0))
            for row in connection.execute(select(replies.c.owner, replies.c.started_at.label("at")))
        }
        connection.execute(delete(usage_hours))
        connection.execute(delete(outdated_hours))
        if hours:
            connection.execute(outdated_hours.insert(), [{"owner": owner, "hour": hour} for owner, hour in hours])
    return store.usage(*EVER)


def test_an_hour_has_what_its_replies_took_by_connection_model_and_page(store: Store) -> None:
    chat = store.create_conversation().id
    pane = store.create_conversation(comparison_id=store.create_comparison({}).id).id
    answered(store, NINE, chat=chat)
    answered(store, NINE + HOUR / 2, chat=chat, usage=Usage(10, 5, cached_tokens=4, reasoning_tokens=3))
    answered(store, NINE + HOUR / 2, chat=pane, model="sky")
    answered(store, NINE + HOUR, connection="there")

    found = {(one.hour, one.connection, one.model, one.page): one.totals for one in store.usage(*EVER)}

    assert set(found) == {
        (NINE, "here", "sea", "chat"),
        (NINE, "here", "sky", "compare"),
        (NINE + HOUR, "there", "sea", "chat"),
    }
    totals = found[NINE, "here", "sea", "chat"]
    assert (totals.requests, totals.prompt_tokens, totals.cached_tokens) == (2, 110, 4)
    assert (totals.completion_tokens, totals.reasoning_tokens) == (25, 3)
    assert store.usage(NINE + HOUR, NINE + 2 * HOUR) == store.usage(*EVER)[-1:]


def test_costs_are_told_apart_by_where_they_come_from(store: Store) -> None:
    answered(store, NINE, usage=Usage(1, 1, billed=Decimal("0.1")), cost=Decimal("0.1"))
    answered(store, NINE, cost=Decimal("0.02"))
    answered(store, NINE, usage=Usage(1, 1, estimated=True), cost=Decimal("0.003"))
    answered(store, NINE, cost=None)
    answered(store, NINE, state="failed", usage=None, cost=None, total_s=None)

    totals = sums(store)

    assert (totals.billed, totals.computed, totals.estimated) == (Decimal("0.1"), Decimal("0.02"), Decimal("0.003"))
    assert totals.cost == Decimal("0.123")
    assert (totals.unpriced, totals.guessed, totals.failed, totals.requests) == (1, 1, 1, 5)
    assert totals.error_rate == 0.2


def test_a_batch_counts_with_all_its_requests(store: Store) -> None:
    batch = store.add_batch(connection="here", model="sea", items=[{"prompt": "a"}, {"prompt": "b"}])
    assert sums(store) == Totals()
    outcomes = [BatchItem(at, ok=at == 0, text="x", external_reference=None, error=None) for at in range(2)]
    store.finish_batch(batch, outcomes, usage=Usage(1_000_000, 0), price=PRICE)

    (hour,) = store.usage(*EVER)

    assert hour.page == "batch"
    assert (hour.totals.requests, hour.totals.failed, hour.totals.computed) == (2, 1, Decimal("0.5"))
    store.delete_batch(batch)
    assert store.usage(*EVER) == (hour,)


def test_what_a_chat_cost_stays_when_it_is_removed_for_good(stores: Stores, store: Store) -> None:
    pane = store.create_conversation(comparison_id=store.create_comparison({}).id).id
    question = store.add_turn(pane, None, Message("user", "Deep?"))
    store.finish_reply(
        store.start_reply(pane, question.id, model="sea", started_at=NINE),
        state="done",
        text="Yes",
        cost=Decimal("0.2"),
    )
    before = store.usage(*EVER)
    store.delete(pane)
    stores.purge(datetime.now(UTC) + HOUR)
    assert store.conversation(pane) is None
    assert store.usage(*EVER) == before == recounted(stores, store)
    assert before[0].page == "compare"


def test_a_copy_of_an_answer_is_not_counted_also_when_it_is_removed_for_good(stores: Stores, store: Store) -> None:
    original = answered(store, NINE)
    chat = store.create_conversation().id
    question = store.add_turn(chat, None, Message("user", "Deep?"))
    copy = store.start_reply(chat, question.id, model="sea", started_at=NINE, copy_of=original)
    store.finish_reply(copy, state="done", text="Yes", cost=Decimal("0.00008"))
    before = store.usage(*EVER)
    assert sums(store).requests == 1
    store.delete(chat)
    stores.purge(datetime.now(UTC) + HOUR)
    assert store.usage(*EVER) == before == recounted(stores, store)


def test_an_answer_on_its_way_counts_when_it_has_ended(store: Store) -> None:
    reply = store.start_reply(model="sea", started_at=NINE)
    store.save_partial(reply, "Half", usage=Usage(1, 1), cost=Decimal("0.1"))
    assert sums(store) == Totals()
    store.finish_reply(reply, state="stopped", text="Half", usage=Usage(1, 1), cost=Decimal("0.1"))
    assert (sums(store).stopped, sums(store).cost) == (1, Decimal("0.1"))


def test_nobody_sees_what_others_used(stores: Stores, store: Store) -> None:
    answered(stores.of(Owner.signed_in("https://issuer.example", "anna")), NINE)
    assert store.usage(*EVER) == ()


def test_percentiles_are_right_to_a_twentieth(store: Store) -> None:
    for number in range(1, 101):
        answered(store, NINE, total_s=number / 10)
    times = sums(store).total
    for share in (0.5, 0.95):
        assert percentile(times, share) == pytest.approx(share * 10, rel=0.03)
    assert percentile(sums(store).first_token, 0.5) == pytest.approx(1.25, rel=0.03)


def test_the_time_of_a_whole_answer_is_that_of_answers_that_were_done(store: Store) -> None:
    answered(store, NINE, total_s=8.0)
    answered(store, NINE, state="failed", total_s=0.1)
    answered(store, NINE, state="stopped", total_s=400.0)

    totals = sums(store)

    assert percentile(totals.total, 1) == pytest.approx(8, rel=0.03)
    assert (sum(totals.total.values()), sum(totals.first_token.values())) == (1, 3)


def test_what_was_never_sent_is_no_request_and_no_failure(store: Store) -> None:
    answered(store, NINE, state="failed", usage=None, cost=None, total_s=0.0)
    answered(store, NINE, state="stopped", usage=None, cost=None, total_s=0.0)
    assert store.usage(*EVER) == ()
    again = store.start_reply(model="sea", started_at=NINE)
    waited = Timings(None, 0.0, {"failed": 0.2, "retrying": 1.0})
    store.finish_reply(again, state="stopped", text="", timings=waited)
    assert (sums(store).requests, sums(store).stopped, sums(store).failed) == (1, 1, 0)


Step = Callable[[Stores, Store, list[str]], Any]
STEPS: dict[str, Step] = {
    "ask": lambda _, store, ids: ids.append(store.start_reply(model="sea", started_at=NINE + HOUR * len(ids) / 3)),
    "save": lambda _, store, ids: store.save_partial(ids[-1], "word " * len(ids), usage=Usage(3, 3), cost=Decimal(1)),
    "finish": lambda _, store, ids: store.finish_reply(
        ids[len(ids) // 2], state="done", text="", usage=Usage(7, 7), cost=Decimal("0.000001") * len(ids)
    ),
    "again": lambda _, store, ids: answered(store, NINE + HOUR * len(ids)),
    "kill": lambda stores, _, ids: killed(stores, ids),
    "look": lambda _, store, __: store.usage(*EVER),
}


def killed(stores: Stores, ids: list[str]) -> None:
    """The process that received an answer is gone, and another one says so."""
    with stores.engine.begin() as connection:
        connection.execute(update(replies).where(replies.c.id == ids[-1]).values(process="00000000000001"))
    stores.mark_interrupted()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_whatever_was_done_the_sums_are_those_of_a_recount(stores: Stores, store: Store, steps: list[str]) -> None:
    owner = stores.of(Owner.signed_in("https://issuer.example", "anna"))
    ids = [owner.start_reply(model="sea", started_at=NINE)]
    for step in steps:
        STEPS[step](stores, owner, ids)
    assert owner.usage(*EVER) == recounted(stores, owner)


def test_an_hour_is_told_apart_by_the_preset_that_set_what_was_asked(store: Store) -> None:
    for preset in ("translator", "translator", ""):
        request = ReplyRequest(None, None, "sea", "here", started_at=NINE, preset=preset)
        store.ask([request])
        store.finish_reply(request.id, state="done", text="", usage=USAGE, cost=Decimal(1))
    assert {one.preset: one.totals.requests for one in store.usage(*EVER)} == {"": 1, "translator": 2}


def test_the_preset_of_an_answer_stays_when_its_chat_is_removed_for_good(stores: Stores, store: Store) -> None:
    chat = store.create_conversation().id
    store.ask([ReplyRequest(chat, None, "sea", "here", started_at=NINE, preset="translator")])
    store.delete(chat)
    stores.purge(datetime.now(UTC) + HOUR)
    assert [one.preset for one in store.usage(*EVER)] == []
    with stores.read() as connection:
        assert connection.scalars(select(replies.c.preset)).all() == ["translator"]


def test_what_is_out_of_date_is_counted_in_portions_whoever_asked(stores: Stores) -> None:
    for owner in (Owner("anna"), Owner("bert")):
        for hour in range(HOURS_AT_ONCE + 1):
            answered(stores.of(owner), NINE + hour * HOUR)
    portions = 0
    while stores.count_some_usage():
        portions += 1
    assert portions == 4
    with stores.read() as connection:
        assert connection.execute(select(outdated_hours)).all() == []
    assert len(stores.usage_of_all(*EVER)) == 2 * (HOURS_AT_ONCE + 1)


def test_usage_of_all_has_what_each_owner_used(stores: Stores) -> None:
    anna, bert = (Owner.signed_in("https://issuer.example", name) for name in ("anna", "bert"))
    answered(stores.of(anna), NINE)
    answered(stores.of(bert), NINE)
    answered(stores.of(bert), NINE + HOUR)
    found = [(one.owner, one.hour, one.totals.requests) for one in stores.usage_of_all(NINE, NINE + HOUR)]
    assert found == [(anna.id, NINE, 1), (bert.id, NINE, 1)]
    assert {one.owner for one in stores.of(anna).usage(*EVER)} == {anna.id}


def test_what_ends_while_another_process_counts_its_hour_is_counted_again(stores: Stores, store: Store) -> None:
    """The other one does not see it yet: the hour is out of date again once it has ended."""
    if stores.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    answered(store, NINE)
    own, counted, noted = outdated_hours.c.owner == store.owner.id, threading.Event(), threading.Event()

    def end() -> None:
        with stores.engine.begin() as connection:
            outdate(connection, replies, replies.c.owner == store.owner.id)
            noted.set()
            assert counted.wait(10)

    with ThreadPoolExecutor(1) as here:
        with stores.engine.begin() as counting:
            assert counting.scalars(select(outdated_hours.c.hour).where(own).with_for_update()).all() == [NINE]
            ending = here.submit(end)
            until(lambda: noted.is_set() or waits(stores))
            counting.execute(delete(outdated_hours).where(own))
        counted.set()
        ending.result()
    with stores.read() as connection:
        assert connection.scalars(select(outdated_hours.c.hour).where(own)).all() == [NINE]


def waits(stores: Stores) -> bool:
    """Whether a statement waits for a lock of another transaction."""
    with stores.read() as connection:
        return bool(connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar_one())
