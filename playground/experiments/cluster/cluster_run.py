"""One run of an experiment on a cluster: shares of its cells become tasks, and what is left at the end is done here.

The workers claim, ask, check and write by the database, as another process of the app would: it alone says what is
missing. So a worker or this process may end in any way, and no cell is lost.
"""

import asyncio
import logging
import time

from playground.answers.request_switch import RequestSwitch
from playground.connections.settings import SettingError
from playground.errors import ProviderError
from playground.experiments.cells import Grid
from playground.experiments.cluster.address import cluster_address, cluster_refusal
from playground.experiments.cluster.cell_task import CellTask, TaskEnd
from playground.experiments.cluster.scheduler import CONNECT_PATIENCE_S, AskedTask, ClusterError, Scheduler
from playground.experiments.cluster.share import CellShares, cells_in_a_task
from playground.experiments.definition import Definition
from playground.experiments.engine.course import failure_of
from playground.experiments.engine.early import EarlyLooks
from playground.experiments.engine.run import RunEnd, RunInProgress
from playground.experiments.engine.threads import beside
from playground.experiments.engine.underway import PAUSE_PATIENCE_S
from playground.models.roster import Roster
from playground.store import ExperimentStatus, Failure, MissingError, Store, StoredExperiment, StoreError
from playground.system.places import app_version

CLUSTER_LOOKED_AT_EVERY_S = 0.2
_DATABASE_LOOKED_AT_EVERY_S = 1.0
_TASKS_A_PLACE = 2
"""One that is done, and one that a worker begins at once after it."""
_STOP_PATIENCE_S = 5.0
"""How long workers may take to see that it was stopped."""

log = logging.getLogger(__name__)


class ClusterRun:
    """One run. `pause` and `stop` may be called on any thread; the rest is for the network's loop."""

    def __init__(self, store: Store, roster: Roster, switch: RequestSwitch, experiment: StoredExperiment) -> None:
        self.experiment = experiment
        self._store, self._roster, self._switch = store, roster, switch
        self._loop = asyncio.get_running_loop()
        self._grid = Grid(experiment.rows, len(experiment.candidates), experiment.repetitions)
        early_stop = Definition.model_validate(experiment.definition).early_stop
        self._early = EarlyLooks(store, experiment, self._grid, early_stop)
        self._scheduler: Scheduler
        self._shares: CellShares
        self._asked: list[AskedTask] = []
        self._places = 0
        self._full = False
        self._next: range | None = None
        self._looked_at, self._there_at = float("-inf"), time.monotonic()
        self._wanted_end: ExperimentStatus | None = None
        self._reason: Failure | None = None
        self._noted = False
        self._rest: RunInProgress | None = None
        """What does the rest here, once the cluster has nothing left."""
        self.ending = False
        """Whether it asks for nothing more."""
        self.workers = 0
        """Workers of the cluster."""
        self._waits_for = ""

    @property
    def waits_for(self) -> str:
        """Why nothing is asked for just now, as a sentence; "" where something is."""
        return self._waits_for if self._rest is None else self._rest.waits_for

    @property
    def at_once(self) -> int:
        """Requests that are on their way from this process."""
        return 0 if self._rest is None else self._rest.at_once

    def pause(self, reason: Failure | None = None) -> None:
        """Ask for nothing more; what is on its way may end. Thread-safe."""
        self.ending = True
        self._loop.call_soon_threadsafe(self._end_as, "paused", reason)

    def stop(self) -> None:
        """Ask for nothing more, and stop what is on its way. Thread-safe."""
        self.ending = True
        self._loop.call_soon_threadsafe(self._end_as, "stopped", None)

    def _end_as(self, status: ExperimentStatus, reason: Failure | None) -> None:
        self.ending = True
        if self._wanted_end is None or status == "stopped":
            self._wanted_end, self._reason = status, reason
        if self._rest is not None:
            self._rest.stop() if status == "stopped" else self._rest.pause(reason)

    async def run(self) -> RunEnd:
        """Have all cells that are missing asked for, then note how the experiment stands, and tell it."""
        try:
            async with self._switch.request(self._stopped_by_administrator, self._store.owner):
                await self._ask_cluster()
        except MissingError:
            self._end_as("stopped", None)
        except (ProviderError, StoreError, ClusterError) as error:
            self._end_as("paused", failure_of(error))
        except Exception as error:
            log.exception("experiment %s failed unexpectedly on a cluster", self.experiment.id)
            own = Failure("server", f"The playground itself failed: {type(error).__name__}.", "Go on.")
            self._end_as("paused", own)
        if self._wanted_end is None:
            self._rest = RunInProgress(self._store, self._roster, self._switch, self.experiment)
            return await self._rest.run()
        if not self._noted:
            await self._note(self._wanted_end)
        return RunEnd(self._wanted_end, self._reason)

    def _stopped_by_administrator(self, why: str) -> None:
        self._end_as("paused", Failure("permission", why, "Go on when requests are allowed again."))

    async def _ask_cluster(self) -> None:
        if refusal := cluster_refusal():
            raise ClusterError(refusal, "Then go on, or run it again on this app.")
        self._waits_for = "Connecting to the cluster."
        self._scheduler = await beside(Scheduler.at, _address())
        try:
            await beside(self._store.take_over, self.experiment.id)
            await beside(self._early.look)
            await self._await_workers()
            while self._wanted_end is None and await self._round():
                self._full = False
        finally:
            self.workers = 0
            if self._wanted_end is not None:  # before the scheduler is left, which may take a while
                await self._note(self._wanted_end)
            await beside(self._scheduler.close)

    async def _round(self) -> bool:
        """Go through all cells once; says whether any came of it, so that it is worth another look."""
        before = await self._came()
        size = cells_in_a_task(self._grid, self._places)
        self._shares = CellShares(self._store, self.experiment.id, self._grid, self._early, size)
        await self._find_next()
        while self._wanted_end is None and (self._next or self._asked):
            try:
                if not self._full:
                    await self._hand_out()
                await self._look()
            except MissingError:
                raise
            except StoreError as error:  # it is away: what is on its way goes on
                self._waits_for = error.message
                await asyncio.sleep(_DATABASE_LOOKED_AT_EVERY_S)
            if self._full and not self._asked:
                break
        return self._wanted_end is None and await self._came() > before

    async def _came(self) -> int:
        standing = await beside(self._store.headway, self.experiment.id)
        return standing.answered + standing.judgements

    async def _await_workers(self) -> None:
        while self._wanted_end is None:
            await self._look()
            if self._places:
                return

    async def _hand_out(self) -> None:
        """Give the workers as many tasks as they have places for."""
        while self._next and len(self._asked) < self._places * _TASKS_A_PLACE:
            ids = self.experiment.id, self._store.owner.id
            task = CellTask(*ids, self._next.start, self._next.stop, version=app_version())
            self._asked.append(await beside(self._scheduler.ask, task))
            await self._find_next()

    async def _find_next(self) -> None:
        self._next = await beside(self._shares.next)

    async def _look(self) -> None:
        """Take in what has ended, after a moment, and see now and then how all stands."""
        await asyncio.sleep(CLUSTER_LOOKED_AT_EVERY_S)
        ended = [asked for asked in self._asked if asked.done]
        self._asked = [asked for asked in self._asked if not asked.done]
        for asked in ended:
            self._take_in(asked.task, await beside(asked.end))
        if time.monotonic() - self._looked_at > _DATABASE_LOOKED_AT_EVERY_S:
            self._looked_at = time.monotonic()
            await self._look_at_cluster()
            await self._look_at_status()

    def _take_in(self, task: CellTask, end: TaskEnd | None) -> None:
        if end is None:  # the scheduler was away for a moment
            self._put_back(range(task.start, task.end))
        elif end.refused is not None:
            self._end_as("paused", _at_worker(end.refused))
        elif end.ended is not None and end.ended.full:  # what others hold may become free again
            self._full = True
        elif end.ended is not None and end.ended.reason is not None:
            self._end_as("paused", _at_worker(end.ended.reason))

    def _put_back(self, cells: range) -> None:
        if self._next is None:
            self._next = cells
        else:
            self._shares.put_back(cells)

    async def _look_at_cluster(self) -> None:
        now = time.monotonic()
        if self._scheduler.there:
            self._there_at = now
            threads = await beside(self._scheduler.threads)
            self.workers, self._places = len(threads), sum(threads.values())
        elif now - self._there_at > CONNECT_PATIENCE_S:
            raise ClusterError(
                f"The scheduler of the cluster at {self._scheduler.address} is gone.", "Start it again, then go on."
            )
        self._waits_for = "" if self.workers else _no_workers(self._scheduler.address)

    async def _look_at_status(self) -> None:
        """See whether somebody paused, stopped or deleted it, here or in another process."""
        found = await beside(self._store.join_experiment, self.experiment.id)
        if found.status != "running":
            self._end_as(found.status, found.reason)

    async def _note(self, status: ExperimentStatus) -> None:
        """Have the workers see how it stands, and wait until nothing is on its way any more."""
        self._noted = True
        try:
            await beside(self._store.change_experiment, self.experiment.id, status, reason=self._reason)
            self._waits_for = "The workers of the cluster end what is on its way."
            patience = _STOP_PATIENCE_S if status == "stopped" else PAUSE_PATIENCE_S
            until = time.monotonic() + patience
            while time.monotonic() < until:
                await beside(self._store.take_over, self.experiment.id)
                if not (await beside(self._store.headway, self.experiment.id)).under_way:
                    return
                await asyncio.sleep(CLUSTER_LOOKED_AT_EVERY_S)
        except MissingError:
            pass
        except StoreError as error:  # it is still "running", and gone on with by whoever comes next
            log.warning("how experiment %s stands could not be noted: %s", self.experiment.id, error.message)


def _address() -> str:
    try:
        return cluster_address()
    except SettingError as error:
        raise ClusterError(error.message, "") from None


def _no_workers(address: str) -> str:
    return f"No worker has joined the cluster: start one by `dask worker {address} --nthreads 2`."


def _at_worker(failure: Failure) -> Failure:
    return Failure(failure.kind, f"At a worker of the cluster: {failure.message}", failure.hint)
