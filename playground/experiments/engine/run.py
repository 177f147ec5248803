"""One run of an experiment on the network's loop: claims cells, asks for them, has what comes written down.

All that counts is in the database: a run that ends, however it ends, is gone on with by another one, in this process or
in another.
"""

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass

from playground.answers.request_switch import RequestSwitch
from playground.errors import ProviderError, ServerError
from playground.experiments.cells import Grid
from playground.experiments.definition import Definition
from playground.experiments.engine.batch_form import batched_columns
from playground.experiments.engine.batch_lane import BatchLane
from playground.experiments.engine.claiming import Claiming
from playground.experiments.engine.column import AskedColumn, asked_columns
from playground.experiments.engine.course import Course, failure_of
from playground.experiments.engine.early import EarlyLooks
from playground.experiments.engine.intake import Intake
from playground.experiments.engine.judges import Judges
from playground.experiments.engine.lane import CellUnit
from playground.experiments.engine.rows_at_hand import RowsAtHand
from playground.experiments.engine.submitting import Submitting
from playground.experiments.engine.threads import beside
from playground.experiments.engine.underway import Underway
from playground.experiments.engine.waiting import WaitingCells
from playground.models.roster import Roster
from playground.money import figures
from playground.store import ExperimentStatus, Failure, MissingError, Store, StoredExperiment, StoreError, Submission

CLAIMED_EVERY_S = 0.04
"""Places that become free are filled together, so often at most."""
LOOKED_AT_EVERY_S = 1.0
"""What somebody else did to the experiment is seen within so many seconds."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended, and why where nobody wanted that; `full` where a limit on cost had no room for more."""

    status: ExperimentStatus
    reason: Failure | None = None
    full: bool = False


class RunInProgress:
    """One run. `pause` and `stop` may be called on any thread; the rest is for the network's loop."""

    def __init__(
        self,
        store: Store,
        roster: Roster,
        switch: RequestSwitch,
        experiment: StoredExperiment,
        *,
        helping: bool = False,
        most: int | None = None,
        cells: range | None = None,
    ) -> None:
        """One that is `helping` another process, which runs the experiment, does not decide how that stands.

        With `most` it pauses after so many cells, each asked in a request of its own. With `cells` it asks for those
        alone and has them judged, and leaves to others what they have claimed.
        """
        self.experiment = experiment
        self._most, self._helping = most, helping
        self._store, self._roster, self._switch = store, roster, switch
        self._definition = Definition.model_validate(experiment.definition)
        self._grid = Grid(experiment.rows, len(experiment.candidates), experiment.repetitions)
        self._rows = RowsAtHand(store, experiment.version_id)
        self._judges = Judges(store, experiment.id, self._definition, self._grid, self._rows, roster)
        self._cells = cells or range(self._grid.cells)
        self._whole = cells is None
        self._limited: tuple[float, str] | None = None
        self._looked_at_status = time.monotonic()
        self._course = Course(self._stop_asking)
        self._underway: Underway
        self._waiting: WaitingCells | None = None
        self._submitting: Submitting | None = None
        self._intake: Intake | None = None

    @property
    def at_once(self) -> int:
        """Requests that are on their way."""
        return 0 if self._waiting is None else sum(one.crowd.on_their_way for one in self._waiting.lanes.values())

    @property
    def ending(self) -> bool:
        """Whether it asks for nothing more."""
        return self._course.ending

    @property
    def waits_for(self) -> str:
        """Why nothing is asked for just now, or what is waited for, as a sentence; "" where cells are being asked."""
        if self._waiting is not None and (problem := self._underway.writing.problem) is not None:
            why = f" {problem.message}" if isinstance(problem, StoreError) else ""
            return f"What came cannot be saved just now, and is tried again.{why}"
        if told := self._course.waits_for or ("" if self._submitting is None else self._submitting.waits_for):
            return told
        if self._limited is None:
            return ""
        until, model = self._limited
        left = figures.duration(max(until - time.monotonic(), 0))
        return f"The requests of {model} for this minute are used up: the next go in {left}."

    def pause(self, reason: Failure | None = None) -> None:
        """Ask for nothing more; what is on its way may end. Thread-safe."""
        self._course.pause(reason)

    def stop(self) -> None:
        """Ask for nothing more, and stop what is on its way. Thread-safe."""
        self._course.stop()

    def _stop_asking(self) -> None:
        self._underway.cancel_all()

    async def run(self) -> RunEnd:
        """Ask for all cells that are missing, then note how the experiment stands, and tell it."""
        status: ExperimentStatus = "done"
        course = self._course
        self._underway = Underway(
            self._store,
            self.experiment.id,
            self._definition,
            self._grid,
            self._judges,
            course,
            wrote=self._wrote,
            ended=self._ended,
        )
        try:
            async with self._switch.request(self._stopped_by_administrator, self._store.owner):
                await self._drive(*await self._prepared())
            status = course.wanted_end or "done"
        except MissingError:
            status = "stopped"
        except (ProviderError, StoreError) as error:
            status, course.reason = "paused", failure_of(error)
        except Exception as error:
            log.exception("experiment %s failed unexpectedly", self.experiment.id)
            own = ServerError(f"The playground itself failed: {type(error).__name__}.")
            status, course.reason = "paused", Failure.of(own)
        finally:
            course.ending = True
            if self._submitting is not None:
                await self._submitting.end(at_once=course.wanted_end == "stopped")
            await self._underway.end(at_once=course.wanted_end == "stopped")
            await self._underway.writing.close()
            for lane in () if self._waiting is None else self._waiting.lanes.values():
                await lane.clients.__aexit__(None, None, None)
        if status == "paused" and course.wanted_end == "stopped":  # while what was on its way was waited for
            status = "stopped"
        await self._note(status)
        return RunEnd(status, course.reason, full=self._intake is not None and self._intake.full)

    async def _note(self, status: ExperimentStatus) -> None:
        try:
            await beside(self._store.take_over, self.experiment.id, own=True, cells=self._cells)
            if self._helping:
                return
            await beside(self._store.change_experiment, self.experiment.id, status, reason=self._course.reason)
        except MissingError:
            pass
        except StoreError as error:  # it is still "running", and gone on with by whoever comes next
            log.warning("how experiment %s stands could not be noted: %s", self.experiment.id, error.message)

    def _stopped_by_administrator(self, why: str) -> None:
        self._course.end_as("paused", Failure("permission", why, "Go on when requests are allowed again."))
        self._underway.cancel_all()
        if self._submitting is not None:
            self._submitting.cancel_all()

    def _wrote(self) -> None:
        if self._waiting is not None:
            self._waiting.wrote()
        self._course.wake()

    def _ended(self, unit: CellUnit) -> None:
        if self._waiting is not None:
            self._waiting.ended(unit)

    async def _prepared(self) -> tuple[WaitingCells, Intake]:
        experiment = self.experiment
        await beside(self._store.take_over, experiment.id)
        columns = await beside(asked_columns, experiment.candidates, self._definition, self._roster)
        by_batches = experiment.engine == "batch" and self._most is None
        in_batches = await beside(batched_columns, columns, self._roster) if by_batches else ()
        early = EarlyLooks(self._store, experiment, self._grid, self._definition.early_stop)
        await beside(early.look)
        claiming = Claiming(self._store, experiment, self._grid, self._rows, self._judges, columns)
        self._waiting = WaitingCells(
            self._store,
            experiment,
            self._cells,
            columns,
            self._judges,
            early,
            self._roster,
            batched=() if self._helping else in_batches,
            passed_over=in_batches if self._helping else (),
            most=self._most,
        )
        if not self._helping and self._most is None:
            self._submitting = Submitting(self._store, experiment.id, claiming, self._underway, self._course)
            await self._submitting.find(self._batch_lane)
        self._intake = Intake(claiming, self._waiting, self._underway, self._submitting, self._course)
        return self._waiting, self._intake

    def _batch_lane(self, submission: Submission) -> BatchLane | None:
        """The batches of a model; None where no column is asked by it any more."""
        waiting = self._waiting
        assert waiting is not None
        key = submission.connection, submission.model
        return next((waiting.batch_lane(one) for one in waiting.columns if _place(one) == key), None)

    async def _drive(self, waiting: WaitingCells, intake: Intake) -> None:
        while self._course.wanted_end is None and not self._underway.writing.gone:
            try:
                if not await self._step(waiting, intake):
                    return
            except MissingError:
                raise
            except StoreError as error:  # it is away, or another program holds it: what is on its way goes on
                self._course.tell(error.message)
                waiting.forget(self._underway.units)
                await asyncio.sleep(LOOKED_AT_EVERY_S)

    async def _step(self, waiting: WaitingCells, intake: Intake) -> bool:
        """Ask for what may be asked for now, and wait for a moment; says whether there may be more to do."""
        self._course.awake.clear()
        await waiting.look(self._underway.units)
        asked = await intake.ask_some()
        self._limited = waiting.limited
        if not asked and not intake.is_busy and waiting.nothing_left:
            await self._underway.written()
            return await self._begin_anew(waiting)
        await self._sleep()
        if time.monotonic() - self._looked_at_status > LOOKED_AT_EVERY_S:
            self._looked_at_status = time.monotonic()
            await self._look_at_status()
        return True

    async def _sleep(self) -> None:
        """Until something changes, or it is time to look at the experiment again."""
        await asyncio.sleep(CLAIMED_EVERY_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOKED_AT_EVERY_S):
                await self._course.awake.wait()

    async def _begin_anew(self, waiting: WaitingCells) -> bool:
        """Look for cells from the first on once more; says whether any are missing."""
        await beside(self._store.take_over, self.experiment.id, own=True, cells=self._cells)
        more = await waiting.look_anew(self._underway.units)
        if waiting.is_over:
            self._course.end_as("paused", None)
            return False
        if more:
            return True
        if not self._whole:
            return False
        if self._submitting is not None:  # another process may have submitted some at last
            await self._submitting.find(self._batch_lane)
        headway = await beside(self._store.headway, self.experiment.id)
        if headway.under_way and not (self._helping and self.experiment.engine == "batch"):
            self._course.tell("" if self._submitting else "Another process asks for the last cells.")
            await self._sleep()
            return True
        return False

    async def _look_at_status(self) -> None:
        """See whether somebody paused, stopped or deleted it, here or in another process."""
        found = await beside(self._store.join_experiment, self.experiment.id)
        if found.status != "running":
            self._course.end_as(found.status, found.reason)


def _place(column: AskedColumn) -> tuple[str, str]:
    return column.connection.name, column.card.id
