"""Looks at what has come while an experiment runs, where it was declared that it may end early."""

import time
from collections.abc import Mapping

from playground.experiments.candidates import Candidate
from playground.experiments.cells import Grid
from playground.experiments.definition import EarlyStop
from playground.experiments.loading import stored_early_stops
from playground.store import Store, StoredExperiment

_SHARE = 5
"""Between two looks so many times as long passes as a look takes, but not more than _LONGEST_PAUSE_S."""
_LONGEST_PAUSE_S = 2.0


class EarlyLooks:
    """Which cells of an experiment need not be asked any more; all are needed without a plan."""

    def __init__(self, store: Store, experiment: StoredExperiment, grid: Grid, plan: EarlyStop | None) -> None:
        self._store, self._experiment, self._grid, self._plan = store, experiment, grid, plan
        self._columns = [Candidate.from_json(packed) for packed in experiment.candidates]
        self._until: Mapping[int, int] = {}
        self._next_at = 0.0
        self._looked = False

    @property
    def is_due(self) -> bool:
        """Whether there is a plan, and the last look was long enough ago."""
        return self._plan is not None and time.monotonic() >= self._next_at

    def look(self) -> bool:
        """Look at what has come; says whether fewer cells are needed than before. Raises StoreError."""
        if self._plan is None:
            return False
        begun = time.monotonic()
        found = stored_early_stops(self._store, self._experiment, self._columns)
        until = {} if found is None else found.until
        changed = until != self._until
        self._until = until
        took = time.monotonic() - begun
        if self._looked:  # the first look, at nothing, also loads what looks need
            self._next_at = time.monotonic() + min(_SHARE * took, _LONGEST_PAUSE_S)
        self._looked = True
        return changed

    def needs(self, cell: int) -> bool:
        """Whether a cell is to be asked as far as is known."""
        place = self._grid.place(cell)
        return place.row < self._until.get(place.candidate, self._grid.rows)
