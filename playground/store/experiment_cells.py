"""The cells of experiments: which are missing, who asks for which, what came of them, and what all of it cost.

The database is the queue. A claim is written just before a cell is asked for, in one transaction with what it may cost
at most: in the ledger, and against the limit of the experiment. What came of it is written in one transaction with what
it cost, and takes the place of the claim. Each total is a sum over rows.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, and_, delete, false, or_, select, true

from playground.money.budget import nanos
from playground.owner import Owner
from playground.store.database.database import insert_into, now
from playground.store.database.errors import MissingError
from playground.store.database.experiment_tables import (
    experiment_answers,
    experiment_claims,
    experiment_exchanges,
    experiment_labels,
    experiments,
)
from playground.store.experiment_claims import (
    Retaken,
    drop_claims,
    free_lost,
    free_units,
    held_nanos,
    holds_of,
    keep_submission,
    note_twice,
    still_there,
    unjudged_answers,
    within_limit,
)
from playground.store.experiment_records import (
    ITSELF,
    CellEnd,
    Claimed,
    GivenUp,
    Submission,
    Wanted,
)
from playground.store.experiment_results import ExperimentResults, nanos_used
from playground.store.experiments import ExperimentStatus
from playground.store.ledger import Reservation, Settlement, reserve_in, settle_all_in
from playground.store.usage import note_outdated

_WINDOW = 5_000
"""Cells that are looked at together."""


class ExperimentCells(ExperimentResults):
    """The cells of a store's experiments. Raises StoreError; MissingError where there is no such experiment."""

    def missing_cells(
        self, experiment_id: str, *, start: int = 0, end: int | None = None, most: int = 1_000
    ) -> tuple[int, ...]:
        """Numbers of cells from `start` to before `end` that have neither an answer nor a claim."""
        missing: list[int] = []
        with self._read() as connection:
            total = connection.scalar(select(experiments.c.cells).where(*self._known(experiment_id)))
            if total is None:
                raise MissingError("experiment", experiment_id)
            last = total if end is None else min(end, total)
            while start < last and len(missing) < most:
                until = min(start + _WINDOW, last)
                taken = _taken(connection, experiment_id, start, until)
                missing += [number for number in range(start, until) if number not in taken]
                start = until
        return tuple(missing[:most])

    def claim_cells(
        self, experiment_id: str, wanted: Sequence[Wanted], *, submission: Submission | None = None
    ) -> Claimed:
        """Take as many of these cells as are free and as the experiment's limit has room for, to ask for them at once.

        Not judges about answers that are no longer there. Below the limit there is room for the verdicts about answers
        before there is any for further answers.

        What they can cost at most is held. They go together as a `submission` where one is given, at the places that
        they are returned in. Raises BudgetError where another budget has not enough left for all of them; then none is
        taken.
        """
        with self._write() as connection:
            status, limit = self._locked(connection, experiment_id)
            if status != "running":
                return Claimed((), status)
            free = still_there(connection, experiment_id, free_units(connection, experiment_id, wanted))
            taken, full, unbounded = free, False, False
            if limit is not None:
                unjudged = unjudged_answers(connection, experiment_id) if any(one.verdicts for one in free) else 0
                taken, unbounded = within_limit(free, limit - nanos_used(connection, experiment_id), unjudged)
                full = len(taken) < len(free) and not unbounded
            held = [Reservation(one.ticket, one.connection, one.most, one.own) for one in taken]
            at = now()
            reserve_in(connection, self.owner, held, at)
            if taken:
                claimed = {"experiment_id": experiment_id, "holder": self._database.process, "claimed_at": at}
                values = [
                    claimed | {"cell": one.cell, "judge": one.judge, "ticket": one.ticket, "held": held_nanos(one)}
                    for one in taken
                ]
                if submission is not None:
                    values = [
                        one | {"submission_id": submission.id, "place": place} for place, one in enumerate(values)
                    ]
                    keep_submission(connection, experiment_id, submission, len(values), at)
                connection.execute(experiment_claims.insert(), values)
        return Claimed(tuple(taken), status, full, unbounded)

    def finish_cells(self, experiment_id: str, results: Sequence[CellEnd], given_up: Sequence[GivenUp] = ()) -> None:
        """Keep what came of cells, and what they cost, in place of the claims; again has no effect.

        Of an experiment that is no longer there, what was paid is put down.
        """
        if not (results or given_up):
            return
        with self._write() as connection:
            locked = select(experiments.c.id).where(experiments.c.id == experiment_id, self._is_own(experiments))
            there = connection.scalar(locked.with_for_update()) is not None
            if there:
                outdate_hours(connection, self.owner, [one.ended_at for one in results])
                self._put_down(connection, experiment_id, results, given_up)
            settled = [Settlement(one.ticket, one.spent, one.lost) for one in _both(results, given_up)]
            settle_all_in(connection, self.owner, settled)

    def _put_down(
        self,
        connection: Connection,
        experiment_id: str,
        results: Sequence[CellEnd],
        given_up: Sequence[GivenUp],
    ) -> None:
        holds = holds_of(connection, experiment_id, [one.ticket for one in _both(results, given_up)])
        results = [one for one in results if one.ticket in holds]
        given_up = [one for one in given_up if one.ticket in holds]
        if results:
            new = insert_into(experiment_answers, connection.dialect.name).on_conflict_do_nothing()
            connection.execute(new, [_answer_row(experiment_id, one, holds[one.ticket]) for one in results])
            keep_traces(connection, experiment_id, [(one, ITSELF) for one in results])
        paid = [(one, _paid(one, holds[one.ticket])) for one in given_up]
        note_twice(
            connection,
            experiment_id,
            [
                Retaken(one.cell, one.judge, one.why, self._database.process, spent, max(one.requests, 1))
                for one, spent in paid
                if spent or one.lost or one.requests
            ],
        )
        drop_claims(connection, experiment_id, [one.ticket for one in _both(results, given_up)])

    def take_over(self, experiment_id: str, *, own: bool = False, cells: range | None = None) -> int:
        """Free the cells of dead processes, and note that they may have been paid for; returns how many.

        With `own` also those of this process, of these `cells` or all, which asks for none of them any more. Cells of a
        batch that a service took stay as they are: whoever runs the experiment asks for its results.
        """
        with self._write() as connection:
            self._locked(connection, experiment_id)
            query = select(experiment_claims.c.holder).where(experiment_claims.c.experiment_id == experiment_id)
            ours = self._database.process
            holders = sorted(set(connection.scalars(query.distinct())) - {ours})
            dead = [holder for holder in holders if self._database.claims.gone(connection, holder)]
            claims = experiment_claims.c
            among = true() if cells is None else claims.cell.between(cells.start, cells.stop - 1)
            lost = or_(claims.holder.in_(dead), and_(claims.holder == ours, among) if own else false())
            return free_lost(connection, (claims.experiment_id == experiment_id, lost))

    def label_cell(self, experiment_id: str, cell: int, *, labeller: str, passed: bool | None, note: str = "") -> None:
        """Put down what somebody thinks of an answer, in place of what they thought before; None takes it back."""
        with self._write() as connection:
            self._locked(connection, experiment_id)
            labels = experiment_labels.c
            known = (labels.experiment_id == experiment_id, labels.cell == cell, labels.labeller == labeller)
            connection.execute(delete(experiment_labels).where(*known))
            if passed is not None:
                values = {"experiment_id": experiment_id, "cell": cell, "labeller": labeller, "passed": passed}
                connection.execute(experiment_labels.insert().values(**values, note=note, at=now()))

    def _locked(self, connection: Connection, experiment_id: str) -> tuple[ExperimentStatus, int | None]:
        """The status and the limit of an experiment, whose claims and answers nobody else changes meanwhile."""
        query = select(experiments.c.status, experiments.c.max_cost).where(*self._known(experiment_id))
        row = connection.execute(query.with_for_update()).first()
        if row is None:
            raise MissingError("experiment", experiment_id)
        return row.status, row.max_cost


class Traced(Protocol):
    """The end of a cell or of a judge, with what went over the wire."""

    @property
    def cell(self) -> int: ...

    @property
    def trace(self) -> bytes | None: ...

    @property
    def ended_at(self) -> datetime: ...


def keep_traces(connection: Connection, experiment_id: str, ends: Sequence[tuple[Traced, int]]) -> None:
    """Keep what went over the wire for cells and their judges, in place of what is kept of earlier ones."""
    values = [
        {
            "experiment_id": experiment_id,
            "cell": one.cell,
            "judge": judge,
            "trace": one.trace,
            "ended_at": one.ended_at,
        }
        for one, judge in ends
        if one.trace is not None
    ]
    if values:
        new = insert_into(experiment_exchanges, connection.dialect.name)
        changed = {name: new.excluded[name] for name in ("trace", "ended_at")}
        keys = [column.name for column in experiment_exchanges.primary_key]
        connection.execute(new.on_conflict_do_update(index_elements=keys, set_=changed), values)


def _taken(connection: Connection, experiment_id: str, start: int, end: int) -> set[int]:
    taken: set[int] = set()
    for table in (experiment_answers, experiment_claims):
        known = [table.c.experiment_id == experiment_id, table.c.cell >= start, table.c.cell < end]
        if table is experiment_claims:
            known.append(table.c.judge == ITSELF)
        taken.update(connection.scalars(select(table.c.cell).where(*known)))
    return taken


def _both(results: Sequence[CellEnd], given_up: Sequence[GivenUp]) -> list[CellEnd | GivenUp]:
    return [*results, *given_up]


def _paid(one: CellEnd | GivenUp, held: int) -> int:
    return nanos(one.spent) + one.lost * held


def _answer_row(experiment_id: str, one: CellEnd, held: int) -> dict[str, Any]:
    return {
        "experiment_id": experiment_id,
        "cell": one.cell,
        "candidate": one.candidate,
        "row_number": one.row,
        "repetition": one.repetition,
        "outcome": one.outcome,
        "score": one.score,
        "cut": one.cut,
        "refused": one.refused,
        "spent": _paid(one, held),
        "seconds": one.seconds,
        "answer": one.answer,
        "checks": list(one.checks),
        "asked_at": one.asked_at,
        "ended_at": one.ended_at,
        "requests": one.requests,
    }


def outdate_hours(connection: Connection, owner: Owner, moments: Iterable[datetime]) -> None:
    """Note that what was used in the hours of these moments is to be counted anew."""
    note_outdated(connection, {(owner.id, at.replace(minute=0, second=0, microsecond=0)) for at in moments})
