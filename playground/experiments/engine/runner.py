"""Starts, pauses and stops experiments, also those that an earlier process left running."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Self

from playground.answers.network import network
from playground.answers.request_switch import request_switch
from playground.experiments.candidates import candidates_of
from playground.experiments.cluster.cluster_run import ClusterRun
from playground.experiments.definition import Definition
from playground.experiments.engine.run import RunEnd, RunInProgress
from playground.experiments.engine.threads import beside
from playground.experiments.estimate import ExperimentEstimate, estimate_experiment
from playground.experiments.setting_up import make_experiment, require_something, rows_of_split
from playground.models.roster import Roster
from playground.owner import Owner
from playground.store import MissingError, Store, StoredExperiment, StoreError, Stores

_Key = tuple[Owner, str]
"""An owner, and the id of an experiment."""

log = logging.getLogger(__name__)


class ExperimentRunners:
    """Runs the experiments of all owners. May be called on any thread."""

    def __init__(self, stores: Stores, roster_of: Callable[[Owner], Roster]) -> None:
        self._stores = stores
        self.roster_of = roster_of
        self.runs: dict[_Key, RunInProgress | ClusterRun] = {}
        self.ends: dict[_Key, Future[None]] = {}
        self.again: set[_Key] = set()
        """Those that are gone on with as soon as their run has ended, which is to pause just now."""
        self.deciding = threading.Lock()
        """Held while it is decided whether one is gone on with: whoever stops it comes before or after that."""

    def of(self, owner: Owner, *, read_only: bool = False) -> "ExperimentRunner":
        """What runs the experiments of an owner; one that is `read_only` changes none: raises ReadOnlyError."""
        return ExperimentRunner(self, self._stores.of(owner, read_only=read_only))

    def resume(self) -> Self:
        """Go on with each experiment that was running when its process ended. Raises StoreError."""
        for owner, experiment_id in self._stores.running_experiments():
            try:
                self.of(owner).start(experiment_id)
            except MissingError:
                log.info("experiment %s was deleted before it could be gone on with", experiment_id)
        return self


class ExperimentRunner:
    """Runs the experiments of one owner. May be called on any thread; how one stands is always in the store."""

    def __init__(self, runners: ExperimentRunners, store: Store) -> None:
        self.store = store
        self._runners = runners

    @property
    def roster(self) -> Roster:
        """The owner's models."""
        return self._runners.roster_of(self.store.owner)

    def estimate(self, definition: Definition) -> ExperimentEstimate:
        """What an experiment takes before it runs. Raises ProviderError and NothingToAskError."""
        candidates = candidates_of(definition, self.roster)
        rows = rows_of_split(definition, definition.dataset.rows)
        require_something(rows, candidates)
        return estimate_experiment(definition, rows, candidates, self.roster)

    def create(self, definition: Definition) -> str:
        """Keep an experiment about the rows that are in its definition, to be started; returns its id.

        Raises ProviderError, NothingToAskError and StoreError.
        """
        rows = rows_of_split(definition, definition.dataset.rows)
        return make_experiment(self.store, self.roster, definition, rows).experiment.id

    def start(self, experiment_id: str, *, most: int | None = None) -> "Future[None]":
        """Run an experiment, or go on with it; the future is done when the run has ended.

        With `most` it pauses after so many cells, to be looked at: those are not asked for again.

        Raises MissingError, BusyExperimentError where another process runs it, and StoreError.
        """
        key = self.store.owner, experiment_id
        with self._runners.deciding:
            if (end := self._runners.ends.get(key)) is not None and not end.done():
                run = self._running(experiment_id)
                if run is not None and run.ending:
                    self._runners.again.add(key)
                return end
            if not self.store.begin_experiment(experiment_id):
                raise BusyExperimentError
            experiment = self.store.experiment(experiment_id)
            if experiment is None:
                raise MissingError("experiment", experiment_id)
            end = network().submit(self._run(experiment, most))
            self._runners.ends[key] = end
            return end

    def help(self, experiment_id: str, cells: range | None = None) -> "Future[RunEnd]":
        """Ask for cells of an experiment that another process runs, until none is missing or it does not run any more.

        With `cells` only for these; a process has one such run at a time. Raises MissingError and StoreError.
        """
        experiment, roster = self.store.join_experiment(experiment_id), self.roster

        async def run() -> RunEnd:
            return await RunInProgress(
                self.store, roster, request_switch(), experiment, helping=True, cells=cells
            ).run()

        return network().submit(run())

    def pause(self, experiment_id: str) -> None:
        """Have nothing more be asked; what is on its way may end. Raises MissingError and StoreError."""
        with self._runners.deciding:
            self._runners.again.discard((self.store.owner, experiment_id))
            self.store.change_experiment(experiment_id, "paused")
        if (run := self._running(experiment_id)) is not None:
            run.pause()

    def stop(self, experiment_id: str) -> None:
        """Stop what is on its way, and have nothing more be asked. Raises MissingError and StoreError."""
        with self._runners.deciding:
            self._runners.again.discard((self.store.owner, experiment_id))
            self.store.change_experiment(experiment_id, "stopped")
        if (run := self._running(experiment_id)) is not None:
            run.stop()

    def delete(self, experiment_id: str) -> None:
        """Delete an experiment, and stop what is on its way. Raises StoreError."""
        with self._runners.deciding:
            self._runners.again.discard((self.store.owner, experiment_id))
            self.store.delete_experiment(experiment_id)
        if (run := self._running(experiment_id)) is not None:
            run.stop()

    def is_running(self, experiment_id: str) -> bool:
        """Whether this process runs an experiment."""
        end = self._runners.ends.get((self.store.owner, experiment_id))
        return end is not None and not end.done()

    def at_once(self, experiment_id: str) -> int:
        """Requests of an experiment that are on their way from this process."""
        run = self._running(experiment_id)
        return 0 if run is None else run.at_once

    def waits_for(self, experiment_id: str) -> str:
        """Why nothing is asked just now, as a sentence; "" where something is."""
        run = self._running(experiment_id)
        return "" if run is None else run.waits_for

    def workers(self, experiment_id: str) -> int:
        """Workers of the cluster that an experiment runs on; 0 where it runs on none."""
        run = self._running(experiment_id)
        return run.workers if isinstance(run, ClusterRun) else 0

    def _running(self, experiment_id: str) -> RunInProgress | ClusterRun | None:
        return self._runners.runs.get((self.store.owner, experiment_id))

    async def _run(self, experiment: StoredExperiment, most: int | None) -> None:
        key = self.store.owner, experiment.id
        roster = await beside(self._runners.roster_of, self.store.owner)
        while True:
            run = self._runners.runs[key] = self._made_run(experiment, roster, most)
            try:
                await run.run()
            except BaseException:
                self._runners.runs.pop(key, None)
                raise
            if not await beside(self._begun_again, key):
                return
            most = None

    def _begun_again(self, key: _Key) -> bool:
        """Whether it is gone on with here: somebody wants that, and no other process runs it.

        Where it is not, this run is over from here on: whoever starts it next begins another one.
        """
        with self._runners.deciding:
            del self._runners.runs[key]
            wanted = key in self._runners.again
            self._runners.again.discard(key)
            if wanted and self.store.begin_experiment(key[1]):
                return True
            self._runners.ends.pop(key, None)
            return False

    def _made_run(self, experiment: StoredExperiment, roster: Roster, most: int | None) -> RunInProgress | ClusterRun:
        """A run where the experiment is to run; a few cells to be looked at are asked here."""
        if experiment.engine == "cluster" and most is None:
            return ClusterRun(self.store, roster, request_switch(), experiment)
        return RunInProgress(self.store, roster, request_switch(), experiment, most=most)


class BusyExperimentError(StoreError):
    """Another process runs the experiment."""

    def __init__(self) -> None:
        super().__init__(
            "Another process of the playground runs this experiment.", "Pause it there, or wait until it has ended."
        )
