"""Whether a limit on the cost of an experiment can be held, before it runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playground.errors import ProviderError
from playground.experiments.candidates import Candidates
from playground.experiments.checks.check import asked_checks
from playground.experiments.definition import Definition
from playground.experiments.engine.column import AskedColumn
from playground.experiments.engine.judges import JudgeSeat, judge_of
from playground.experiments.rows import DataRow
from playground.messages import Message
from playground.models.roster import Roster

_ROWS_LOOKED_AT = 3
"""Rows of which one that can be asked about stands for all."""


@dataclass(frozen=True, slots=True)
class LimitObstacle:
    """A model of which nobody can say what a request costs at most, and what would help."""

    model: str
    missing: str
    judges: bool = False


def limit_obstacles(
    definition: Definition, rows: Sequence[DataRow], candidates: Candidates, roster: Roster
) -> tuple[LimitObstacle, ...]:
    """Why the limit on the cost would end the run at once, for each model; none without a limit.

    Raises ProviderError where a model is not there.
    """
    if definition.limits.max_cost is None:
        return ()
    found = [*_of_columns(definition, rows, candidates, roster), *_of_judges(definition, rows, roster)]
    return tuple(dict.fromkeys(found))


def _of_columns(
    definition: Definition, rows: Sequence[DataRow], candidates: Candidates, roster: Roster
) -> Iterator[LimitObstacle]:
    for candidate in candidates.kept:
        column = AskedColumn.of(candidate, definition.variant(candidate.variant), roster)
        for row in rows[:_ROWS_LOOKED_AT]:
            try:
                most = column.most(column.request(row.values))
            except ProviderError:
                continue  # that cell is an error, and costs nothing
            if most.amount is None:
                yield LimitObstacle(candidate.model, most.missing)
            break


def _of_judges(definition: Definition, rows: Sequence[DataRow], roster: Roster) -> Iterator[LimitObstacle]:
    checks = [*definition.checks, *(check for row in rows for check in row.checks)]
    choices = [judge_of(check, definition) for _, check in asked_checks(checks)]
    for choice in {choice.model_dump_json(): choice for choice in choices}.values():
        seat = JudgeSeat.of(choice, roster)
        most = seat.most(seat.request([Message("user", "?")]))
        if most.amount is None:
            yield LimitObstacle(seat.card.id, most.missing, judges=True)
