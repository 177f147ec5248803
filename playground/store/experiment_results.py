"""What came of experiments: how far they are, their cells, what people say of them. Each total is a sum over rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Table, and_, case, cast, func, select, union

from playground.answers.trace import Trace
from playground.money.budget import dollars
from playground.store.database.database import now
from playground.store.database.errors import MissingError
from playground.store.database.experiment_tables import (
    UNSENT,
    experiment_answers,
    experiment_claims,
    experiment_exchanges,
    experiment_judgements,
    experiment_labels,
    experiment_retaken,
    experiments,
)
from playground.store.exchanges import unpack_trace
from playground.store.experiment_records import ITSELF, AskedTwice, CellFacts, Headway, StoredCell, cell_of_row
from playground.store.owned import OwnedRows

_NEVER = experiment_retaken.c.requests == 0
"""Of what is asked again, that it was never sent, so that it is asked once."""


class ExperimentResults(OwnedRows):
    """What came of a store's experiments. Raises StoreError; MissingError where there is no such experiment."""

    def headway(self, experiment_id: str, *, within_s: float = 60.0) -> Headway:
        """How far an experiment is, from its rows."""
        answers = experiment_answers.c
        ours = answers.experiment_id == experiment_id
        with self._read() as connection:
            row = connection.execute(
                select(experiments.c.cells, experiments.c.judges, experiments.c.started_at).where(
                    *self._known(experiment_id)
                )
            ).first()
            if row is None:
                raise MissingError("experiment", experiment_id)
            marks = (func.sum(cast(answers.cut, Integer)), func.sum(cast(answers.refused, Integer)))
            outcomes = connection.execute(
                select(answers.outcome, func.count(), *marks).where(ours).group_by(answers.outcome)
            ).all()
            claims = experiment_claims.c
            of_answers = func.count(case((claims.judge == ITSELF, 1)))
            counts = (
                of_answers,
                func.count(),
                func.count(claims.submission_id),
                func.coalesce(func.sum(claims.held), 0),
            )
            on_their_way, under_way, in_batches, held = connection.execute(
                select(*counts).where(claims.experiment_id == experiment_id)
            ).one()
            retaken = experiment_retaken.c
            perhaps = func.coalesce(func.sum(case((retaken.why != "again", retaken.spent))), 0)
            twice, unsure = connection.execute(
                select(func.count(), perhaps).where(retaken.experiment_id == experiment_id, ~_NEVER)
            ).one()
            unsent = select(func.count()).where(ours, UNSENT)
            judgements = select(func.count()).where(experiment_judgements.c.experiment_id == experiment_id)
            at = now()
            since = datetime.fromtimestamp(at.timestamp() - within_s, at.tzinfo)
            begun = at.timestamp() - (row.started_at or at).timestamp()
            return Headway(
                cells=row.cells,
                outcomes={outcome: count for outcome, count, *_ in outcomes},
                cut=sum(cut for outcome, _, cut, _ in outcomes if outcome != "judging"),
                refused=sum(refused for outcome, *_, refused in outcomes if outcome != "judging"),
                on_their_way=on_their_way,
                judges_on_their_way=under_way - on_their_way,
                spent=dollars(int(nanos_used(connection, experiment_id)) - int(held)),
                held=dollars(int(held)),
                unsure=dollars(int(unsure)),
                asked_twice=twice,
                judges=row.judges,
                judgements=connection.scalar(judgements) or 0,
                unsent=connection.scalar(unsent) or 0,
                in_batches=in_batches,
                recent=_recently_ended(connection, experiment_id, since, judged=bool(row.judges)),
                within_s=max(min(within_s, begun), 1.0),
            )

    def requests_made(self, experiment_id: str) -> int:
        """How many requests were really made for an experiment, judges' and repeated ones among them.

        What was lost with a process counts as made. Of a batch each cell is one.
        """
        own = select(experiments.c.id).where(*self._known(experiment_id)).scalar_subquery()
        with self._read() as connection:
            sums = (
                select(func.coalesce(func.sum(table.c.requests), 0)).where(table.c.experiment_id == own)
                for table in (experiment_answers, experiment_judgements, experiment_retaken)
            )
            return sum(int(connection.scalar(query) or 0) for query in sums)

    def cell_facts(self, experiment_id: str) -> list[CellFacts]:
        """All cells that have ended, in their order, without their words, which would take long to read."""
        answers = experiment_answers.c
        names = (
            "cell",
            "candidate",
            "row_number",
            "repetition",
            "outcome",
            "score",
            "cut",
            "refused",
            "spent",
            "seconds",
            "requests",
        )
        own = select(experiments.c.id).where(*self._known(experiment_id)).scalar_subquery()
        query = select(*(answers[name] for name in names)).where(answers.experiment_id == own).order_by(answers.cell)
        judged = experiment_judgements.c
        paid = select(judged.cell, func.sum(judged.spent)).where(judged.experiment_id == own).group_by(judged.cell)
        with self._read() as connection:
            judges = {row[0]: int(row[1]) for row in connection.execute(paid)}
            return [CellFacts._make((*row, judges.get(row[0], 0))) for row in connection.execute(query)]

    def cells(
        self,
        experiment_id: str,
        *,
        start: int = 0,
        end: int | None = None,
        numbers: Sequence[int] | None = None,
        outcomes: Sequence[str] = (),
        most: int = 1_000,
    ) -> tuple[StoredCell, ...]:
        """Cells that have ended, in their order: those from `start` to before `end`, or of these `numbers`, with one of
        the outcomes.
        """
        answers = experiment_answers.c
        own = select(experiments.c.id).where(*self._known(experiment_id)).scalar_subquery()
        query = select(experiment_answers).where(answers.experiment_id == own, answers.cell >= start)
        if end is not None:
            query = query.where(answers.cell < end)
        if numbers is not None:
            query = query.where(answers.cell.in_(numbers))
        if outcomes:
            query = query.where(answers.outcome.in_(outcomes))
        query = query.order_by(answers.cell).limit(most)
        with self._read() as connection:
            return tuple(cell_of_row(row) for row in connection.execute(query).mappings())

    def cell_trace(self, experiment_id: str, cell: int, judge: int = ITSELF) -> Trace | None:
        """What went over the wire for the answer of a cell, or for a judge of it; None where that is not kept."""
        kept = experiment_exchanges.c
        of = experiment_answers if judge == ITSELF else experiment_judgements
        same = (of.c.experiment_id == kept.experiment_id, of.c.cell == kept.cell, of.c.ended_at == kept.ended_at)
        own = select(experiments.c.id).where(*self._known(experiment_id)).scalar_subquery()
        query = select(kept.trace).join(of, and_(*same, *(() if judge == ITSELF else (of.c.judge == kept.judge,))))
        query = query.where(kept.experiment_id == own, kept.cell == cell, kept.judge == judge)
        with self._read() as connection:
            packed = connection.scalar(query)
        return None if packed is None else unpack_trace(packed)

    def asked_twice(self, experiment_id: str) -> tuple[AskedTwice, ...]:
        """What was asked for more than once, in the order in which that was found out."""
        retaken = experiment_retaken.c
        own = select(experiments.c.id).where(*self._known(experiment_id)).scalar_subquery()
        query = select(experiment_retaken).where(retaken.experiment_id == own, ~_NEVER).order_by(retaken.number)
        with self._read() as connection:
            return tuple(
                AskedTwice(row.cell, row.judge, row.why, row.holder, dollars(row.spent), row.at, row.requests)
                for row in connection.execute(query)
            )

    def labels(self, experiment_id: str) -> dict[int, dict[str, bool]]:
        """What people think of answers: for each cell, by who says so."""
        own = select(experiments.c.id).where(*self._known(experiment_id)).scalar_subquery()
        query = select(experiment_labels).where(experiment_labels.c.experiment_id == own)
        found: dict[int, dict[str, bool]] = {}
        with self._read() as connection:
            for row in connection.execute(query.order_by(experiment_labels.c.cell, experiment_labels.c.labeller)):
                found.setdefault(row.cell, {})[row.labeller] = row.passed
        return found

    def _known(self, experiment_id: str) -> tuple[Any, ...]:
        shown = experiments.c.deleted_at.is_(None)
        return experiments.c.id == experiment_id, self._is_own(experiments), shown


def _recently_ended(connection: Connection, experiment_id: str, since: datetime, *, judged: bool) -> int:
    """How many cells ended since: with their answers, or where they are judged with the last word on these."""
    answers, told = experiment_answers.c, experiment_judgements.c
    ended = (answers.experiment_id == experiment_id, answers.outcome != "judging")
    recent = select(answers.cell).where(*ended, answers.ended_at > since)
    if judged:
        lately = select(told.cell).where(told.experiment_id == experiment_id, told.ended_at > since)
        both = union(recent, select(answers.cell).where(*ended, answers.cell.in_(lately))).subquery()
    else:
        both = recent.subquery()
    return connection.scalar(select(func.count()).select_from(both)) or 0


def nanos_used(connection: Connection, experiment_id: str) -> int:
    """What is spent on an experiment and held for it, in billionths of a dollar."""
    total = 0
    for table, column in (
        (experiment_answers, experiment_answers.c.spent),
        (experiment_judgements, experiment_judgements.c.spent),
        (experiment_retaken, experiment_retaken.c.spent),
        (experiment_claims, experiment_claims.c.held),
    ):
        total += int(_sum(connection, table, column, experiment_id))
    return total


def _sum(connection: Connection, table: Table, column: Any, experiment_id: str) -> int:
    query = select(func.coalesce(func.sum(column), 0)).where(table.c.experiment_id == experiment_id)
    return int(connection.scalar(query) or 0)
