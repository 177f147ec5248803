"""What came of experiments, as it was read last: pages that look again and again do not wait for it to be read."""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from weakref import WeakValueDictionary

from playground.experiments.analysis import Analysis
from playground.experiments.loading import stored_analysis
from playground.experiments.results import ResultColumn
from playground.store import Store, StoredExperiment, StoreError
from playground.store.experiment_records import Headway
from playground.system.imports import importing

CELLS_AT_HAND = 400_000
"""Cells of all experiments that are kept at hand beside those that somebody looks at."""
LOOKED_AT_S = 15.0
"""Whoever looks asks again within this."""
_SHARE = 0.1
"""Of the time so much goes into reading what moves."""

_Key = tuple[str, str]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Read:
    """What was read, what the database held then, when that was, how long it took, and when it was last asked for."""

    analysis: Analysis
    state: Hashable
    at: float
    took: float
    asked: float

    @property
    def due(self) -> float:
        """When it may be read again."""
        return self.at + self.took / _SHARE


class ResultsAtHand:
    """The results of experiments that somebody looks at. Thread-safe.

    What somebody looks at stays, however large: it would be read again at once. So does what took long to read,
    until it may be read again.
    """

    def __init__(self, most_cells: int = CELLS_AT_HAND, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_cells, self._clock = most_cells, clock
        self._kept: dict[_Key, _Read] = {}
        self._looking: dict[_Key, threading.Thread] = {}
        self._readers: WeakValueDictionary[_Key, threading.Lock] = WeakValueDictionary()
        self._lock = threading.Lock()

    def now(self, store: Store, experiment: StoredExperiment, columns: Sequence[ResultColumn]) -> Analysis:
        """All that has come until now; read anew where something came since, by one at a time. Raises StoreError."""
        key = (store.owner.id, experiment.id)
        with self._lock:
            reader = self._readers.setdefault(key, threading.Lock())
        with reader:
            state = _state(store.headway(experiment.id))
            known = self._asked(key)
            if known is not None and known.state == state:
                return known.analysis
            return self._read(store, experiment, columns, state).analysis

    def lately(self, store: Store, experiment: StoredExperiment, columns: Sequence[ResultColumn]) -> Analysis:
        """What had come a moment ago, at once where it was read before; a thread then looks for what came since.

        Of the time a tenth goes into that: what takes a second to read is read every ten. Raises StoreError.
        """
        key = (store.owner.id, experiment.id)
        known = self._asked(key)
        if known is None:
            return self.now(store, experiment, columns)
        with self._lock:
            if self._clock() >= known.due and key not in self._looking:
                look = partial(self._look, key, store, experiment, columns)
                self._looking[key] = threading.Thread(target=look, name="experiment results", daemon=True)
                self._looking[key].start()
        return known.analysis

    def clear(self) -> None:
        """Keep nothing more, once no thread reads any more."""
        with self._lock:
            looking = list(self._looking.values())
        for thread in looking:
            thread.join()
        with self._lock:
            self._kept.clear()

    def _look(self, key: _Key, store: Store, experiment: StoredExperiment, columns: Sequence[ResultColumn]) -> None:
        try:
            importing(partial(self.now, store, experiment, columns))
        except StoreError:
            pass  # whoever looks next says what is wrong
        except Exception:
            log.exception("results of experiment %s cannot be read", experiment.id)
            with self._lock:
                if (known := self._kept.get(key)) is not None:
                    known.at = self._clock()  # not again with each look of a page
        finally:
            with self._lock:
                self._looking.pop(key, None)

    def _asked(self, key: _Key) -> _Read | None:
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                known.asked = self._clock()
            self._forget()
            return known

    def _read(
        self, store: Store, experiment: StoredExperiment, columns: Sequence[ResultColumn], state: Hashable
    ) -> _Read:
        begun = self._clock()
        analysis = stored_analysis(store, experiment, columns)
        analysis.figures, analysis.pairs()  # which take longest, and are kept with it
        at = self._clock()
        read = _Read(analysis, state, at, at - begun, at)
        with self._lock:
            self._kept[store.owner.id, experiment.id] = read
            self._forget()
        return read

    def _forget(self) -> None:
        """Keep no more cells than it may be, beside those that somebody looks at."""
        now = self._clock()
        idle = [key for key, one in self._kept.items() if now >= max(one.asked + LOOKED_AT_S, one.due)]
        cells = sum(len(self._kept[key].analysis.outlines) for key in idle)
        for key in sorted(idle, key=lambda key: self._kept[key].asked):
            if cells <= self._most_cells:
                return
            cells -= len(self._kept.pop(key).analysis.outlines)


def _state(headway: Headway) -> Hashable:
    """What changes whenever an answer or a judgement comes, or is taken away."""
    outcomes = tuple(sorted(headway.outcomes.items()))
    return outcomes, headway.judgements, headway.asked_twice, headway.unsent, headway.spent


results_at_hand = ResultsAtHand()
"""Those of this process."""
