"""Prepares what a run is about to ask for, and claims it: what is held, what cannot be asked, and what has to wait."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from playground.errors import BadRequestError, ContextOverflowError, ProviderError
from playground.experiments.cells import Grid
from playground.experiments.engine.column import AskedColumn
from playground.experiments.engine.judges import Judges, JudgeSeat
from playground.experiments.engine.lane import CellUnit
from playground.experiments.engine.reception import Reception
from playground.experiments.engine.rows_at_hand import RowsAtHand
from playground.experiments.rows import DataRow
from playground.messages import ChatRequest
from playground.money.budget import BudgetError, Most
from playground.store import ExperimentStatus, Failure, Store, StoredExperiment, Submission, Wanted, new_id
from playground.store.experiment_records import ITSELF

_LOOKS_AT_BUDGETS = 3
"""What is held for others in a budget of the app may become free in a moment."""


@dataclass(frozen=True, slots=True)
class AskedUnit:
    """A cell or a judge that is about to be asked, with what, and by which seat."""

    wanted: Wanted
    seat: AskedColumn | JudgeSeat
    reception: Reception
    row: DataRow | None = None
    """That of an answer; a judge has none."""

    @property
    def unit(self) -> CellUnit:
        """Its cell, and which of its judges."""
        return self.wanted.cell, self.wanted.judge


@dataclass(frozen=True, slots=True)
class NotClaimed:
    """What could not be claimed, and why; without a reason it is tried again."""

    units: tuple[CellUnit, ...]
    why: Failure | None = None
    status: ExperimentStatus | None = None
    looks: int = 1
    """How often it is tried before the run pauses for that reason, with nothing of its own on its way."""


ClaimedUnits = tuple[list[AskedUnit], list[AskedUnit], NotClaimed | None]
"""Those to ask for, those that cannot be asked at all, and what is left over."""


class Claiming:
    """Claims units of one run. Not for an event loop."""

    def __init__(
        self,
        store: Store,
        experiment: StoredExperiment,
        grid: Grid,
        rows: RowsAtHand,
        judges: Judges,
        columns: Sequence[AskedColumn],
    ) -> None:
        self._store, self._experiment, self._grid = store, experiment, grid
        self._rows, self._judges, self._columns = rows, judges, columns

    def claim(self, units: Sequence[CellUnit]) -> ClaimedUnits:
        """Claim units: those to ask for, those that cannot be asked at all, and what is left over."""
        return self.claim_prepared([self.prepared(unit) for unit in units])

    def claim_prepared(self, prepared: Sequence[AskedUnit], submission: Submission | None = None) -> ClaimedUnits:
        """The same of units that are prepared, which go together where there is a `submission`."""
        units = tuple(ask.unit for ask in prepared)
        try:
            claimed = self._store.claim_cells(
                self._experiment.id, [ask.wanted for ask in prepared], submission=submission
            )
        except BudgetError as error:
            half = len(prepared) // 2
            if not half:
                return [], [], NotClaimed(units, Failure.of(error), looks=_LOOKS_AT_BUDGETS)
            kept, refused, left = self.claim_prepared(prepared[:half], submission)
            rest = units[half:]
            left = NotClaimed(rest) if left is None else replace(left, units=(*left.units, *rest))
            return kept, refused, left
        if claimed.status != "running":
            return [], [], NotClaimed(units, status=claimed.status)
        mine = {one.ticket for one in claimed.cells}
        taken = [ask for ask in prepared if ask.wanted.ticket in mine]
        failed = [ask for ask in taken if ask.reception.error is not None]
        good = [ask for ask in taken if ask.reception.error is None]
        if not (claimed.full or claimed.unbounded):
            return good, failed, None
        left_over = [ask for ask in prepared if ask.wanted.ticket not in mine]
        why = _unbounded(self._experiment, left_over) if claimed.unbounded else _over_limit(self._experiment)
        return good, failed, NotClaimed(tuple(ask.unit for ask in left_over), why)

    def prepared(self, unit: CellUnit) -> AskedUnit:
        """What a unit is asked with; one that cannot be asked has its error."""
        cell, judge = unit
        if judge != ITSELF:
            asked = self._judges.request(self._columns, cell, judge)
            request = replace(asked.request, stream=asked.seat.connection.traits.here)
            made = self._made(unit, asked.seat, request, asked.error)
            return replace(made, wanted=replace(made.wanted, about=asked.about))
        place = self._grid.place(cell)
        column, row = self._columns[place.candidate], self._rows.row(place.row)
        try:
            request = column.request(row.values)
            made = replace(self._made(unit, column, request), row=row)
            if self._experiment.max_cost is None or not self._experiment.judges:
                return made
            return replace(made, wanted=replace(made.wanted, verdicts=self._judges.most(cell, column, request)))
        except (BadRequestError, ContextOverflowError) as refusal:
            return replace(self._made(unit, column, column.empty_request, refusal), row=row)

    def _made(
        self, unit: CellUnit, seat: AskedColumn | JudgeSeat, request: ChatRequest, error: ProviderError | None = None
    ) -> AskedUnit:
        cell, judge = unit
        most = seat.most(request) if error is None else Most(Decimal(0))
        reception = Reception(request, seat.card, error=error, state="done" if error is None else "failed")
        reception.embeds = isinstance(seat, JudgeSeat) and seat.embeds
        connection = seat.connection
        wanted = Wanted(cell, new_id(), connection.name, most, connection.paid_by_owner, judge)
        return AskedUnit(wanted, seat, reception)


def _over_limit(experiment: StoredExperiment) -> Failure:
    return Failure(
        "quota_exhausted",
        f"The next cell could take the experiment above {_limit(experiment)}, which it may cost at most.",
        "Raise the limit and go on, or leave it at that.",
    )


def _unbounded(experiment: StoredExperiment, left_over: Sequence[AskedUnit]) -> Failure:
    """Why a limit ends a run where nobody can say what the first of these costs that has no bound."""
    ask = next(ask for ask in left_over if ask.wanted.most.amount is None)
    whom = f"the judge {ask.seat.card.id}" if isinstance(ask.seat, JudgeSeat) else ask.seat.card.id
    return Failure(
        "quota_exhausted",
        f"What a request to {whom} can cost at most is not known, and the experiment may cost {_limit(experiment)} "
        "at most.",
        f"{ask.wanted.most.missing} Or take the limit away.".strip(),
    )


def _limit(experiment: StoredExperiment) -> str:
    return f"${experiment.max_cost:f}" if experiment.max_cost is not None else "its limit"
