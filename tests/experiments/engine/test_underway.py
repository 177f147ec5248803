"""What is cancelled before its first step was never sent: its claim is taken back, and nothing is said to be paid."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal

import pytest

from playground.experiments.cells import Grid
from playground.experiments.definition import Definition
from playground.experiments.engine.batch_lane import BatchLane
from playground.experiments.engine.claiming import Claiming
from playground.experiments.engine.column import AskedColumn, asked_columns
from playground.experiments.engine.course import Course
from playground.experiments.engine.judges import Judges
from playground.experiments.engine.lane import Lane
from playground.experiments.engine.rows_at_hand import RowsAtHand
from playground.experiments.engine.submitting import Submitting
from playground.experiments.engine.underway import Underway
from playground.models.roster import Roster
from playground.providers import Connection
from playground.store import Store, StoredExperiment
from playground.store.experiment_records import ITSELF
from tests.experiments.engine.conftest import Make, definition
from tests.experiments.engine.test_batches import SMALL, account
from tests.upstream import Upstream


@pytest.fixture
def connection(upstream: Upstream) -> Connection:
    """An account, where what is asked has a price."""
    return account(upstream.base_url)


@pytest.fixture
def experiment(make: Make, store: Store) -> StoredExperiment:
    variants = [{"name": "plain", "prompt": "{{word}}", "parameters": {"max_tokens": 20}}]
    made = make(definition(SMALL, rows=3, checks=[], variants=variants, engine="batch"))
    store.begin_experiment(made.id)
    return made


@dataclass(frozen=True)
class Parts:
    """What a run is made of. On an event loop."""

    columns: list[AskedColumn]
    claiming: Claiming
    course: Course
    underway: Underway

    @classmethod
    def of(cls, store: Store, experiment: StoredExperiment, roster: Roster) -> "Parts":
        asked_for = Definition.model_validate(experiment.definition)
        grid, rows = Grid(experiment.rows, 1), RowsAtHand(store, experiment.version_id)
        judges = Judges(store, experiment.id, asked_for, grid, rows, roster)
        columns = asked_columns(experiment.candidates, asked_for, roster)
        course = Course(lambda: None)
        underway = Underway(
            store, experiment.id, asked_for, grid, judges, course, wrote=lambda: None, ended=lambda _: None
        )
        return cls(columns, Claiming(store, experiment, grid, rows, judges, columns), course, underway)

    async def end(self) -> None:
        await self.underway.end(at_once=True)
        await self.underway.writing.close()


def require_as_before(store: Store, experiment: StoredExperiment, upstream: Upstream) -> None:
    """Nothing was sent, and nothing is claimed, spent or listed."""
    headway = store.headway(experiment.id)
    assert store.missing_cells(experiment.id) == (0, 1, 2)
    assert (store.asked_twice(experiment.id), store.submissions(experiment.id)) == ((), ())
    assert (headway.spent, headway.held) == (Decimal(0), Decimal(0))
    assert not upstream.requests


def test_a_cell(store: Store, experiment: StoredExperiment, roster: Roster, upstream: Upstream) -> None:
    async def run() -> Underway:
        parts = Parts.of(store, experiment, roster)
        lane = Lane.to(parts.columns[0].connection, roster.workers_ai)
        asks, _, _ = parts.claiming.claim([(cell, ITSELF) for cell in range(3)])
        for ask in asks:
            parts.underway.begin(lane, ask)
        parts.underway.cancel_all()
        await parts.end()
        assert not lane.busy
        return parts.underway

    assert not asyncio.run(run()).units
    require_as_before(store, experiment, upstream)


def test_a_batch(store: Store, experiment: StoredExperiment, roster: Roster, upstream: Upstream) -> None:
    async def run() -> None:
        parts = Parts.of(store, experiment, roster)
        lane = Lane.to(parts.columns[0].connection, roster.workers_ai)
        batches = BatchLane(parts.columns, lane, roster.workers_ai)
        submitting = Submitting(store, experiment.id, parts.claiming, parts.underway, parts.course)
        sent, _ = await submitting.submit(batches, [0, 1, 2])
        assert sent
        submitting.cancel_all()
        await submitting.end(at_once=True)
        await parts.end()
        assert batches.open == 0

    asyncio.run(run())
    require_as_before(store, experiment, upstream)
