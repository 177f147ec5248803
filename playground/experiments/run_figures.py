"""What came of a run as a whole, for a list of runs: found on a thread, and kept."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial

from playground.experiments.analysis import Analysis
from playground.experiments.candidates import Candidate
from playground.experiments.loading import stored_analysis
from playground.experiments.named_columns import named_columns
from playground.experiments.statistics.clusters import RateEstimate
from playground.store import Store, StoredExperiment, StoreError
from playground.system.imports import importing

RUNS_AT_HAND = 2_000
_SHARE = 0.1
"""Of the time so much goes into a run whose answers still come."""

_Key = tuple[str, str]
"""The ids of an owner and of an experiment."""
_Wanted = tuple[Store, StoredExperiment, Hashable]

log = logging.getLogger(__name__)


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
    figures: RunFigures | None
    state: Hashable
    at: float
    took: float


class RunFiguresAtHand:
    """The figures of runs that were listed. Thread-safe."""

    def __init__(self) -> None:
        self._found: OrderedDict[_Key, _Found] = OrderedDict()
        self._wanted: OrderedDict[_Key, _Wanted] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def of(
        self, store: Store, runs: Sequence[tuple[StoredExperiment, Hashable]]
    ) -> tuple[dict[str, RunFigures], frozenset[str]]:
        """What is known of runs by their ids, each given with its state, and which of them are not up to date.

        Those are found out on a thread, the first ones first; what cannot be found is not known, and up to date.
        """
        known: dict[str, RunFigures] = {}
        late: set[str] = set()
        with self._lock:
            for experiment, state in runs:
                key = (store.owner.id, experiment.id)
                found = self._found.get(key)
                if found is not None and found.figures is not None:
                    known[experiment.id] = found.figures
                if found is None or found.state != state:
                    late.add(experiment.id)
                    if _is_due(experiment, found):
                        self._wanted[key] = (store, experiment, state)
            while len(self._wanted) > RUNS_AT_HAND:
                self._wanted.popitem()  # whoever lists it next wants it again
            if self._wanted and self._thread is None:
                self._thread = threading.Thread(target=self._find, name="figures of runs", daemon=True)
                self._thread.start()
        return known, frozenset(late)

    def wait(self) -> None:
        """Wait until all that is wanted has been looked for."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    def clear(self) -> None:
        """Know nothing more, once nothing is looked for."""
        self.wait()
        with self._lock:
            self._found.clear()

    def _find(self) -> None:
        while (wanted := self._next()) is not None:
            store, experiment, state = wanted
            begun = time.monotonic()
            try:
                figures = importing(partial(_figures, store, experiment))
            except StoreError:
                continue  # whoever lists it next says what is wrong
            except Exception:
                log.exception("what came of experiment %s cannot be told", experiment.id)
                figures = None
            now = time.monotonic()
            with self._lock:
                self._found[store.owner.id, experiment.id] = _Found(figures, state, now, now - begun)
                while len(self._found) > RUNS_AT_HAND:
                    self._found.popitem(last=False)

    def _next(self) -> _Wanted | None:
        """What is to be found next; where that is nothing the thread ends."""
        with self._lock:
            while self._wanted:
                key, wanted = self._wanted.popitem(last=False)
                found = self._found.get(key)
                if found is None or found.state != wanted[2]:  # it may have been found since it was wanted
                    return wanted
            self._thread = None
            return None


def _is_due(experiment: StoredExperiment, found: _Found | None) -> bool:
    """Whether it is read now: while answers come not too often, after that at once."""
    if found is None or experiment.status != "running":
        return True
    return time.monotonic() - found.at >= found.took / _SHARE


def _figures(store: Store, experiment: StoredExperiment) -> RunFigures:
    columns = named_columns([Candidate.from_json(packed) for packed in experiment.candidates])
    return run_figures(stored_analysis(store, experiment, columns))


run_figures_at_hand = RunFiguresAtHand()
"""Those of this process."""
