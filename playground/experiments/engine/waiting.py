"""What waits to be asked in a run: missing cells as they are found, by connection, and judges, which go first."""

from collections.abc import Iterable, Sequence

from playground.experiments.engine.batch_lane import BatchLane
from playground.experiments.engine.claiming import AskedUnit, NotClaimed
from playground.experiments.engine.column import AskedColumn
from playground.experiments.engine.early import EarlyLooks
from playground.experiments.engine.judges import Judges, JudgeSeat
from playground.experiments.engine.lane import CellUnit, Lane
from playground.experiments.engine.threads import beside
from playground.models.roster import Roster
from playground.store import Store, StoredExperiment
from playground.store.experiment_records import ITSELF

_JUDGED_AT_ONCE = 400
"""Cells whose judges are looked for together."""
_LOOKED_AHEAD = 2_000
"""Cells that are looked for together."""
_MOST_QUEUED = 20_000
"""Units that wait before no more are looked for; a connection that is so far ahead waits for the others."""


class WaitingCells:
    """What waits in one run about some cells. For one event loop."""

    def __init__(
        self,
        store: Store,
        experiment: StoredExperiment,
        cells: range,
        columns: Sequence[AskedColumn],
        judges: Judges,
        early: EarlyLooks,
        roster: Roster,
        *,
        batched: Iterable[int] = (),
        passed_over: Iterable[int] = (),
        most: int | None = None,
    ) -> None:
        """With `most` there are only so many cells. Columns of the numbers `batched` go in batches, those `passed_over`
        are left to another process.
        """
        self._store, self._experiment, self._cells = store, experiment, cells
        self.columns, self._judges, self._early, self._roster = columns, judges, early, roster
        self._batched, self._passed_over = frozenset(batched), frozenset(passed_over)
        self._most_left = most
        self._judge_seats: dict[CellUnit, JudgeSeat] = {}
        """Those of judges that wait to be asked, or are being asked."""
        self.lanes: dict[str, Lane] = {}
        self.batch_lanes: dict[tuple[str, str], BatchLane] = {}
        """By the names of connections, and by those and the ids of models."""
        self._looked_at = cells.start
        self._something_written = self._written_since_look = True
        self._columns_of: dict[Lane | BatchLane, list[AskedColumn]] = {}
        """The columns that are asked by a lane."""
        for column in columns:
            lane, number = self.lane(column), column.candidate.number
            if number not in self._passed_over:
                by = self.batch_lane(column) if number in self._batched else lane
                self._columns_of.setdefault(by, []).append(column)

    def wrote(self) -> None:
        """Note that something was written: there may be judges to ask, and candidates that need not be asked on."""
        self._something_written = self._written_since_look = True
        for lane in self.batch_lanes.values():
            lane.held_back_until = 0.0

    @property
    def may_have_judges(self) -> bool:
        """Whether something was written since judges were looked for."""
        return bool(self._experiment.judges) and self._something_written

    async def look(self, on_their_way: Iterable[CellUnit]) -> None:
        """Find what is to be asked next, as far as there is room for it, `on_their_way` apart."""
        if self._written_since_look and self._early.is_due:
            self._written_since_look = False
            if await beside(self._early.look):
                self.forget(on_their_way)
        await self._look_for_judges()
        await self._look_for_cells()

    async def look_anew(self, on_their_way: Iterable[CellUnit]) -> bool:
        """Look for cells from the first on once more; says whether anything is to be asked."""
        self._looked_at, self._something_written = self._cells.start, True
        if await beside(self._early.look):
            self.forget(on_their_way)
        await self._look_for_judges()
        await self._look_for_cells()
        return not self._is_empty

    def forget(self, on_their_way: Iterable[CellUnit]) -> None:
        """Have all looked for anew that is not on its way."""
        kept = set(on_their_way)
        self._looked_at, self._something_written = self._cells.start, True
        self._judge_seats = {unit: seat for unit, seat in self._judge_seats.items() if unit in kept}
        for lane in self.lanes.values():
            lane.waiting.clear()
        for batch_lane in self.batch_lanes.values():
            batch_lane.waiting.clear()

    def lane(self, seat: AskedColumn | JudgeSeat) -> Lane:
        """The lane of who is asked."""
        name = seat.connection.name
        if name not in self.lanes:
            self.lanes[name] = Lane.to(seat.connection, self._roster.workers_ai)
        return self.lanes[name]

    def batch_lane(self, column: AskedColumn) -> BatchLane:
        """The batches of a column's model."""
        key = column.connection.name, column.card.id
        if key not in self.batch_lanes:
            alike = [one for one in self.columns if (one.connection.name, one.card.id) == key]
            batched = [one for one in alike if one.candidate.number in self._batched] or [column]
            self.batch_lanes[key] = BatchLane(batched, self.lane(column), self._roster.workers_ai)
        return self.batch_lanes[key]

    def take(self) -> Sequence[CellUnit]:
        """What may be asked now, of as many cells as this run may still ask for."""
        units = [unit for lane in self.lanes.values() for unit in lane.take()]
        units.sort(key=lambda unit: unit[1] == ITSELF)  # where there is not room for all, verdicts go before answers
        if self._most_left is None:
            return units
        extra = [unit for unit in units if unit[1] == ITSELF][self._most_left :]
        self.put_back(extra)
        return [unit for unit in units if unit not in extra]

    def put_back(self, units: Sequence[CellUnit]) -> None:
        """Have units wait again, before all others."""
        for unit in reversed(units):
            seat = self._column(unit[0]) if unit[1] == ITSELF else self._judge_seats[unit]
            self.lane(seat).put(seat.card.id, unit, first=True)

    def claimed(self, units: Sequence[CellUnit], asks: Sequence[AskedUnit], left: NotClaimed | None) -> None:
        """Of units that were taken to be asked, count what is asked, and forget judges that somebody else asks."""
        kept = {ask.unit for ask in asks} | set(() if left is None else left.units)
        for unit in units:
            if unit not in kept:
                self._judge_seats.pop(unit, None)
        if self._most_left is not None:
            self._most_left -= sum(ask.row is not None for ask in asks)

    def ended(self, unit: CellUnit) -> None:
        """Note that a unit is no longer on its way."""
        self._judge_seats.pop(unit, None)

    @property
    def limited(self) -> tuple[float, str] | None:
        """Where all lanes wait for the next minute of a model: until when by the clock of the loop, and which."""
        busy = [lane.limited for lane in self.lanes.values() if lane.busy]
        known = [one for one in busy if one is not None]
        return min(known, default=None) if len(known) == len(busy) else None

    @property
    def nothing_left(self) -> bool:
        """Whether nothing waits, as far as was looked."""
        if self.has_had_enough:
            return not self._judge_seats
        return self.all_looked_at and self._is_empty

    @property
    def is_over(self) -> bool:
        """Whether it had as many cells as it may, and none of these waits for a judge."""
        return self.has_had_enough and not self._judge_seats

    @property
    def has_had_enough(self) -> bool:
        """Whether no further cell may be asked for."""
        return self._most_left == 0

    @property
    def all_looked_at(self) -> bool:
        """Whether all cells were looked at that are needed here."""
        return not any(self._has_more(column) for columns in self._columns_of.values() for column in columns)

    @property
    def _is_empty(self) -> bool:
        batch_lanes = self.batch_lanes.values()
        return all(lane.empty for lane in self.lanes.values()) and all(lane.empty for lane in batch_lanes)

    @property
    def _is_hungry(self) -> bool:
        """Whether a lane has room for more cells, of columns that have some, and not too many wait for others."""
        batch_lanes = self.batch_lanes.values()
        queued = sum(lane.queued for lane in self.lanes.values()) + sum(len(lane.waiting) for lane in batch_lanes)
        if queued >= _MOST_QUEUED + sum(lane.most for lane in batch_lanes):  # so that one of them is full, and goes
            return False
        return any(
            (lane.is_hungry if isinstance(lane, BatchLane) else lane.empty) and any(map(self._has_more, columns))
            for lane, columns in self._columns_of.items()
        )

    def _has_more(self, column: AskedColumn) -> bool:
        """Whether a column has cells that are needed and were not looked at; one that ended early has none."""
        following = self._looked_at + (column.candidate.number - self._looked_at) % len(self.columns)
        return following < self._cells.stop and self._early.needs(following)

    async def _look_for_cells(self) -> None:
        """Find missing cells until there are some for each lane, or all were looked at."""
        while self._is_hungry:
            missing = await beside(self._missing)
            for cell in filter(self._early.needs, missing):
                column = self._column(cell)
                number = column.candidate.number
                if number in self._batched:
                    self.batch_lane(column).waiting.append(cell)
                elif number not in self._passed_over:
                    self.lane(column).put(column.card.id, (cell, ITSELF))
            self._looked_at = missing[-1] + 1 if len(missing) == _LOOKED_AHEAD else self._cells.stop

    def _missing(self) -> tuple[int, ...]:
        return self._store.missing_cells(
            self._experiment.id, start=self._looked_at, end=self._cells.stop, most=_LOOKED_AHEAD
        )

    async def _look_for_judges(self) -> None:
        """Find judges that are to be asked, once something new was written."""
        if not (self._experiment.judges and self._something_written):
            return
        self._something_written = False
        known = frozenset(self._judge_seats)
        for unit, seat in await beside(self._due_judges, known):
            self._judge_seats[unit] = seat
            self.lane(seat).put(seat.card.id, unit, first=True)

    def _due_judges(self, known: frozenset[CellUnit]) -> list[tuple[CellUnit, JudgeSeat]]:
        due = self._judges.due(self.columns, most=_JUDGED_AT_ONCE, cells=self._cells, needs=self._early.needs)
        return [(unit, self._judges.seat_of(*unit)) for unit in due if unit not in known]

    def _column(self, cell: int) -> AskedColumn:
        return self.columns[cell % len(self.columns)]
