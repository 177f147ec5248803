"""How many cells of several experiments have ended and what they cost, in a few milliseconds, for lists of them."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, Table, func, select

from playground.money.budget import dollars
from playground.store.database.experiment_tables import (
    experiment_answers,
    experiment_claims,
    experiment_judgements,
    experiment_retaken,
    experiments,
)
from playground.store.experiment_records import ITSELF
from playground.store.owned import OwnedRows


@dataclass(frozen=True, slots=True)
class ExperimentTally:
    """Cells that have an answer or an error, what was paid in USD, and what is another value once something came.

    Of the answered ones so many are `judging`; of the others so many are on their way.
    """

    answered: int
    spent: Decimal
    state: Hashable
    judging: int = 0
    on_their_way: int = 0


class ExperimentTallies(OwnedRows):
    """The tallies of a store's experiments. Raises StoreError."""

    def experiment_tallies(self, ids: Sequence[str]) -> Mapping[str, ExperimentTally]:
        """Those of experiments that there are, by their ids."""
        own = select(experiments.c.id).where(
            experiments.c.id.in_(ids), self._is_own(experiments), experiments.c.deleted_at.is_(None)
        )
        with self._read() as connection:
            found: dict[str, list[tuple[int, int, object]]] = {id_: [] for id_ in connection.scalars(own)}
            for table, moment in (
                (experiment_answers, experiment_answers.c.ended_at),
                (experiment_judgements, experiment_judgements.c.ended_at),
                (experiment_retaken, experiment_retaken.c.at),
            ):
                sums = (func.count(), func.coalesce(func.sum(table.c.spent), 0), func.max(moment))
                of = table.c.experiment_id
                known = {
                    id_: (count, int(spent), last)
                    for id_, count, spent, last in connection.execute(
                        select(of, *sums).where(of.in_(list(found))).group_by(of)
                    )
                }
                for id_, parts in found.items():
                    parts.append(known.get(id_, (0, 0, None)))
            judging = self._counts(connection, experiment_answers, experiment_answers.c.outcome == "judging", found)
            on_their_way = self._counts(connection, experiment_claims, experiment_claims.c.judge == ITSELF, found)
        return {
            id_: ExperimentTally(
                parts[0][0],
                dollars(sum(spent for _, spent, _ in parts)),
                (*parts, judging.get(id_, 0)),
                judging.get(id_, 0),
                on_their_way.get(id_, 0),
            )
            for id_, parts in found.items()
        }

    def _counts(
        self, connection: Connection, table: Table, counted: ColumnElement[bool], ids: Iterable[str]
    ) -> dict[str, int]:
        of = table.c.experiment_id
        query = select(of, func.count()).where(of.in_(list(ids)), counted).group_by(of)
        return {id_: count for id_, count in connection.execute(query)}
