"""Saving on a clock that jumps to whatever comes next: how old words get before they are saved, what is tried again."""

import asyncio
import itertools
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.answers import saving
from playground.answers.saving import FIRST_SAVE_S, LONGEST_PAUSE_S, Saving, last_try, pending_write, until_written
from playground.store import MissingError, StoreError

LOCKED = StoreError("The database is locked by another program.", "Close what else has it open.")


class Clockwork(asyncio.SelectorEventLoop):
    """A loop on which nothing takes time but sleep."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._now = max(self._now, self._scheduled[0]._when)  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def run(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=Clockwork) as runner:
        runner.run(work)


def taking(seconds: Callable[[], float]) -> Callable[[Callable[[], None]], Awaitable[None]]:
    """Writes that take a while, and hold what there was when they began."""

    async def by(write: Callable[[], None]) -> None:
        try:
            write()
        finally:
            await asyncio.sleep(seconds())

    return by


@given(
    gaps=st.lists(st.sampled_from([0, 0.001, 0.02, 0.06, 0.099, 0.101, 0.15, 0.3, 2]), min_size=1, max_size=40),
    takes=st.lists(st.floats(0, 0.1), min_size=1, max_size=5),
)
def test_no_word_is_unsaved_for_a_quarter_of_a_second(gaps: list[float], takes: list[float]) -> None:
    arrived: list[float] = []
    saved: list[float] = []

    async def main() -> None:
        clock = asyncio.get_running_loop().time

        async def by(write: Callable[[], None]) -> None:
            seen = len(arrived)
            await asyncio.sleep(takes[len(saved) % len(takes)])
            saved.extend([clock()] * (seen - len(saved)))

        keeping = Saving("it", partial=lambda: None, finish=lambda: None, hold=lambda why: None, run_write=by).start()
        for gap in gaps:
            await asyncio.sleep(gap)
            arrived.append(clock())
            keeping.changed()
        await asyncio.sleep(1)
        assert len(saved) == len(arrived)

    run(main())
    assert max(later - at for at, later in zip(arrived, saved, strict=True)) <= 0.25


def test_what_one_save_did_not_write_is_left_to_the_next() -> None:
    said: list[str] = []
    kept: list[str] = []
    away = True

    def partial() -> None:
        if away:
            raise LOCKED
        kept.append("".join(said))

    async def main() -> None:
        nonlocal away
        keeping = Saving(
            "it", partial=partial, finish=partial, hold=lambda why: None, run_write=taking(lambda: 0)
        ).start()
        said.append("one ")
        keeping.changed()
        await asyncio.sleep(60)
        away = False
        await asyncio.sleep(LONGEST_PAUSE_S + 1)

    run(main())
    assert kept == ["one "]


def test_the_end_is_tried_until_it_is_saved_and_can_be_read_meanwhile() -> None:
    away_until = 60.0
    tries: list[float] = []
    told: list[str | None] = []

    async def main() -> None:
        clock = asyncio.get_running_loop().time

        def finish() -> None:
            tries.append(clock())
            if clock() < away_until:
                raise LOCKED

        saved = asyncio.Event()
        keeping = Saving(
            "it", partial=lambda: None, finish=finish, hold=told.append, run_write=taking(lambda: 0)
        ).start()
        await keeping.end(saved.set)
        assert clock() <= FIRST_SAVE_S
        assert not saved.is_set()
        assert told[0] == ""
        assert set(told[1:]) == {f"{LOCKED.message} {LOCKED.hint}"}
        await saved.wait()
        assert told[-1] is None
        assert clock() <= away_until + LONGEST_PAUSE_S

    run(main())
    pauses = [later - at for at, later in itertools.pairwise(tries)]
    assert pauses == sorted(pauses)
    assert len(tries) < 25


def test_a_database_that_only_hangs_does_not_hold_up_the_end() -> None:
    told: list[str | None] = []

    async def main() -> None:
        saved = asyncio.Event()
        keeping = Saving(
            "it", partial=lambda: None, finish=lambda: None, hold=told.append, run_write=taking(lambda: 30)
        )
        await keeping.end(saved.set)
        assert asyncio.get_running_loop().time() == FIRST_SAVE_S
        assert told == ["", "The database has not answered yet."]
        await saved.wait()

    run(main())


def test_a_partial_on_its_way_ends_before_the_end_is_written() -> None:
    order: list[str] = []

    async def main() -> None:
        async def by(write: Callable[[], None]) -> None:
            await asyncio.sleep(0.5)
            write()

        keeping = Saving(
            "it",
            partial=lambda: order.append("partial"),
            finish=lambda: order.append("finish"),
            hold=lambda why: None,
            run_write=by,
        ).start()
        keeping.changed()
        await asyncio.sleep(0.3)
        saved = asyncio.Event()
        await keeping.end(saved.set)
        await saved.wait()

    run(main())
    assert order == ["partial", "finish"]


def test_an_answer_that_was_deleted_is_tried_no_more() -> None:
    tries: list[str] = []

    def gone() -> None:
        tries.append("again")
        raise MissingError("reply", "it")

    async def main() -> None:
        saved = asyncio.Event()
        keeping = Saving("it", partial=gone, finish=gone, hold=lambda why: None, run_write=taking(lambda: 0)).start()
        keeping.changed()
        await asyncio.sleep(10)
        assert len(tries) == 1
        await keeping.end(saved.set)
        assert saved.is_set()

    run(main())
    assert len(tries) == 2


def test_what_cannot_be_read_from_memory_still_ends(caplog: pytest.LogCaptureFixture) -> None:
    def broken(why: str | None) -> None:
        raise KeyError(why)

    async def main() -> None:
        saved = asyncio.Event()
        await Saving("it", partial=lambda: None, finish=lambda: None, hold=broken).end(saved.set)
        assert saved.is_set()

    asyncio.run(main())
    assert "cannot be read" in caplog.text


def test_what_is_owed_is_tried_once_more_at_the_end_of_the_process(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def gone() -> None:
        raise MissingError("reply", "it")

    def locked() -> None:
        monkeypatch.setattr(saving, "LAST_TRY_S", -1)
        raise LOCKED

    with pending_write(lambda: done.append("one")), pending_write(gone), pending_write(locked):
        last_try()
        assert done == ["one"]
        assert re.search(r"1 of \d+ last writes", caplog.text)  # a test before may have left one, too
        last_try()
        assert done == ["one"]
        assert "3 of 3 last writes" in caplog.text
    last_try()


def test_the_end_is_owed_while_a_save_before_it_is_under_way() -> None:
    done: list[str] = []

    async def main() -> None:
        keeping = Saving(
            "it",
            partial=lambda: done.append("partial"),
            finish=lambda: done.append("finish"),
            hold=lambda why: None,
            run_write=taking(lambda: 30),
        ).start()
        keeping.changed()
        await asyncio.sleep(1)
        await keeping.end(lambda: None)
        last_try()

    run(main())
    assert done == ["partial", "finish"]


def test_writing_ends_where_what_it_belongs_to_is_gone() -> None:
    def gone() -> None:
        raise MissingError("batch", "it")

    async def main() -> None:
        with pytest.raises(MissingError):
            await until_written(gone, lambda error: None)

    asyncio.run(main())
