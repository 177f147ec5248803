"""The ledger: whatever is reserved, settled, given back or left by a process that died, no limit is ever passed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from playground.messages import Message
from playground.metering import Price, Usage
from playground.money.budget import (
    EVERY_OWNER,
    Budget,
    BudgetError,
    BudgetUse,
    Most,
    day_in_utc,
    dollars,
    nanos,
    own_subject,
    use_label,
)
from playground.owner import DEFAULT_OWNER, Owner
from playground.store import ReplyRequest, Reservation, Store, Stores, open_stores
from playground.store.database.database import now
from playground.store.database.schema import ledger, ledger_days
from playground.store.ledger import reserve_in, settle_lost
from tests.store.reserving import reserve_for, settle_for
from tests.store.test_owners import ANNA, BERT

CENT, ZERO = Decimal("0.01"), Decimal(0)


def held(id_: str, cents: float | None, connection: str = "c") -> Reservation:
    most = Most(None, "Set max_tokens.") if cents is None else Most(Decimal(str(cents)) / 100)
    return Reservation(id_, connection, most)


def use(store: Store, span: str = "day", connection: str = "c", scope: str = "all") -> BudgetUse:
    (found,) = [one for one in store.budget_uses(connection, now()) if (one.span, one.budget.scope) == (span, scope)]
    return found


def test_what_may_be_spent_is_held_and_what_was_spent_replaces_it(stores: Stores, store: Store) -> None:
    stores.set_budget(Budget("all", day=10 * CENT))
    reserve_for(store, [held("one", 4), held("two", 6)])
    assert (use(store).held, use(store).spent, use(store).left) == (10 * CENT, ZERO, ZERO)
    settle_for(store, "one", CENT)
    settle_for(store, "two", Decimal(0))
    assert (use(store).held, use(store).spent, use(store).left) == (ZERO, CENT, 9 * CENT)
    settle_for(store, "one", 2 * CENT)
    assert use(store).spent == 2 * CENT


def test_nobody_settles_what_somebody_else_asked(stores: Stores) -> None:
    stores.set_budget(Budget("all", day=10 * CENT))
    reserve_for(stores.of(ANNA), [held("annas", 4)])
    settle_for(stores.of(BERT), "annas", ZERO)
    assert use(stores.of(BERT)).held == 4 * CENT


def test_what_could_pass_a_limit_is_refused_with_the_numbers_and_all_of_it(stores: Stores, store: Store) -> None:
    stores.set_budget(Budget("all", day=10 * CENT))
    reserve_for(store, [held("one", 4)])
    settle_for(store, "one", 3 * CENT)
    reserve_for(store, [held("two", 5)])
    with pytest.raises(BudgetError) as refused:
        reserve_for(store, [held("three", 1), held("four", 1.5)])
    assert refused.value.message == (
        "Not sent: it could cost up to $0.025, and $0.02 of the $0.10 for a day are left in the budget of everything: "
        "$0.03 are spent and $0.05 held for requests on their way."
    )
    assert refused.value.hint.endswith("You can change the budget on the Usage page, under Budgets.")
    assert use(store).held == 5 * CENT
    reserve_for(store, [held("five", 2)])


@pytest.mark.parametrize(
    ("budget", "also"),
    [
        (Budget("all", month=10 * CENT), True),
        (Budget("connection", "c", day=10 * CENT), True),
        (Budget("connection", "d", day=10 * CENT), False),
        (Budget("owner", BERT.id, month=10 * CENT), False),
        (Budget("owner", EVERY_OWNER, day=10 * CENT), False),
    ],
)
def test_a_budget_is_that_of_its_scope(stores: Stores, budget: Budget, also: bool) -> None:
    stores.set_budget(budget)
    reserve_for(stores.of(BERT), [held("berts", 9)])
    if also:
        with pytest.raises(BudgetError):
            reserve_for(stores.of(ANNA), [held("annas", 2)])
    else:
        reserve_for(stores.of(ANNA), [held("annas", 2)])


def test_an_owner_with_a_budget_has_that_in_place_of_the_one_of_each(stores: Stores) -> None:
    stores.set_budget(Budget("owner", EVERY_OWNER, day=CENT))
    stores.set_budget(Budget("owner", ANNA.id, day=5 * CENT))
    reserve_for(stores.of(ANNA), [held("annas", 4)])
    with pytest.raises(BudgetError):
        reserve_for(stores.of(BERT), [held("berts", 4)])


def test_a_request_may_have_a_limit_of_its_own(stores: Stores, store: Store) -> None:
    stores.set_budget(Budget("all", reply=2 * CENT))
    reserve_for(store, [held("one", 2), held("two", 2)])
    with pytest.raises(BudgetError, match=r"up to \$0\.021, and a request may cost \$0\.02 at most"):
        reserve_for(store, [held("three", 2.1)])


def test_what_has_no_known_bound_is_refused_unless_that_is_allowed(stores: Stores, store: Store) -> None:
    reserve_for(store, [held("before", None)])
    stores.set_budget(Budget("all", day=CENT))
    with pytest.raises(BudgetError) as refused:
        reserve_for(store, [held("one", None)])
    assert refused.value.hint.startswith("Set max_tokens. Or allow models without a known price in the budget.")
    stores.set_budget(Budget("all", day=CENT, unpriced_allowed=True))
    reserve_for(store, [held("one", None)])
    settle_for(store, "one", CENT)
    assert use(store).spent == CENT


def test_what_was_spent_before_a_budget_was_set_counts(stores: Stores, store: Store) -> None:
    reserve_for(store, [held("one", 4)])
    settle_for(store, "one", 4 * CENT)
    stores.set_budget(Budget("all", day=5 * CENT, month=5 * CENT))
    with pytest.raises(BudgetError):
        reserve_for(store, [held("two", 2)])
    stores.set_budget(Budget("all", day=6 * CENT))
    reserve_for(store, [held("two", 2)])
    stores.set_budget(Budget("all"))
    assert stores.budgets() == ()


def test_what_somebody_pays_themselves_counts_for_them_and_not_for_everything(stores: Stores) -> None:
    for budget in (Budget("all", day=10 * CENT), Budget("owner", EVERY_OWNER, day=9 * CENT)):
        stores.set_budget(budget)
    stores.set_budget(Budget("own_connection", own_subject("home", ANNA.id), day=8 * CENT))
    anna, bert = stores.of(ANNA), stores.of(BERT)
    chat = anna.create_conversation(model="m").id
    request = ReplyRequest(chat, None, "m", "home", Message("user", "Hi"), most=Most(CENT), own=True)
    anna.ask([request])
    assert [one.held for one in stores.all_budget_uses(now())] == [ZERO, CENT]
    anna.finish_reply(request.id, state="done", text="Yes", cost=Decimal(999_999))  # as that server says
    assert {one.budget.scope: one.spent for one in stores.all_budget_uses(now())} == {
        "all": ZERO,
        "own_connection": Decimal(999_999),
    }
    assert [one.budget.scope for one in anna.budget_uses("c", now(), own=True)] == ["owner"]
    reserve_for(bert, [held("bert", 9)])
    with pytest.raises(BudgetError, match="the budget of each person"):
        reserve_for(anna, [held("anna", 1)])
    with pytest.raises(BudgetError, match="the budget of your connection home"):
        reserve_for(anna, [Reservation("home", "home", Most(CENT), own=True)])
    with stores.read() as connection:
        rows = connection.execute(select(ledger_days).where(ledger_days.c.owner == ANNA.id)).all()
    assert [(row.own_held, row.own_spent) for row in rows] == [(0, 999_999 * 10**9)]


def test_connections_of_one_name_have_budgets_of_their_own(stores: Stores) -> None:
    anna, bert = stores.of(ANNA), stores.of(BERT)
    stores.set_budget(Budget("connection", "home", day=5 * CENT))
    stores.set_budget(Budget("own_connection", own_subject("home", ANNA.id), day=3 * CENT))

    def reserve(store: Store, id_: str, cents: int, own: bool) -> None:
        reserve_for(store, [Reservation(id_, "home", Most(cents * CENT), own=own)])

    reserve(anna, "annas", 3, own=True)
    reserve(bert, "berts", 900, own=True)
    reserve(anna, "everybodys", 2, own=False)
    reserve(bert, "everybodys too", 3, own=False)
    with pytest.raises(BudgetError, match="the budget of the connection home") as refused:
        reserve(bert, "more", 1, own=False)
    assert "An admin can change" in refused.value.hint
    with pytest.raises(BudgetError, match="the budget of your connection home") as refused:
        reserve(anna, "more", 1, own=True)
    assert "You can change" in refused.value.hint
    settle_for(anna, "annas", CENT)
    reserve(anna, "more", 2, own=True)
    found = {use.budget.scope: (use.spent, use.held) for use in stores.all_budget_uses(now())}
    assert found == {"connection": (ZERO, 5 * CENT), "own_connection": (CENT, 2 * CENT)}
    assert [use.budget.scope for use in bert.budget_uses("home", now(), own=True)] == []
    assert [use.held for use in anna.budget_uses("home", now(), own=True)] == [2 * CENT]
    assert [use.held for use in anna.budget_uses("home", now())] == [5 * CENT]


def test_a_batch_that_somebody_pays_is_not_held_for_everything(stores: Stores, store: Store) -> None:
    stores.set_budget(Budget("all", day=CENT))
    store.add_batch(connection="home", model="m", items=[{}], most=Most(5 * CENT), own=True)
    assert use(store).held == ZERO


def test_a_new_day_and_a_new_month_begin_at_midnight_in_utc(stores: Stores) -> None:
    stores.set_budget(Budget("all", day=5 * CENT, month=9 * CENT))
    late = datetime(2026, 11, 29, 23, 59, tzinfo=UTC)

    def reserve(id_: str, cents: float, at: datetime) -> None:
        with stores.write() as connection:
            reserve_in(connection, DEFAULT_OWNER, [held(id_, cents)], at)

    reserve("one", 5, late)
    with pytest.raises(BudgetError, match="a day are left"):
        reserve("two", 1, late)
    reserve("three", 4, late + timedelta(minutes=2))
    with pytest.raises(BudgetError, match="a month are left"):
        reserve("four", 1, late + timedelta(minutes=2))
    reserve("five", 5, late + timedelta(days=2))


# Replies


def asked(store: Store, cents: int) -> str:
    request = ReplyRequest(
        store.create_conversation(model="m").id, None, "m", "c", Message("user", "Hi"), most=Most(cents * CENT)
    )
    store.ask([request])
    return request.id


def test_a_question_and_its_reservation_are_kept_together_or_not_at_all(stores: Stores, store: Store) -> None:
    stores.set_budget(Budget("all", day=10 * CENT))
    reply = asked(store, 8)
    chat = store.create_conversation(model="m").id
    with pytest.raises(BudgetError):
        store.ask([ReplyRequest(chat, None, "m", "c", Message("user", "Hi"), most=Most(3 * CENT))])
    assert store.path(chat) == ()
    store.finish_reply(reply, state="done", text="Yes", cost=CENT)
    assert (use(store).spent, use(store).held) == (CENT, ZERO)
    store.ask([ReplyRequest(chat, None, "m", "c", Message("user", "Hi"), most=Most(3 * CENT))])


@pytest.mark.parametrize(
    ("ending", "spent"),
    [
        ({"cost": CENT}, CENT),
        ({"cost": None}, 8 * CENT),
        ({"cost": CENT, "charged": ZERO, "lost": 0}, ZERO),
        ({"cost": CENT, "charged": CENT, "lost": 2}, 17 * CENT),
    ],
    ids=["its cost", "cost not known", "given back", "two attempts got lost"],
)
def test_what_an_end_is_charged_with(stores: Stores, store: Store, ending: dict[str, object], spent: Decimal) -> None:
    stores.set_budget(Budget("all", day=10 * CENT))
    store.finish_reply(asked(store, 8), state="done", text="Yes", **ending)  # type: ignore[arg-type]
    assert (use(store).spent, use(store).held) == (spent, ZERO)


def test_what_may_have_been_billed_is_told_apart_from_what_is_spent(stores: Stores, store: Store) -> None:
    stores.set_budget(Budget("all", day=10 * CENT))
    lost = asked(store, 5)
    store.finish_reply(asked(store, 1), state="done", text="Yes", cost=CENT)
    store.finish_reply(lost, state="failed", text="", charged=CENT, lost=1)
    assert (use(store).spent, use(store).unsure) == (7 * CENT, 5 * CENT)
    assert use_label(use(store)) == "$0.02 + ~$0.05 perhaps billed of $0.10 today"
    with pytest.raises(
        BudgetError, match=r"are left in the budget of everything: \$0\.02 are spent and up to ~\$0\.05 may"
    ):
        reserve_for(store, [held("more", 4)])
    store.finish_reply(lost, state="done", text="It came after all", cost=CENT)
    assert (use(store).spent, use(store).unsure) == (2 * CENT, ZERO)


def test_an_answer_whose_process_died_counts_as_the_most_that_it_can_have_cost(url: str) -> None:
    with open_stores(url) as dying:
        dying.set_budget(Budget("all", day=10 * CENT))
        reply = asked(dying.of(DEFAULT_OWNER), 8)
    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        assert (use(store).spent, use(store).held) == (8 * CENT, ZERO)
        store.finish_reply(reply, state="done", text="It lived after all", cost=CENT)
        assert use(store).spent == CENT


PRICE = Price(Decimal(1), Decimal(1), "a test", None)


def test_a_batch_is_held_until_it_is_done(stores: Stores, store: Store) -> None:
    stores.set_budget(Budget("all", day=10 * CENT))
    most = Most(8 * CENT)
    batch = store.add_batch(connection="c", model="m", items=[{}], most=most)
    with pytest.raises(BudgetError):
        store.add_batch(connection="c", model="m", items=[{}], most=most)
    store.change_batch(batch, "queued", request_id="r")
    assert use(store).held == 8 * CENT
    store.finish_batch(batch, [], usage=Usage(5_000, 5_000), price=PRICE)
    assert (use(store).spent, use(store).held) == (CENT, ZERO)
    store.delete_batch(batch)
    assert use(store).spent == CENT


@pytest.mark.parametrize(("unbilled", "spent"), [(True, ZERO), (False, 8 * CENT)])
def test_a_batch_that_failed(stores: Stores, store: Store, unbilled: bool, spent: Decimal) -> None:
    stores.set_budget(Budget("all", day=10 * CENT))
    batch = store.add_batch(connection="c", model="m", items=[{}], most=Most(8 * CENT))
    store.change_batch(batch, "failed", unbilled=unbilled)
    assert (use(store).spent, use(store).held) == (spent, ZERO)


def test_a_batch_that_is_deleted_while_it_is_waited_for_may_be_billed(stores: Stores, store: Store) -> None:
    stores.set_budget(Budget("all", day=10 * CENT))
    store.delete_batch(store.add_batch(connection="c", model="m", items=[{}], most=Most(8 * CENT)))
    assert (use(store).spent, use(store).held) == (8 * CENT, ZERO)


# Any order


OWN = "own"
"""A connection that its owners pay themselves."""
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("reserve"),
            st.sampled_from([ANNA, BERT]),
            st.sampled_from(["c", "d", OWN]),
            st.one_of(st.none(), st.decimals("0", "0.06", places=11)),
        ),
        st.tuples(st.just("settle"), st.integers(0, 20), st.decimals("0", "0.06", places=11)),
        st.tuples(st.just("give back"), st.integers(0, 20)),
        st.tuples(st.just("kill"), st.integers(0, 20)),
    ),
    max_size=25,
)
BUDGETS = [
    Budget("all", day=Decimal("0.2"), unpriced_allowed=True),
    Budget("owner", ANNA.id, month=Decimal("0.1"), unpriced_allowed=True),
    Budget("connection", "d", reply=Decimal("0.05"), day=Decimal("0.1"), unpriced_allowed=True),
]


@given(steps=STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_whatever_happens_in_whatever_order_the_sums_are_those_of_a_recount(stores: Stores, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    with stores.engine.begin() as connection:
        connection.execute(ledger.delete())
        connection.execute(ledger_days.delete())
    for budget in BUDGETS:
        stores.set_budget(budget)
    known: list[tuple[Owner, str]] = []
    model: dict[str, tuple[Owner, str, int, int | None]] = {}
    """Owner, connection, bound and spent, by the id of a reservation; by this the sums are made again."""

    def total(owner: Owner | None = None, name: str | None = None) -> int:
        rows = (row for row in model.values() if owner in (None, row[0]) and name in (None, row[1]))
        return sum(bound if spent is None else spent for _, _, bound, spent in rows)

    for step in steps:
        match step:
            case ("reserve", owner, name, amount):
                id_, bound = f"held {len(known)}", nanos(amount or Decimal(0))
                passes = (
                    (name != OWN and bound + total() - total(name=OWN) > nanos(Decimal("0.2")))
                    or (owner == ANNA and bound + total(ANNA) > nanos(Decimal("0.1")))
                    or (name == "d" and bound + total(name="d") > nanos(Decimal("0.1")))
                )
                over = bool(bound) and (passes or (name == "d" and amount > Decimal("0.05")))
                with pytest.raises(BudgetError) if over else contextlib.nullcontext():
                    reserve_for(stores.of(owner), [Reservation(id_, name, Most(amount), own=name == OWN)])
                if not over:
                    known.append((owner, id_))
                    model[id_] = (owner, name, bound, None)
            case ("settle", number, amount) if number < len(known):
                owner, id_ = known[number]
                amount = min(amount, dollars(model[id_][2]))
                settle_for(stores.of(owner), id_, amount)
                model[id_] = (*model[id_][:3], nanos(amount))
            case ("give back", number) if number < len(known):
                owner, id_ = known[number]
                settle_for(stores.of(owner), id_, Decimal(0))
                model[id_] = (*model[id_][:3], 0)
            case ("kill", number) if number < len(known):
                _, id_ = known[number]
                with stores.write() as connection:
                    settle_lost(connection, [id_])
                model[id_] = (*model[id_][:3], model[id_][2])
        assert sums(stores) == recount(model)
    assert recounted_rows(stores) == sums(stores)


Sums = dict[tuple[str, str], tuple[int, int]]


def sums(stores: Stores) -> Sums:
    """Held and spent by owner and connection, as they are kept."""
    with stores.read() as connection:
        rows = connection.execute(select(ledger_days)).all()
    for row in rows:
        own = (row.own_held, row.own_spent, row.own_unsure)
        assert own == ((row.held, row.spent, row.unsure) if row.connection == OWN else (0, 0, 0))
    return {(row.owner, row.connection): (row.held, row.spent) for row in rows}


def recount(model: dict[str, tuple[Owner, str, int, int | None]]) -> Sums:
    found: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for owner, name, bound, spent in model.values():
        held, before = found[owner.id, name]
        found[owner.id, name] = (held + bound, before) if spent is None else (held, before + spent)
    return dict(found)


def recounted_rows(stores: Stores) -> Sums:
    """The same from the rows of the ledger."""
    unsure: dict[tuple[str, str], int] = defaultdict(int)
    found: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    with stores.read() as connection:
        for row in connection.execute(select(ledger)).all():
            held, spent = found[row.owner, row.connection]
            unsure[row.owner, row.connection] += row.unsure
            now_held = 0 if row.spent is not None else row.bound or 0
            found[row.owner, row.connection] = (held + now_held, spent + (row.spent or 0))
        kept = {(row.owner, row.connection): row.unsure for row in connection.execute(select(ledger_days)).all()}
    assert kept == {key: unsure[key] for key in kept}
    return dict(found)


# Many at once, and kill -9


OWNERS, EACH, PROCESSES = 50, 20, 4
BOUND, DAY, EACH_DAY, OF_CONNECTION = Decimal("0.013"), Decimal("5.27"), Decimal("0.2"), Decimal("3.11")


@contextlib.contextmanager
def askers(url: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes in which threads of their owners ask, and answer half of it; one of them hangs in the middle."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.asker", url, *map(str, (BOUND, number, PROCESSES, OWNERS, EACH))],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONWARNINGS": "error"},
        )
        for number in range(PROCESSES)
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


@pytest.mark.timeout(240)
def test_fifty_owners_who_ask_twenty_times_at_once_never_pass_a_limit_by_a_cent(url: str) -> None:
    with open_stores(url, busy_timeout_s=60) as stores:
        stores.set_budget(Budget("all", day=DAY))
        stores.set_budget(Budget("owner", EVERY_OWNER, day=EACH_DAY))
        stores.set_budget(Budget("connection", "c0", month=OF_CONNECTION))
        with askers(url) as processes:
            first = processes[0]
            assert first.stdout is not None
            for line in first.stdout:  # it says so when it has asked half of its questions
                if line.strip() == "half":
                    break
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            within_limits(stores)
            stores.mark_interrupted()
            within_limits(stores)
            reports = []
            for process in processes[1:]:
                out, _ = process.communicate(timeout=200)
                assert process.returncode == 0
                reports.append(json.loads(out.splitlines()[-1]))
        stores.mark_interrupted()
        within_limits(stores)
        assert sum(report["refused"] for report in reports) > 0
        with stores.read() as connection:
            spent, held = connection.execute(select(func.sum(ledger_days.c.spent), func.sum(ledger_days.c.held))).one()
        assert held == 0
        assert recounted_rows(stores) == sums(stores)
        assert DAY / 2 < dollars(int(spent)) <= DAY


def within_limits(stores: Stores) -> None:
    with stores.read() as connection:
        rows = connection.execute(select(ledger_days).where(ledger_days.c.day == day_in_utc(now()))).all()
    taken = [(row.owner, row.connection, dollars(row.held + row.spent)) for row in rows]
    assert sum((amount for _, _, amount in taken), Decimal(0)) <= DAY
    assert sum((amount for _, name, amount in taken if name == "c0"), Decimal(0)) <= OF_CONNECTION
    for owner in {owner for owner, _, _ in taken}:
        assert sum((amount for known, _, amount in taken if known == owner), Decimal(0)) <= EACH_DAY
