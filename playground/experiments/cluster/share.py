"""Which cells of an experiment go to a cluster together, and which are still to be asked."""

from collections.abc import Iterator

from playground.experiments.cells import Grid
from playground.experiments.engine.early import EarlyLooks
from playground.store import Store

FEWEST_IN_A_TASK, MOST_IN_A_TASK = 200, 1_000
"""Fewer cells cost more to hand out than to ask; of more, too many would wait for the last worker."""
_TASKS_A_PLACE = 4


def cells_in_a_task(grid: Grid, places: int) -> int:
    """How many cells one task has: all candidates of some rows, so that a pair's answers come to one worker."""
    wanted = grid.cells // (max(places, 1) * _TASKS_A_PLACE)
    wanted = min(max(wanted, FEWEST_IN_A_TASK), MOST_IN_A_TASK)
    return max(wanted // grid.candidates, 1) * grid.candidates


class CellShares:
    """Goes through an experiment once. Not for an event loop."""

    def __init__(self, store: Store, experiment_id: str, grid: Grid, early: EarlyLooks, size: int) -> None:
        self._store, self._experiment_id, self._early = store, experiment_id, early
        self._left = iter(range(start, min(start + size, grid.cells)) for start in range(0, grid.cells, size))
        self._again: list[range] = []

    def next(self) -> range | None:
        """The next cells of which some are to be asked or judged; None after the last. Raises StoreError."""
        if self._early.is_due:
            self._early.look()
        return next((cells for cells in self._candidates() if self._has_work(cells)), None)

    def put_back(self, cells: range) -> None:
        """Have cells looked at once more."""
        self._again.append(cells)

    def _candidates(self) -> Iterator[range]:
        while self._again:
            yield self._again.pop()
        yield from self._left

    def _has_work(self, cells: range) -> bool:
        missing = self._store.missing_cells(self._experiment_id, start=cells.start, end=cells.stop, most=len(cells))
        if any(map(self._early.needs, missing)):
            return True
        return bool(self._store.judging_cells(self._experiment_id, start=cells.start, end=cells.stop, most=1))
