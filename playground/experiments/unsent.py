"""Cells that were never sent: which of them could be now, and why the others cannot."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from playground.errors import BadRequestError, ProviderError
from playground.experiments.candidates import Candidate
from playground.experiments.cells import Grid
from playground.experiments.definition import Definition, PromptVariant
from playground.experiments.engine.column import AskedColumn, messages_of_row
from playground.experiments.engine.rows_at_hand import RowsAtHand
from playground.models.roster import Roster
from playground.providers.opening import closed_provider
from playground.store import Store, StoredExperiment


@dataclass(frozen=True, slots=True)
class UnsentCells:
    """Cells that `can_go` now, as far as is known before that, and why the others cannot, with how many that are."""

    can_go: tuple[int, ...] = ()
    obstacles: Mapping[str, int] = field(default_factory=dict)


def unsent_cells(
    roster: Roster, experiment: StoredExperiment, cells: Sequence[int], in_rows: Mapping[int, str]
) -> UnsentCells:
    """Whether cells that were never sent could be now; `in_rows` are those of `obstacles_in_rows`."""
    definition = Definition.model_validate(experiment.definition)
    grid = _grid(experiment)
    columns: dict[int, str] = {}
    can_go, obstacles = [], Counter[str]()
    for cell in cells:
        number = grid.place(cell).candidate
        if number not in columns:
            columns[number] = _obstacle_of_column(experiment, number, definition, roster)
        if why := columns[number] or in_rows.get(cell, ""):
            obstacles[why] += 1
        else:
            can_go.append(cell)
    return UnsentCells(tuple(can_go), obstacles)


def obstacles_in_rows(store: Store, experiment: StoredExperiment, cells: Sequence[int]) -> dict[int, str]:
    """Why cells cannot be sent whatever is connected: their rows lack values. A row is read once. Raises StoreError.

    As rows and prompts of an experiment never change, neither does this.
    """
    definition = Definition.model_validate(experiment.definition)
    asked = [Candidate.from_json(packed).variant for packed in experiment.candidates]
    checks = {name: _check(definition.variant(name)) for name in set(asked)}
    grid, rows = _grid(experiment), RowsAtHand(store, experiment.version_id)
    found: dict[int, str] = {}
    for place, cell in sorted(((grid.place(cell), cell) for cell in cells), key=lambda one: one[0].row):
        why = checks[asked[place.candidate]](rows.row(place.row).values)
        if why is not None:
            found[cell] = _told(why)
    return found


def _check(variant: PromptVariant) -> Callable[[Mapping[str, str]], ProviderError | None]:
    """What says why a row cannot be asked; most can, which is told without making their messages."""
    names = variant.variable_names
    ever_empty = variant.is_empty_with(dict.fromkeys(names, ""))

    def obstacle(values: Mapping[str, str]) -> ProviderError | None:
        if not ever_empty and all(name in values for name in names):
            return None
        try:
            messages_of_row(variant, values)
        except BadRequestError as error:
            return error
        return None

    return obstacle


def _obstacle_of_column(experiment: StoredExperiment, number: int, definition: Definition, roster: Roster) -> str:
    """Why a column cannot be asked: its model is not there, or its connection is of no use; empty where it can."""
    try:
        column = AskedColumn.asked(Candidate.from_json(experiment.candidates[number]), definition, roster)
        closed_provider(column.connection, roster.workers_ai)
    except ProviderError as error:
        return _told(error)
    return ""


def _told(why: ProviderError) -> str:
    return f"{why.message} {why.hint}".strip()


def _grid(experiment: StoredExperiment) -> Grid:
    return Grid(experiment.rows, len(experiment.candidates), experiment.repetitions)
