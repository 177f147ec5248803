"""What is on its way in a run, each cell and judge in a request of its own, and what becomes of it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from playground.errors import ServerError
from playground.experiments.cells import Grid
from playground.experiments.definition import Definition
from playground.experiments.engine.claiming import AskedUnit
from playground.experiments.engine.course import Course
from playground.experiments.engine.judges import Judges
from playground.experiments.engine.lane import CellUnit, Lane
from playground.experiments.engine.sending import Sending
from playground.experiments.engine.writing_down import EndedCell, EndedJudge, WritingDown
from playground.store import GivenUp, Store

PAUSE_PATIENCE_S = 30.0
"""Answers that are on their way when a run pauses may take so long; then they are stopped."""

log = logging.getLogger(__name__)


class Underway:
    """What one run asks for. For one event loop."""

    def __init__(
        self,
        store: Store,
        experiment_id: str,
        definition: Definition,
        grid: Grid,
        judges: Judges,
        course: Course,
        *,
        wrote: Callable[[], None],
        ended: Callable[[CellUnit], None],
    ) -> None:
        """`wrote` is called when something was written, `ended` with each unit that is no longer on its way."""
        self._store, self._experiment_id, self._judges = store, experiment_id, judges
        self._definition, self._grid, self._course = definition, grid, course
        self._wrote, self._ended = wrote, ended
        self._tasks: set[asyncio.Task[None]] = set()
        self.units: set[CellUnit] = set()
        """Those on their way."""
        self.writing = self._new_writing()

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def _new_writing(self) -> WritingDown:
        return WritingDown(self._store, self._experiment_id, self._judges, self._wrote)

    def begin(self, lane: Lane, ask: AskedUnit) -> None:
        """Ask for one unit until it has an answer or an error, or the run ends."""
        lane.asked.setdefault(ask.seat.card.id, set()).add(ask.reception)
        self.units.add(ask.unit)
        task = asyncio.create_task(self._ask(lane, ask))
        self._tasks.add(task)

        def over(ended: asyncio.Task[None]) -> None:
            self._tasks.discard(ended)
            if ask.unit in self.units:  # cancelled before its first step: it was not sent
                self.give_up(ask)
                self._left(lane, ask)

        task.add_done_callback(over)

    def end_cell(self, ask: AskedUnit) -> None:
        """Keep what came of a unit."""
        cell, judge = ask.unit
        ticket = ask.wanted.ticket
        self._ended(ask.unit)
        if ask.row is None:
            self.writing.end(EndedJudge(cell, judge, ticket, ask.reception, ask.seat.connection.name))
            return
        checks = self._definition.checks_of(ask.row)
        self.writing.end(EndedCell(cell, self._grid.place(cell), ticket, ask.reception, ask.row, checks))

    def give_up(self, ask: AskedUnit, *, unsure: bool = False) -> None:
        """Take the claim of a unit back that has no answer; `unsure` whether a service took its batch."""
        cell, judge = ask.unit
        spent, lost = ask.reception.charge
        self._ended(ask.unit)
        refused = not (spent or lost or ask.reception.began)
        given_up = GivenUp(
            cell,
            ask.wanted.ticket,
            judge,
            spent=spent,
            lost=lost,
            requests=ask.reception.requests,
            why="refused" if refused else "stopped",
        )
        self.writing.give_up(replace(given_up, lost=1, why="unsure") if unsure else given_up)

    async def written(self) -> None:
        """Wait until all that came is written."""
        await self.writing.close()
        self.writing = self._new_writing()

    def cancel_all(self) -> None:
        """Stop all that is on its way."""
        for task in list(self._tasks):
            task.cancel()

    async def end(self, *, at_once: bool) -> None:
        """Wait for what is on its way, for a while unless it is to be over `at_once`."""
        if self._tasks and not at_once:
            await asyncio.wait(set(self._tasks), timeout=PAUSE_PATIENCE_S)
        self.cancel_all()
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _ask(self, lane: Lane, ask: AskedUnit) -> None:
        try:
            if await self._sending(lane).send(ask):
                self.end_cell(ask)
            else:
                self.give_up(ask)
        except asyncio.CancelledError:
            self.give_up(ask)
        except Exception as error:
            log.exception("cell %d of experiment %s failed unexpectedly", ask.wanted.cell, self._experiment_id)
            ask.reception.error = ServerError(f"The playground itself failed: {type(error).__name__}.")
            ask.reception.state = "failed"
            self.end_cell(ask)
        finally:
            self._left(lane, ask)

    def _left(self, lane: Lane, ask: AskedUnit) -> None:
        lane.asked[ask.seat.card.id].discard(ask.reception)
        self.units.discard(ask.unit)
        self._course.wake()

    def _sending(self, lane: Lane) -> Sending:
        return Sending(
            lane,
            ending=lambda: self._course.wanted_end is not None,
            pause=lambda reason: self._course.end_as("paused", reason),
            tell=self._course.tell,
        )
