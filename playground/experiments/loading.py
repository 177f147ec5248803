"""An experiment as it is kept, read again: its definition with its rows, its columns, and what came of its cells."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import cast

from playground.experiments.analysis import Analysis
from playground.experiments.answer import AnswerRecord
from playground.experiments.candidates import Candidate
from playground.experiments.cells import Grid
from playground.experiments.checks.check import CheckResult
from playground.experiments.definition import Dataset, Definition
from playground.experiments.early_stopping import EarlyStops, early_stops
from playground.experiments.results import CellOutline, CellResult, ExperimentRun, ResultColumn
from playground.experiments.rows import DataRow
from playground.experiments.scoring import CellOutcome
from playground.money.budget import dollars
from playground.store import Store, StoredExperiment
from playground.store.experiment_records import CellFacts

_CELLS_AT_ONCE = 500
"""Cells that are read at once."""


def stored_definition(store: Store, experiment: StoredExperiment) -> Definition:
    """The definition of an experiment, with its rows in it. Raises StoreError."""
    definition = Definition.model_validate(experiment.definition)
    rows = tuple(DataRow.model_validate(row.body) for row in store.dataset_rows(experiment.version_id))
    dataset = Dataset(name=definition.dataset.name, rows=rows, split=definition.dataset.split)
    return definition.model_copy(update={"dataset": dataset})


def stored_run(store: Store, experiment: StoredExperiment) -> ExperimentRun:
    """An experiment with what has come of it until now; its cells are read as they are asked for. Raises StoreError."""
    definition = stored_definition(store, experiment)
    return ExperimentRun(
        experiment.id,
        definition,
        definition.dataset.rows,
        [Candidate.from_json(packed) for packed in experiment.candidates],
        _Cells(store, experiment),
        experiment.started_at,
        experiment.ended_at,
        store.requests_made(experiment.id),
        store.headway(experiment.id).spent,
    )


def stored_analysis(store: Store, experiment: StoredExperiment, columns: Sequence[ResultColumn]) -> Analysis:
    """What has come of an experiment until now, without the words of answers. Raises StoreError."""
    facts = store.cell_facts(experiment.id)
    unpriced = _unpriced(store, experiment, facts)
    outlines = (
        CellOutline(
            one.cell,
            cast(CellOutcome, one.outcome),
            None if one.outcome == "judging" else one.score,
            None
            if one.candidate in unpriced and one.requests and not one.spent
            else dollars(one.spent + one.judges_spent),
            one.seconds,
            one.cut,
            one.refused,
            one.requests > 0,
        )
        for one in facts
    )
    return Analysis(Grid(experiment.rows, len(columns), experiment.repetitions), columns, outlines)


def _unpriced(store: Store, experiment: StoredExperiment, facts: Sequence[CellFacts]) -> frozenset[int]:
    """The candidates whose answers have no price: told by one of them that cost nothing, for all are of one model."""
    first: dict[int, int] = {}
    for one in facts:
        if not one.spent and one.outcome not in ("error", "stopped"):
            first.setdefault(one.candidate, one.cell)
    found = store.cells(experiment.id, numbers=list(first.values()), most=max(len(first), 1))
    return frozenset(cell.candidate for cell in found if cell.answer.get("cost") is None)


def stored_early_stops(
    store: Store, experiment: StoredExperiment, columns: Sequence[ResultColumn] | None = None
) -> EarlyStops | None:
    """Who need not be asked on by what has come; None where no looks were declared. Raises StoreError."""
    plan = Definition.model_validate(experiment.definition).early_stop
    if plan is None:
        return None
    columns = columns or [Candidate.from_json(packed) for packed in experiment.candidates]
    return early_stops(stored_analysis(store, experiment, columns), plan)


class _Cells:
    """The cells of an experiment that have ended, in their order, anew each time that they are gone through."""

    def __init__(self, store: Store, experiment: StoredExperiment) -> None:
        self._store = store
        self._experiment = experiment

    def __iter__(self) -> Iterator[CellResult]:
        start = 0
        while found := self._store.cells(self._experiment.id, start=start, most=_CELLS_AT_ONCE):
            judged = self._store.judgements(self._experiment.id, [cell.cell for cell in found])
            for cell in found:
                checks = tuple(CheckResult(**check) for check in cell.checks)
                costs = (Decimal(one.answer.get("cost", "0")) for one in judged.get(cell.cell, ()))
                answer, judging = AnswerRecord.from_json(cell.answer), cell.outcome == "judging"
                yield CellResult(cell.cell, answer, checks, sum(costs, Decimal(0)), judging, cell.requests)
            start = found[-1].cell + 1
