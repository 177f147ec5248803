"""Cells of experiments that are asked again: what came of them is thrown away, and what was compared with it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, literal, select, update

from playground.store.database.database import in_portions
from playground.store.database.experiment_tables import (
    experiment_answers,
    experiment_claims,
    experiment_exchanges,
    experiment_judgements,
    experiment_labels,
)
from playground.store.experiment_cells import outdate_hours
from playground.store.experiment_claims import Retaken, note_twice
from playground.store.experiment_judgements import ExperimentJudgements, Verdict
from playground.store.experiment_records import ITSELF, StoredCell, cell_of_row


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """A cell that judges compared with another one, as which units, and the numbers of all of its checks by judges."""

    cell: int
    units: tuple[int, ...]
    checks: frozenset[int]


Undecide = Callable[[StoredCell, frozenset[int]], Verdict]
"""What a cell is again until its judges have answered, without what its checks of these numbers said."""


class ExperimentsAskedAgain(ExperimentJudgements):
    """What is asked again of a store's experiments. Raises StoreError."""

    def ask_again(
        self,
        experiment_id: str,
        cells: Iterable[int],
        *,
        outcomes: Sequence[str] = (),
        seen_at: datetime | None = None,
        compared: Mapping[int, Sequence[ComparedCell]] | None = None,
        undecide: Undecide | None = None,
    ) -> int:
        """Throw away what came of cells and was said of it, so that they are missing again; its cost stays in the sums.

        Only of those that have one of `outcomes`, that had ended by `seen_at`, and of which no judge is told just now:
        about them, or about what is `compared` with them, by their numbers. That is judged anew: `undecide` is called
        inside of the transaction and must not wait. Returns how many cells that were.
        """
        count = 0
        with self._write() as connection:
            self._locked(connection, experiment_id)
            answers, claims = experiment_answers.c, experiment_claims.c
            judged_now = exists().where(
                claims.experiment_id == experiment_id, claims.cell == answers.cell, claims.judge != ITSELF
            )
            for among in in_portions([*cells]):
                there = [answers.experiment_id == experiment_id, answers.cell.in_(among), ~judged_now]
                there += [answers.outcome.in_(outcomes)] if outcomes else []
                there += [answers.ended_at <= seen_at] if seen_at is not None else []
                found = connection.scalars(select(answers.cell).where(*there))
                some = self._untold(connection, experiment_id, [*found], compared or {})
                self._throw_away(connection, experiment_id, some)
                count += len(some)
                for one in (one for cell in some for one in (compared or {}).get(cell, ())):
                    assert undecide is not None, "who names cells that were compared says what they become"
                    self._judge_anew(connection, experiment_id, one, undecide)
        return count

    def _untold(
        self,
        connection: Connection,
        experiment_id: str,
        cells: Sequence[int],
        compared: Mapping[int, Sequence[ComparedCell]],
    ) -> list[int]:
        """Cells without those whose answers judges of others are told just now: their verdicts will be about these."""
        claims = experiment_claims.c
        others = {one.cell for cell in cells for one in compared.get(cell, ())}
        told: set[tuple[int, int]] = set()
        for some in in_portions(sorted(others)):
            query = select(claims.cell, claims.judge).where(
                claims.experiment_id == experiment_id, claims.cell.in_(some)
            )
            told.update((row.cell, row.judge) for row in connection.execute(query))
        return [
            cell
            for cell in cells
            if not any((one.cell, unit) in told for one in compared.get(cell, ()) for unit in one.units)
        ]

    def _throw_away(self, connection: Connection, experiment_id: str, cells: Sequence[int]) -> None:
        for table in (experiment_labels, experiment_exchanges):
            gone = (table.c.experiment_id == experiment_id, table.c.cell.in_(cells))
            connection.execute(delete(table).where(*gone))
        for table in (experiment_answers, experiment_judgements):
            known = (table.c.experiment_id == experiment_id, table.c.cell.in_(cells))
            judge = table.c.judge if "judge" in table.c else literal(ITSELF)
            columns = (table.c.cell, judge.label("judge"), table.c.spent, table.c.requests, table.c.ended_at)
            found = connection.execute(select(*columns).where(*known)).all()
            self._note_again(connection, experiment_id, found)
            connection.execute(delete(table).where(*known))

    def _judge_anew(self, connection: Connection, experiment_id: str, one: ComparedCell, undecide: Undecide) -> None:
        """Have a cell judged anew as some units; not one without an answer."""
        answers, judged = experiment_answers.c, experiment_judgements.c
        known = (answers.experiment_id == experiment_id, answers.cell == one.cell)
        answered = (*known, answers.outcome.not_in(["error", "stopped"]))
        row = connection.execute(select(experiment_answers).where(*answered)).mappings().first()
        if row is None:
            return
        told = (judged.experiment_id == experiment_id, judged.cell == one.cell, judged.judge.in_(one.units))
        columns = (judged.cell, judged.judge, judged.spent, judged.requests, judged.ended_at)
        self._note_again(connection, experiment_id, connection.execute(select(*columns).where(*told)).all())
        connection.execute(delete(experiment_judgements).where(*told))
        traces = experiment_exchanges.c
        of_judges = (traces.experiment_id == experiment_id, traces.cell == one.cell, traces.judge.in_(one.units))
        connection.execute(delete(experiment_exchanges).where(*of_judges))
        verdict = undecide(cell_of_row(row), one.checks)
        values = {"outcome": verdict.outcome, "score": verdict.score, "checks": list(verdict.checks)}
        connection.execute(update(experiment_answers).where(*known).values(**values))

    def _note_again(self, connection: Connection, experiment_id: str, gone: Sequence[Any]) -> None:
        """Note what was paid for answers that are asked again: rows with cell, judge, spent, requests, ended_at."""
        outdate_hours(connection, self.owner, [row.ended_at for row in gone])
        process = self._database.process
        noted = [Retaken(row.cell, row.judge, "again", process, row.spent, row.requests) for row in gone]
        note_twice(connection, experiment_id, noted, [row.ended_at for row in gone])
