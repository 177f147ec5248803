"""Cells that were never sent: which of them could be now, and why the others cannot."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from playground.errors import ProviderError
from playground.experiments.candidates import Candidate
from playground.experiments.cells import Grid
from playground.experiments.definition import Definition
from playground.experiments.engine.column import AskedColumn
from playground.experiments.engine.rows_at_hand import RowsAtHand
from playground.models.roster import Roster
from playground.providers.opening import closed_provider
from playground.store import Store, StoredExperiment

MOST_LOOKED_AT = 1_000
"""Cells whose requests are made, to see whether that can be done."""


@dataclass(frozen=True, slots=True)
class UnsentCells:
    """Cells that `can_go` now, as far as is known before that, and why the others cannot, with how many that are.

    `unknown` were too many to be looked at.
    """

    can_go: tuple[int, ...] = ()
    obstacles: Mapping[str, int] = field(default_factory=dict)
    unknown: int = 0


def unsent_cells(store: Store, roster: Roster, experiment: StoredExperiment, cells: Sequence[int]) -> UnsentCells:
    """Whether cells that were never sent could be now: their requests are made, and not sent. Raises StoreError."""
    definition = Definition.model_validate(experiment.definition)
    grid = Grid(experiment.rows, len(experiment.candidates), experiment.repetitions)
    rows = RowsAtHand(store, experiment.version_id)
    columns: dict[int, AskedColumn | ProviderError] = {}
    can_go, obstacles = [], Counter[str]()
    for cell in cells[:MOST_LOOKED_AT]:
        place = grid.place(cell)
        if place.candidate not in columns:
            columns[place.candidate] = _column(experiment, place.candidate, definition, roster)
        why = _obstacle(columns[place.candidate], rows, place.row)
        if why is None:
            can_go.append(cell)
        else:
            obstacles[f"{why.message} {why.hint}".strip()] += 1
    return UnsentCells(tuple(can_go), obstacles, max(len(cells) - MOST_LOOKED_AT, 0))


def _column(
    experiment: StoredExperiment, number: int, definition: Definition, roster: Roster
) -> AskedColumn | ProviderError:
    """The column of a number; why it cannot be asked, where its model is not there, or its connection is of no use."""
    try:
        column = AskedColumn.asked(Candidate.from_json(experiment.candidates[number]), definition, roster)
        closed_provider(column.connection, roster.workers_ai)
    except ProviderError as error:
        return error
    return column


def _obstacle(column: AskedColumn | ProviderError, rows: RowsAtHand, row: int) -> ProviderError | None:
    if isinstance(column, ProviderError):
        return column
    try:
        column.request(rows.row(row).values)
    except ProviderError as error:
        return error
    return None
