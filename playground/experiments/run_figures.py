"""What came of a run as a whole, for a list of runs: found on a thread, and kept."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from playground.experiments.analysis import Analysis
from playground.experiments.candidates import Candidate
from playground.experiments.loading import stored_analysis
from playground.experiments.named_columns import named_columns
from playground.experiments.statistics.clusters import RateEstimate
from playground.store import Store, StoredExperiment, StoreError

RUNS_AT_HAND = 2_000
_SHARE = 0.1
"""Of the time so much goes into a run whose answers still come."""


@dataclass(frozen=True, slots=True)
class RunFigures:
    """The rate over all columns together, and the best column where one is clearly better than all others.

    `columns` is how many have a rate.
    """

    rate: RateEstimate | None
    best: str | None
    columns: int


def run_figures(analysis: Analysis) -> RunFigures:
    """The figures of a run."""
    rated = [column for column in analysis.figures if column.rate is not None]
    best = None
    if len(rated) > 1:
        leader = max(rated, key=lambda column: column.rate.value if column.rate else 0.0).column
        led = {pair.better for pair in analysis.pairs().pairs if leader in (pair.first, pair.second)}
        if led == {leader}:
            best = analysis.columns[leader].title
    return RunFigures(analysis.rate, best, len(rated))


@dataclass(frozen=True, slots=True)
class _Found:
    figures: RunFigures
    state: Hashable
    at: float
    took: float


class RunFiguresAtHand:
    """The figures of runs that were listed. Thread-safe."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[str, str], _Found] = OrderedDict()
        self._wanted: list[tuple[Store, StoredExperiment, Hashable]] = []
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def of(
        self, store: Store, runs: Sequence[tuple[StoredExperiment, Hashable]]
    ) -> tuple[dict[str, RunFigures], frozenset[str]]:
        """What is known of runs by their ids, each given with its state, and which of them are not up to date.

        Those are found out on a thread, the first ones first.
        """
        known: dict[str, RunFigures] = {}
        late: list[tuple[Store, StoredExperiment, Hashable]] = []
        with self._lock:
            for experiment, state in runs:
                found = self._found.get((store.owner.id, experiment.id))
                if found is not None:
                    known[experiment.id] = found.figures
                if found is None or found.state != state:
                    late.append((store, experiment, state))
            self._wanted = [one for one in late if self._is_due(one)]
            if self._wanted and self._thread is None:
                self._thread = threading.Thread(target=self._find, name="figures of runs", daemon=True)
                self._thread.start()
        return known, frozenset(experiment.id for _, experiment, _ in late)

    def _is_due(self, wanted: tuple[Store, StoredExperiment, Hashable]) -> bool:
        store, experiment, _ = wanted
        found = self._found.get((store.owner.id, experiment.id))
        return found is None or time.monotonic() - found.at >= found.took / _SHARE

    def _find(self) -> None:
        try:
            while self._found_next():
                pass
        finally:
            with self._lock:
                self._thread = None

    def _found_next(self) -> bool:
        with self._lock:
            if not self._wanted:
                return False
            store, experiment, state = self._wanted.pop(0)
        begun = time.monotonic()
        columns = named_columns([Candidate.from_json(packed) for packed in experiment.candidates])
        try:
            figures = run_figures(stored_analysis(store, experiment, columns))
        except StoreError:
            return True  # whoever lists it next says what is wrong
        now = time.monotonic()
        with self._lock:
            self._found[store.owner.id, experiment.id] = _Found(figures, state, now, now - begun)
            while len(self._found) > RUNS_AT_HAND:
                self._found.popitem(last=False)
        return True


run_figures_at_hand = RunFiguresAtHand()
"""Those of this process."""
