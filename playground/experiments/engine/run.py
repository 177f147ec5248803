"""One run of an experiment on the network's loop: claims cells, asks for them, has what comes written down.

All that counts is in the database: a run that ends, however it ends, is gone on with by another one, in this process or
in another.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from playground.answers.request_switch import RequestSwitch
from playground.errors import ProviderError, ServerError
from playground.experiments.candidates import Candidate
from playground.experiments.cells import Grid
from playground.experiments.checks.bounds import FirstTokenCheck
from playground.experiments.definition import Definition
from playground.experiments.engine.claiming import AskedUnit, Claiming, NotClaimed
from playground.experiments.engine.column import AskedColumn
from playground.experiments.engine.early import EarlyLooks
from playground.experiments.engine.judges import Judges, JudgeSeat
from playground.experiments.engine.lane import CellUnit, Lane
from playground.experiments.engine.rows_at_hand import RowsAtHand
from playground.experiments.engine.sending import Sending
from playground.experiments.engine.threads import beside
from playground.experiments.engine.writing_down import EndedCell, EndedJudge, WritingDown
from playground.models.roster import Roster
from playground.store import (
    ExperimentStatus,
    Failure,
    GivenUp,
    MissingError,
    Store,
    StoredExperiment,
    StoreError,
)
from playground.store.experiment_records import ITSELF

CLAIMED_EVERY_S = 0.04
"""Places that become free are filled together, so often at most."""
LOOKED_AT_EVERY_S = 1.0
"""What somebody else did to the experiment is seen within so many seconds."""
PAUSE_PATIENCE_S = 30.0
"""Answers that are on their way when a run pauses may take so long; then they are stopped."""
_JUDGED_AT_ONCE = 400
"""Cells whose judges are looked for together."""
_LOOKED_AHEAD = 2_000
"""Cells that are looked for together."""

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

        With `most` it pauses after so many cells. With `cells` it asks for those alone and has them judged, and leaves
        to others what they have claimed.
        """
        self.experiment = experiment
        self._left = most
        self._helping = helping
        self._store, self._roster, self._switch = store, roster, switch
        self._loop = asyncio.get_running_loop()
        self._definition = Definition.model_validate(experiment.definition)
        self._grid = Grid(experiment.rows, len(experiment.candidates), experiment.repetitions)
        self._rows = RowsAtHand(store, experiment.version_id)
        self._judges = Judges(store, experiment.id, self._definition, self._grid, self._rows, roster)
        self._early = EarlyLooks(store, experiment, self._grid, self._definition.early_stop)
        self._written_since_look = True
        self._columns: list[AskedColumn] = []
        self._judge_seats: dict[CellUnit, JudgeSeat] = {}
        """Those of judges that wait to be asked, or are being asked."""
        self._something_written = True
        self._lanes: dict[str, Lane] = {}
        self._on_their_way: set[CellUnit] = set()
        self._cells = cells or range(self._grid.cells)
        self._whole = cells is None
        self._full = False
        self._looked_at = self._cells.start
        self._looked_at_status = time.monotonic()
        self._asking: set[asyncio.Task[None]] = set()
        self._writing: WritingDown
        self._claiming: Claiming
        self._awake = asyncio.Event()
        self._wanted_end: ExperimentStatus | None = None
        self._reason: Failure | None = None
        self._refusals = 0
        self.ending = False
        """Whether it asks for nothing more."""
        self.waits_for = ""
        """Why nothing is asked for just now, as a sentence; "" where something is."""

    @property
    def at_once(self) -> int:
        """Requests that are on their way."""
        return sum(lane.crowd.on_their_way for lane in self._lanes.values())

    def pause(self, reason: Failure | None = None) -> None:
        """Ask for nothing more; what is on its way may end. Thread-safe."""
        self.ending = True
        self._loop.call_soon_threadsafe(self._end_as, "paused", reason)

    def stop(self) -> None:
        """Ask for nothing more, and stop what is on its way. Thread-safe."""
        self.ending = True
        self._loop.call_soon_threadsafe(self._end_as, "stopped", None)

    def _end_as(self, status: ExperimentStatus, reason: Failure | None) -> None:
        self.ending = True
        if self._wanted_end is None or status == "stopped":
            self._wanted_end, self._reason = status, reason
        if status == "stopped":
            self._cancel_all()
        self._awake.set()

    def _cancel_all(self) -> None:
        for task in list(self._asking):
            task.cancel()

    async def run(self) -> RunEnd:
        """Ask for all cells that are missing, then note how the experiment stands, and tell it."""
        status: ExperimentStatus = "done"
        self._writing = WritingDown(self._store, self.experiment.id, self._judges, self._wrote)
        try:
            async with self._switch.request(self._stopped_by_administrator, self._store.owner):
                await self._prepare()
                await self._drive()
            status = self._wanted_end or "done"
        except MissingError:
            status = "stopped"
        except (ProviderError, StoreError) as error:
            status, self._reason = "paused", _failure(error)
        except Exception as error:
            log.exception("experiment %s failed unexpectedly", self.experiment.id)
            own = ServerError(f"The playground itself failed: {type(error).__name__}.")
            status, self._reason = "paused", Failure.of(own)
        finally:
            await self._end_asking()
            await self._writing.close()
            for lane in self._lanes.values():
                await lane.clients.__aexit__(None, None, None)
        await self._note(status)
        return RunEnd(status, self._reason, self._full)

    async def _note(self, status: ExperimentStatus) -> None:
        try:
            await beside(self._store.take_over, self.experiment.id, own=True, cells=self._cells)
            if self._helping:
                return
            await beside(self._store.change_experiment, self.experiment.id, status, reason=self._reason)
        except MissingError:
            pass
        except StoreError as error:  # it is still "running", and gone on with by whoever comes next
            log.warning("how experiment %s stands could not be noted: %s", self.experiment.id, error.message)

    def _stopped_by_administrator(self, why: str) -> None:
        self._end_as("paused", Failure("permission", why, "Go on when requests are allowed again."))
        self._cancel_all()

    def _wrote(self) -> None:
        self._something_written = self._written_since_look = True
        self._awake.set()

    async def _prepare(self) -> None:
        await beside(self._store.take_over, self.experiment.id)
        self._columns = await beside(self._all_columns)
        await beside(self._early.look)
        self._claiming = Claiming(self._store, self.experiment, self._grid, self._rows, self._judges, self._columns)
        for column in self._columns:
            self._lane(column)

    def _lane(self, seat: AskedColumn | JudgeSeat) -> Lane:
        name = seat.connection.name
        if name not in self._lanes:
            self._lanes[name] = Lane.to(seat.connection, self._roster.workers_ai)
        return self._lanes[name]

    def _all_columns(self) -> list[AskedColumn]:
        variants = {variant.name: variant for variant in self._definition.variants}
        timed = any(isinstance(check, FirstTokenCheck) for check in self._definition.checks)
        columns = []
        for packed in self.experiment.candidates:
            candidate = Candidate.from_json(packed)
            column = AskedColumn.of(candidate, variants[candidate.variant], self._roster, streamed=timed)
            columns.append(replace(column, streamed=timed or column.connection.traits.here))
        return columns

    async def _drive(self) -> None:
        while self._wanted_end is None and not self._writing.gone:
            try:
                if not await self._step():
                    return
            except MissingError:
                raise
            except StoreError as error:  # it is away, or another program holds it: what is on its way goes on
                self.waits_for = error.message
                self._forget_waiting()
                await asyncio.sleep(LOOKED_AT_EVERY_S)

    async def _step(self) -> bool:
        """Ask for what may be asked for now, and wait for a moment; says whether there may be more to do."""
        self._awake.clear()
        await self._look_whether_enough()
        await self._look_for_judges()
        await self._look_for_cells()
        asked = await self._ask_some()
        if not asked and not self._asking and self._nothing_left:
            await self._written()
            return await self._begin_anew()
        await self._sleep()
        if time.monotonic() - self._looked_at_status > LOOKED_AT_EVERY_S:
            self._looked_at_status = time.monotonic()
            await self._look_at_status()
        return True

    async def _look_whether_enough(self) -> None:
        """See whether some candidates need not be asked on, where that was declared before."""
        if self._written_since_look and self._early.is_due:
            self._written_since_look = False
            if await beside(self._early.look):
                self._forget_waiting()

    def _forget_waiting(self) -> None:
        """Look for all anew that is not on its way."""
        self._looked_at, self._something_written = self._cells.start, True
        self._judge_seats = {unit: seat for unit, seat in self._judge_seats.items() if unit in self._on_their_way}
        for lane in self._lanes.values():
            lane.waiting.clear()

    async def _sleep(self) -> None:
        """Until something changes, or it is time to look at the experiment again."""
        await asyncio.sleep(CLAIMED_EVERY_S)
        try:
            async with asyncio.timeout(LOOKED_AT_EVERY_S):
                await self._awake.wait()
        except TimeoutError:
            pass

    async def _written(self) -> None:
        await self._writing.close()
        self._writing = WritingDown(self._store, self.experiment.id, self._judges, self._wrote)

    async def _begin_anew(self) -> bool:
        """Look for cells from the first on once more; says whether any are missing."""
        await beside(self._store.take_over, self.experiment.id, own=True, cells=self._cells)
        self._looked_at = self._cells.start
        self._something_written = True
        if await beside(self._early.look):
            self._forget_waiting()
        await self._look_for_judges()
        await self._look_for_cells()
        if self._left == 0 and not self._judge_seats:
            self._end_as("paused", None)
            return False
        if not all(lane.empty for lane in self._lanes.values()):
            return True
        if not self._whole:
            return False
        headway = await beside(self._store.headway, self.experiment.id)
        if headway.on_their_way:  # another process asks for them
            self.waits_for = "Another process asks for the last cells."
            await self._sleep()
            return True
        return False

    @property
    def _nothing_left(self) -> bool:
        """Whether nothing waits to be asked by this run, as far as it has looked."""
        if self._left == 0:
            return not self._judge_seats
        return self._all_looked_at and all(lane.empty for lane in self._lanes.values())

    @property
    def _all_looked_at(self) -> bool:
        return self._looked_at >= self._cells.stop

    async def _look_for_cells(self) -> None:
        """Find missing cells until each lane has some, or all were looked at."""
        while not self._all_looked_at and any(lane.empty for lane in self._lanes.values()):
            missing = await beside(self._missing)
            for cell in filter(self._early.needs, missing):
                column = self._column(cell)
                self._lane(column).put(column.card.id, (cell, ITSELF))
            self._looked_at = missing[-1] + 1 if len(missing) == _LOOKED_AHEAD else self._cells.stop

    def _missing(self) -> tuple[int, ...]:
        return self._store.missing_cells(
            self.experiment.id, start=self._looked_at, end=self._cells.stop, most=_LOOKED_AHEAD
        )

    async def _look_for_judges(self) -> None:
        """Find judges that are to be asked, once something new was written: they go before further cells."""
        if not (self.experiment.judges and self._something_written):
            return
        self._something_written = False
        known = frozenset(self._judge_seats)
        for unit, seat in await beside(self._due_judges, known):
            self._judge_seats[unit] = seat
            self._lane(seat).put(seat.card.id, unit, first=True)

    def _due_judges(self, known: frozenset[CellUnit]) -> list[tuple[CellUnit, JudgeSeat]]:
        due = self._judges.due(self._columns, most=_JUDGED_AT_ONCE, cells=self._cells)
        return [(unit, self._judges.seat_of(*unit)) for unit in due if unit not in known]

    def _column(self, cell: int) -> AskedColumn:
        return self._columns[self._grid.place(cell).candidate]

    def _seat(self, unit: CellUnit) -> AskedColumn | JudgeSeat:
        return self._column(unit[0]) if unit[1] == ITSELF else self._judge_seats[unit]

    async def _ask_some(self) -> bool:
        """Claim as many cells as there are places, and ask for them; says whether any were asked for."""
        if self._writing.full:
            self.waits_for = "What came cannot be saved just now."
            return False
        units = self._within_most([unit for lane in self._lanes.values() for unit in lane.take()])
        if not units:
            return False
        asks, refused, claimed = await beside(self._claiming.claim, units)
        self._forget_others(units, [*asks, *refused], claimed)
        for ask in refused:
            self._end_cell(ask)
        for ask in asks:
            if self.ending:  # meanwhile: it was not sent
                self._give_up(ask)
                continue
            lane = self._lane(ask.seat)
            lane.asked.setdefault(ask.seat.card.id, set()).add(ask.reception)
            self._on_their_way.add(ask.unit)
            task = asyncio.create_task(self._ask(lane, ask))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        if self._left is not None:
            self._left -= sum(ask.row is not None for ask in (*asks, *refused))
        if asks:
            self._refusals = 0
        if claimed is not None:
            self._take_in(claimed)
        return bool(asks)

    def _within_most(self, units: Sequence[CellUnit]) -> Sequence[CellUnit]:
        """As many cells of these as this run may still ask for, and all judges; the others wait."""
        if self._left is None:
            return units
        extra = [unit for unit in units if unit[1] == ITSELF][self._left :]
        self._put_back(extra)
        return [unit for unit in units if unit not in extra]

    def _put_back(self, units: Sequence[CellUnit]) -> None:
        for unit in reversed(units):
            seat = self._seat(unit)
            self._lane(seat).put(seat.card.id, unit, first=True)

    def _forget_others(self, units: Sequence[CellUnit], asks: Sequence[AskedUnit], left: "NotClaimed | None") -> None:
        """Forget judges that somebody else asks."""
        kept = {ask.unit for ask in asks} | set(() if left is None else left.units)
        for unit in units:
            if unit not in kept:
                self._judge_seats.pop(unit, None)

    def _take_in(self, claimed: "NotClaimed") -> None:
        """Put back what could not be claimed, and wait for room or pause."""
        self._put_back(claimed.units)
        self.waits_for = "" if claimed.why is None else claimed.why.message
        if claimed.status not in ("running", None):
            self._end_as(claimed.status or "paused", None)
        elif claimed.why is not None and not self._asking and not self._writing.pending:
            self._refusals += 1
            if self._refusals >= claimed.looks:
                self._full = True
                self._end_as("paused", claimed.why)

    async def _ask(self, lane: Lane, ask: AskedUnit) -> None:
        """Ask for one cell until it has an answer or an error, or the run ends."""
        try:
            if await self._sending(lane).send(ask):
                self._end_cell(ask)
            else:
                self._give_up(ask)
        except asyncio.CancelledError:
            self._give_up(ask)
        except Exception as error:
            log.exception("cell %d of experiment %s failed unexpectedly", ask.wanted.cell, self.experiment.id)
            ask.reception.error = ServerError(f"The playground itself failed: {type(error).__name__}.")
            ask.reception.state = "failed"
            self._end_cell(ask)
        finally:
            lane.asked[ask.seat.card.id].discard(ask.reception)
            self._on_their_way.discard(ask.unit)
            self._awake.set()

    def _sending(self, lane: Lane) -> Sending:
        def tell(why: str) -> None:
            self.waits_for = why

        return Sending(
            lane,
            ending=lambda: self._wanted_end is not None,
            pause=lambda reason: self._end_as("paused", reason),
            tell=tell,
        )

    def _end_cell(self, ask: AskedUnit) -> None:
        cell, judge = ask.unit
        ticket = ask.wanted.ticket
        self._judge_seats.pop(ask.unit, None)
        if ask.row is None:
            self._writing.end(EndedJudge(cell, judge, ticket, ask.reception, ask.seat.connection.name))
            return
        checks = self._definition.checks_of(ask.row)
        self._writing.end(EndedCell(cell, self._grid.place(cell), ticket, ask.reception, ask.row, checks))

    def _give_up(self, ask: AskedUnit) -> None:
        cell, judge = ask.unit
        spent, lost = ask.reception.charge
        self._judge_seats.pop(ask.unit, None)
        self._writing.give_up(GivenUp(cell, ask.wanted.ticket, judge, spent=spent, lost=lost))

    async def _end_asking(self) -> None:
        """Wait for what is on its way, for a while; what was asked to stop is over at once."""
        if self._asking and self._wanted_end != "stopped":
            await asyncio.wait(set(self._asking), timeout=PAUSE_PATIENCE_S)
        self._cancel_all()
        if self._asking:
            await asyncio.wait(set(self._asking))

    async def _look_at_status(self) -> None:
        """See whether somebody paused, stopped or deleted it, here or in another process."""
        found = await beside(self._store.join_experiment, self.experiment.id)
        if found.status != "running":
            self._end_as(found.status, found.reason)


def _failure(error: ProviderError | StoreError) -> Failure:
    if isinstance(error, ProviderError):
        return Failure.of(error)
    return Failure("server", error.message, error.hint)
