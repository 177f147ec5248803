import asyncio
from contextlib import AsyncExitStack

import pytest

from playground.answers.exchange import Exchange
from playground.providers import Connection
from playground.providers.http.limits import Allowance, Limits, background_share, limits_of
from tests.clock import Clock

pytestmark = pytest.mark.anyio


class Caller:
    """Somebody who takes a slot and keeps it until told to leave."""

    def __init__(self, limits: Limits, model: str, allowance: Allowance, clock: Clock | None = None) -> None:
        self.exchange = Exchange(clock=clock or Clock())
        self.running = asyncio.Event()
        self.may_leave = asyncio.Event()
        self.task = asyncio.create_task(self._call(limits, model, allowance))

    async def _call(self, limits: Limits, model: str, allowance: Allowance) -> None:
        async with limits.slot(model, allowance, self.exchange):
            self.running.set()
            await self.may_leave.wait()

    async def leave(self) -> None:
        self.may_leave.set()
        await self.task


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_requests_over_the_bound_wait_and_start_in_order() -> None:
    limits, two = Limits(), Allowance(in_flight=2)
    callers = [Caller(limits, "m", two) for _ in range(4)]
    await settled()
    assert [caller.running.is_set() for caller in callers] == [True, True, False, False]
    assert (limits.in_flight, limits.queued) == (2, 2)
    waits = [caller.exchange.wait for caller in callers]
    assert waits[:2] == [None, None]
    assert waits[2] is not None
    assert waits[2].reason == "queued"
    assert "place 1" in waits[2].message

    await callers[1].leave()
    await settled()
    assert [caller.running.is_set() for caller in callers[2:]] == [True, False]
    assert callers[2].exchange.wait is None
    for caller in (callers[0], callers[2], callers[3]):
        await caller.leave()
    assert (limits.in_flight, limits.queued) == (0, 0)


async def test_the_time_in_the_queue_is_counted() -> None:
    limits, one, clock = Limits(), Allowance(in_flight=1), Clock()
    first, second, third = (Caller(limits, "m", one, clock) for _ in range(3))
    await settled()
    clock.now += 7
    await first.leave()
    await settled()
    assert third.exchange.wait is not None
    clock.now += 5
    await second.leave()
    await third.leave()
    assert [caller.exchange.waited for caller in (first, second, third)] == [{}, {"queued": 7}, {"queued": 12}]


async def test_time_in_the_queue_counts_where_the_wait_is_given_up() -> None:
    limits, one, clock = Limits(), Allowance(in_flight=1), Clock()
    first, second = (Caller(limits, "m", one, clock) for _ in range(2))
    await settled()
    clock.now += 7
    second.task.cancel()
    await asyncio.wait([second.task])
    assert second.exchange.waited == {"queued": 7}
    await first.leave()


async def test_one_busy_model_holds_up_no_other() -> None:
    limits, one_a_model = Limits(), Allowance(in_flight=3, in_flight_per_model=1)
    busy, behind, other = (Caller(limits, model, one_a_model) for model in ("big", "big", "small"))
    await settled()
    assert (busy.running.is_set(), behind.running.is_set(), other.running.is_set()) == (True, False, True)
    for caller in (busy, behind, other):
        await caller.leave()


async def test_the_minute_slides() -> None:
    limits, two_a_window = Limits(window_s=0.05), Allowance(per_minute=2)
    loop = asyncio.get_running_loop()
    begin = loop.time()
    started: list[float] = []
    for _ in range(5):
        async with limits.slot("m", two_a_window, Exchange()):
            started.append(loop.time())
    assert started[2] - begin >= 0.05
    assert started[4] - begin >= 0.1


async def test_a_full_minute_is_shown_with_its_end() -> None:
    limits, one_a_minute = Limits(), Allowance(per_minute=1)
    first, second = Caller(limits, "m", one_a_minute), Caller(limits, "m", one_a_minute)
    other_model = Caller(limits, "other", one_a_minute)
    await settled()
    wait = second.exchange.wait
    assert wait is not None
    assert wait.until is not None
    assert wait.until - asyncio.get_running_loop().time() == pytest.approx(60, abs=1)
    assert other_model.running.is_set()
    second.task.cancel()
    await first.leave()
    await other_model.leave()
    await settled()
    assert limits.queued == 0


async def test_a_cancelled_wait_leaves_nothing_behind() -> None:
    limits, one = Limits(), Allowance(in_flight=1)
    first, second, third = (Caller(limits, "m", one) for _ in range(3))
    await settled()
    second.task.cancel()
    await asyncio.gather(second.task, return_exceptions=True)
    assert second.exchange.wait is None
    await first.leave()
    await third.running.wait()
    await third.leave()
    assert (limits.in_flight, limits.queued) == (0, 0)


async def test_cancelling_in_the_moment_of_admission_gives_the_slot_back() -> None:
    limits, one = Limits(), Allowance(in_flight=1)
    second: Caller
    async with AsyncExitStack() as slot:
        await slot.enter_async_context(limits.slot("m", one, Exchange()))
        second = Caller(limits, "m", one)
        await settled()
    second.task.cancel()  # admitted, but has not run since
    await asyncio.gather(second.task, return_exceptions=True)
    assert not second.running.is_set()
    assert (limits.in_flight, limits.queued) == (0, 0)


async def test_two_cancelled_at_once_do_not_count_as_having_run() -> None:
    limits, one = Limits(), Allowance(in_flight=1)
    first, *others = (Caller(limits, "m", one) for _ in range(3))
    await settled()
    for caller in others:
        caller.task.cancel()
    await asyncio.gather(*(caller.task for caller in others), return_exceptions=True)
    assert limits.in_flight == 1
    await first.leave()
    assert (limits.in_flight, limits.queued) == (0, 0)


async def test_opens_of_one_account_share_their_limits() -> None:
    one = Connection(kind="workers_ai", account_id="a", api_token="1")
    same = Connection(kind="workers_ai", account_id="a", api_token="2", idle_timeout_s=1)
    other = Connection(kind="workers_ai", account_id="b", api_token="1")
    assert limits_of(one) is limits_of(same)
    assert limits_of(one) is not limits_of(other)


def test_each_event_loop_has_its_own() -> None:
    async def here() -> Limits:
        return limits_of(Connection(kind="workers_ai", account_id="a"))

    assert asyncio.run(here()) is not asyncio.run(here())


async def test_what_somebody_waits_for_goes_before_the_background_and_has_its_own_places() -> None:
    limits, people, background = Limits(), Allowance(in_flight=1), Allowance(background=True)
    grid = [Caller(limits, "m", background) for _ in range(30)]
    await settled()
    assert all(caller.running.is_set() for caller in grid)
    first, second = Caller(limits, "m", people), Caller(limits, "m", people)
    await settled()
    assert first.running.is_set()
    assert not second.running.is_set()
    for caller in (first, second, *grid):
        await caller.leave()
    assert limits.in_flight == 0


async def test_a_chat_that_comes_later_starts_before_what_waits_in_the_background() -> None:
    limits, clock = Limits(), Clock()
    grid = [Caller(limits, "m", Allowance(in_flight=2, background=True), clock) for _ in range(4)]
    await settled()
    chat = Caller(limits, "m", Allowance(in_flight=1), clock)
    await settled()
    assert [caller.running.is_set() for caller in (*grid, chat)] == [True, True, False, False, True]
    await grid[0].leave()
    await settled()
    assert not grid[2].running.is_set()  # the chat counts for what the server takes
    for caller in (chat, *grid):
        await caller.leave()


async def test_the_background_leaves_some_of_a_minute_to_people() -> None:
    assert [background_share(limit) for limit in (1, 2, 20, 300)] == [1, 1, 19, 294]
    limits = Limits(window_s=60)
    grid = [Caller(limits, "m", Allowance(per_minute=3, background=True)) for _ in range(3)]
    await settled()
    assert [caller.running.is_set() for caller in grid] == [True, True, False]
    chat = Caller(limits, "m", Allowance(per_minute=3))
    await settled()
    assert chat.running.is_set()
    grid[2].task.cancel()
    for caller in (chat, *grid[:2]):
        await caller.leave()


def test_an_explicit_limit_of_a_connection_holds_for_the_background_too() -> None:
    given = Connection(kind="openai_compatible", base_url="http://h/v1", max_in_flight=2)
    assert given.in_flight(background=True) == 2
    unset = Connection(kind="openai_compatible", base_url="http://h/v1")
    assert (unset.in_flight(background=True), unset.in_flight(background=False)) == (None, 8)
