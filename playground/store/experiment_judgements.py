"""What judges answered about cells, and what the cells come to by it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select, update

from playground.money.budget import dollars, nanos
from playground.store.database.database import in_portions, insert_into
from playground.store.database.experiment_tables import (
    experiment_answers,
    experiment_claims,
    experiment_judgements,
    experiments,
)
from playground.store.experiment_cells import ExperimentCells, keep_traces, outdate_hours
from playground.store.experiment_claims import drop_claims, holds_of
from playground.store.experiment_records import ITSELF, StoredCell, cell_of_row
from playground.store.ledger import Settlement, settle_all_in


@dataclass(frozen=True, slots=True)
class JudgeEnd:
    """What a judge answered about a cell; `answer` is JSON, the rest as of a CellEnd."""

    cell: int
    judge: int
    ticket: str
    answer: Mapping[str, Any]
    ended_at: datetime
    spent: Decimal = Decimal(0)
    lost: int = 0
    trace: bytes | None = None
    requests: int = 1


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge answered about a cell, as it is kept; `spent` in USD at most."""

    cell: int
    judge: int
    answer: Mapping[str, Any]
    spent: Decimal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a cell comes to once all of its judges have answered; `checks` are JSON."""

    outcome: str
    score: float | None
    checks: Sequence[Mapping[str, Any]]


Decide = Callable[[StoredCell, Mapping[int, Mapping[str, Any]]], Verdict | None]
"""The verdict on a cell from what its judges answered, by their numbers; None as long as one is missing."""


class ExperimentJudgements(ExperimentCells):
    """The judges of a store's experiments. Raises StoreError."""

    def finish_judgements(self, experiment_id: str, ends: Sequence[JudgeEnd], decide: Decide) -> None:
        """Keep what judges answered, in place of the claims, and what the cells come to by it; again has no effect.

        `decide` is called with cells that are still judged, inside of the transaction: it must not wait.
        """
        if not ends:
            return
        with self._write() as connection:
            locked = select(experiments.c.id).where(experiments.c.id == experiment_id, self._is_own(experiments))
            if connection.scalar(locked.with_for_update()) is not None:
                outdate_hours(connection, self.owner, [one.ended_at for one in ends])
                _put_down(connection, experiment_id, ends)
                _decide(connection, experiment_id, sorted({one.cell for one in ends}), decide)
            settled = [Settlement(one.ticket, one.spent, one.lost) for one in ends]
            settle_all_in(connection, self.owner, settled)

    def judging_cells(
        self, experiment_id: str, *, start: int = 0, end: int | None = None, most: int = 200
    ) -> list[tuple[StoredCell, frozenset[int]]]:
        """Cells whose judges have not all answered, in their order, each with the judges that are asked already."""
        found = self.cells(experiment_id, start=start, end=end, outcomes=["judging"], most=most)
        if not found:
            return []
        numbers = [cell.cell for cell in found]
        known: dict[int, set[int]] = {number: set() for number in numbers}
        with self._read() as connection:
            for table in (experiment_judgements, experiment_claims):
                asked = (table.c.experiment_id == experiment_id, table.c.cell.in_(numbers), table.c.judge != ITSELF)
                for row in connection.execute(select(table.c.cell, table.c.judge).where(*asked)):
                    known[row.cell].add(row.judge)
        return [(cell, frozenset(known[cell.cell])) for cell in found]

    def judgements(self, experiment_id: str, cells: Sequence[int]) -> dict[int, tuple[Judgement, ...]]:
        """What judges answered about cells, by cell, in the order of their numbers."""
        judged = experiment_judgements.c
        own = select(experiments.c.id).where(*self._known(experiment_id)).scalar_subquery()
        found: dict[int, list[Judgement]] = {}
        with self._read() as connection:
            for some in in_portions(cells):
                query = select(judged.cell, judged.judge, judged.answer, judged.spent)
                query = query.where(judged.experiment_id == own, judged.cell.in_(some))
                for row in connection.execute(query.order_by(judged.cell, judged.judge)):
                    one = Judgement(row.cell, row.judge, row.answer, dollars(row.spent))
                    found.setdefault(row.cell, []).append(one)
        return {cell: tuple(some) for cell, some in found.items()}


def _put_down(connection: Connection, experiment_id: str, ends: Sequence[JudgeEnd]) -> None:
    holds = holds_of(connection, experiment_id, [one.ticket for one in ends])
    values = [
        {
            "experiment_id": experiment_id,
            "cell": one.cell,
            "judge": one.judge,
            "result": {},
            "spent": nanos(one.spent) + one.lost * holds[one.ticket],
            "answer": one.answer,
            "ended_at": one.ended_at,
            "requests": one.requests,
        }
        for one in ends
        if one.ticket in holds
    ]
    if values:
        new = insert_into(experiment_judgements, connection.dialect.name).on_conflict_do_nothing()
        connection.execute(new, values)
        keep_traces(connection, experiment_id, [(one, one.judge) for one in ends if one.ticket in holds])
    drop_claims(connection, experiment_id, [one.ticket for one in ends])


def _decide(connection: Connection, experiment_id: str, cells: Sequence[int], decide: Decide) -> None:
    """Put down what cells come to whose judges have all answered."""
    answers, judged = experiment_answers.c, experiment_judgements.c
    for some in in_portions(cells):
        told: dict[int, dict[int, Mapping[str, Any]]] = {}
        query = select(judged.cell, judged.judge, judged.answer)
        for row in connection.execute(query.where(judged.experiment_id == experiment_id, judged.cell.in_(some))):
            told.setdefault(row.cell, {})[row.judge] = row.answer
        waiting = (answers.experiment_id == experiment_id, answers.cell.in_(some), answers.outcome == "judging")
        for found in connection.execute(select(experiment_answers).where(*waiting)).mappings().all():
            verdict = decide(cell_of_row(found), told.get(found["cell"], {}))
            if verdict is not None:
                known = (answers.experiment_id == experiment_id, answers.cell == found["cell"])
                values = {"outcome": verdict.outcome, "score": verdict.score, "checks": list(verdict.checks)}
                connection.execute(update(experiment_answers).where(*known).values(**values))
