"""How many cells a run holds that wait to be asked: some thousands, however many are missing."""

import asyncio

import pytest

from playground.experiments.cells import Grid
from playground.experiments.definition import Definition
from playground.experiments.engine import waiting as module
from playground.experiments.engine.column import asked_columns
from playground.experiments.engine.early import EarlyLooks
from playground.experiments.engine.judges import Judges, JudgeSeat
from playground.experiments.engine.rows_at_hand import RowsAtHand
from playground.experiments.engine.waiting import WaitingCells
from playground.models.roster import Roster
from playground.providers import Connection
from playground.store import Store
from tests.experiments.engine.conftest import Make, definition
from tests.experiments.engine.test_batches import LLAMA, account

JUDGED = {"checks": [{"check": "judge", "prompt": "Is it salty?"}], "judge": "judges/j"}


@pytest.fixture
def judges(connection: Connection, roster: Roster) -> Connection:
    """A connection that nobody but judges is at."""
    own = connection.model_copy(update={"name": "judges"})
    roster.connect(own)
    return own


def waiting_cells(
    store: Store, roster: Roster, make: Make, asked: Definition, batched: tuple[int, ...] = ()
) -> WaitingCells:
    experiment = make(asked)
    grid = Grid(experiment.rows, len(experiment.candidates), experiment.repetitions)
    judging = Judges(store, experiment.id, asked, grid, RowsAtHand(store, experiment.version_id), roster)
    columns = asked_columns(experiment.candidates, asked, roster)
    early = EarlyLooks(store, experiment, grid, asked.early_stop)
    cells = range(grid.cells)
    waiting = WaitingCells(store, experiment, cells, columns, judging, early, roster, batched=batched)
    if asked.judge is not None:
        waiting.lane(JudgeSeat.of(asked.judge, roster))
    return waiting


def queued(waiting: WaitingCells) -> dict[str, int]:
    """How many units wait, by connection."""
    return {name: lane.queued for name, lane in waiting.lanes.items()}


def test_a_judge_that_has_nothing_to_do_has_no_more_cells_looked_for(
    store: Store, roster: Roster, make: Make, judges: Connection
) -> None:
    async def looked() -> None:
        waiting = waiting_cells(store, roster, make, definition(rows=5_000, **JUDGED))
        await waiting.look(())
        assert queued(waiting) == {"server": 2_000, judges.name: 0}
        assert not waiting.all_looked_at

    asyncio.run(looked())


def test_what_goes_in_batches_is_looked_for_as_batches_have_room(store: Store, make: Make, roster: Roster) -> None:
    roster.connect(account("http://127.0.0.1:9"))

    async def looked() -> None:
        waiting = waiting_cells(store, roster, make, definition(LLAMA, rows=7_000), batched=(0,))
        await waiting.look(())
        (lane,) = waiting.batch_lanes.values()
        assert lane.most <= len(lane.waiting) <= 2_000
        assert queued(waiting) == {"cloudflare": 0}
        assert not waiting.all_looked_at

    asyncio.run(looked())


def test_a_connection_that_is_far_ahead_waits_for_the_others(
    store: Store, roster: Roster, make: Make, judges: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_QUEUED", 3_000)

    async def looked() -> None:
        waiting = waiting_cells(store, roster, make, definition("server/a", f"{judges.name}/b", rows=5_000))
        fast = waiting.lanes[judges.name]
        for _ in range(5):
            await waiting.look(())
            fast.waiting.clear()
        assert queued(waiting) == {"server": 3_000, judges.name: 0}
        waiting.lanes["server"].waiting.clear()
        await waiting.look(())
        assert queued(waiting) == {"server": 1_000, judges.name: 1_000}

    asyncio.run(looked())


def test_columns_that_ended_early_are_looked_at_no_further(store: Store, roster: Roster, make: Make) -> None:
    async def looked() -> None:
        waiting = waiting_cells(store, roster, make, definition("server/a", "server/b", rows=3_000))
        await waiting.look(())
        assert queued(waiting) == {"server": 2_000}
        assert not waiting.all_looked_at
        waiting._early._until = {0: 900, 1: 1_000}
        assert waiting.all_looked_at
        waiting._early._until = {0: 900, 1: 1_001}
        assert not waiting.all_looked_at

    asyncio.run(looked())
