"""Cells that are asked again, with the verdicts on other answers that were compared with theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from playground.experiments.answer import AnswerRecord
from playground.experiments.candidates import Candidate
from playground.experiments.cells import CellPlace, Grid
from playground.experiments.checks.check import CheckResult, asked_checks
from playground.experiments.checks.judging import PairwiseCheck
from playground.experiments.definition import Definition
from playground.experiments.engine.judges import is_opponent, units_of
from playground.experiments.engine.rows_at_hand import RowsAtHand
from playground.experiments.scoring import cell_score
from playground.store import MissingError, Store, StoredCell, Verdict
from playground.store.experiment_again import ComparedCell


def ask_cells_again(
    store: Store,
    experiment_id: str,
    cells: Iterable[int],
    *,
    outcomes: Sequence[str] = (),
    seen_at: datetime | None = None,
) -> int:
    """Throw away what came of cells, to be asked for again; pairs with their answers are judged anew.

    Only of those that have one of `outcomes`, that had ended by `seen_at`, and whose answers no judge is told just now.
    Returns how many that were. Raises MissingError and StoreError.
    """
    experiment = store.experiment(experiment_id)
    if experiment is None:
        raise MissingError("experiment", experiment_id)
    store.take_over(experiment_id)  # what a dead process asked for is not on its way
    definition = Definition.model_validate(experiment.definition)
    candidates = [Candidate.from_json(packed) for packed in experiment.candidates]
    grid = Grid(experiment.rows, len(candidates), experiment.repetitions)
    rows = RowsAtHand(store, experiment.version_id)
    numbers = [cell for cell in cells if 0 <= cell < grid.cells]
    found = {cell: _compared(cell, definition, candidates, grid, rows) for cell in numbers}
    compared = {cell: some for cell, some in found.items() if some}
    return store.ask_again(
        experiment_id, numbers, outcomes=outcomes, seen_at=seen_at, compared=compared, undecide=_undecided
    )


def _compared(
    cell: int, definition: Definition, candidates: Sequence[Candidate], grid: Grid, rows: RowsAtHand
) -> tuple[ComparedCell, ...]:
    """The cells whose answers judges compare with that of a cell."""
    place = grid.place(cell)
    checks = [*asked_checks(definition.checks_of(rows.row(place.row)))]
    other = candidates[place.candidate]
    found = []
    for own in candidates:
        pairs = [
            units_of(number, check)
            for number, check in checks
            if isinstance(check, PairwiseCheck)
            and is_opponent(other, own, check)
            and other is next(one for one in candidates if is_opponent(one, own, check))
        ]
        if pairs:
            number = grid.number(CellPlace(place.repetition, place.row, own.number))
            units = tuple(unit for some in pairs for unit in some)
            found.append(ComparedCell(number, units, frozenset(number for number, _ in checks)))
    return tuple(found)


def _undecided(cell: StoredCell, checks: frozenset[int]) -> Verdict:
    """A cell as it is before its judges have answered."""
    results = [result for packed in cell.checks if (result := CheckResult(**dict(packed))).number not in checks]
    return Verdict(
        "judging", cell_score(AnswerRecord.from_json(cell.answer), results), [asdict(one) for one in results]
    )
