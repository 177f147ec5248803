"""What came of experiments, as it was read last: pages that look again and again do not wait for it to be read."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from playground.experiments.analysis import Analysis
from playground.experiments.loading import stored_analysis
from playground.experiments.results import ResultColumn
from playground.store import Store, StoredExperiment, StoreError
from playground.store.experiment_records import Headway

CELLS_AT_HAND = 400_000
"""Cells of all experiments that are kept at hand; of a larger one nothing but itself."""
_SHARE = 0.1
"""Of the time so much goes into reading what moves."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, what the database held then, when that was, and how long it took."""

    analysis: Analysis
    state: Hashable
    at: float
    took: float


class ResultsAtHand:
    """The results of experiments that somebody looks at. Thread-safe."""

    def __init__(self, most_cells: int = CELLS_AT_HAND) -> None:
        self._most_cells = most_cells
        self._kept: OrderedDict[tuple[str, str], _Read] = OrderedDict()
        self._reading: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def now(self, store: Store, experiment: StoredExperiment, columns: Sequence[ResultColumn]) -> Analysis:
        """All that has come until now; read anew where something came since. Raises StoreError."""
        key, state = (store.owner.id, experiment.id), _state(store.headway(experiment.id))
        with self._lock:
            known = self._kept.get(key)
            if known is not None and known.state == state:
                self._kept.move_to_end(key)
                return known.analysis
        return self._read(store, experiment, columns, state).analysis

    def lately(self, store: Store, experiment: StoredExperiment, columns: Sequence[ResultColumn]) -> Analysis:
        """What had come a moment ago, at once where it was read before; a thread then looks for what came since.

        Of the time a tenth goes into that: what takes a second to read is read every ten. Raises StoreError.
        """
        key = (store.owner.id, experiment.id)
        with self._lock:
            known = self._kept.get(key)
            due = known is not None and time.monotonic() - known.at >= known.took / _SHARE
            begins = due and key not in self._reading
            if begins:
                self._reading.add(key)
        if known is None:
            return self.now(store, experiment, columns)
        if begins:
            threading.Thread(
                target=self._look, args=(key, store, experiment, columns), name="experiment results", daemon=True
            ).start()
        return known.analysis

    def _look(
        self, key: tuple[str, str], store: Store, experiment: StoredExperiment, columns: Sequence[ResultColumn]
    ) -> None:
        try:
            self.now(store, experiment, columns)
        except StoreError:
            pass  # whoever looks next says what is wrong
        finally:
            with self._lock:
                self._reading.discard(key)

    def _read(
        self, store: Store, experiment: StoredExperiment, columns: Sequence[ResultColumn], state: Hashable
    ) -> _Read:
        begun = time.monotonic()
        analysis = stored_analysis(store, experiment, columns)
        analysis.figures, analysis.pairs()  # which take longest, and are kept with it
        read = _Read(analysis, state, time.monotonic(), time.monotonic() - begun)
        key = (store.owner.id, experiment.id)
        with self._lock:
            self._kept[key] = read
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and sum(len(one.analysis.outlines) for one in self._kept.values()) > (
                self._most_cells
            ):
                self._kept.popitem(last=False)
        return read


def _state(headway: Headway) -> Hashable:
    """What changes whenever an answer or a judgement comes, or is taken away."""
    outcomes = tuple(sorted(headway.outcomes.items()))
    return outcomes, headway.judgements, headway.asked_twice, headway.unsent, headway.spent


results_at_hand = ResultsAtHand()
"""Those of this process."""
