"""What runs in a worker of the cluster: it asks for cells as the app does, with the keys of its own environment."""

import atexit
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from playground.connections.settings import SettingError
from playground.errors import ProviderError
from playground.experiments.cluster.cell_task import CellTask, TaskEnd
from playground.experiments.engine.runner import ExperimentRunner, ExperimentRunners
from playground.experiments.opening import environment_rosters, environment_stores
from playground.owner import Owner
from playground.store import Failure, MissingError, StoreError, Stores
from playground.system.places import app_version

WORKER_PATIENCE_S = 15.0
"""How long a worker waits for servers' lists of models."""
_MOST_RUNNERS = 8
"""Experiments whose models are at hand."""


def ask_cells(task: CellTask) -> TaskEnd:
    """Ask for the cells of a task that are missing, as `ExperimentRunner.help` does, and tell how that ended.

    After what somebody has to mend, connections and prices are read anew for the next task.
    """
    end = _end_of(task)
    if end.refused is not None or (end.ended is not None and end.ended.reason is not None and not end.ended.full):
        _worker.forget(task)
    return end


def _end_of(task: CellTask) -> TaskEnd:
    if task.version != app_version():
        what = f"It has version {app_version()} of the playground, and the app has {task.version}."
        return _refused(what, "Start the workers from the same version.")
    try:
        runner = _worker.runner(task)
        with _worker.alone_with(task):
            return TaskEnd(runner.help(task.experiment, range(task.start, task.end)).result())
    except MissingError:
        return _refused("Its database does not have this experiment.", _DATABASE_HINT)
    except StoreError as error:
        return _refused(error.message, error.hint)
    except SettingError as error:
        return _refused(error.message, "Mend it in the worker's environment.")
    except ProviderError as error:
        return TaskEnd(refused=Failure.of(error))


class _Worker:
    """The database and the models of this process, opened once."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._lock = threading.Lock()
        self._stores: Stores | None = None
        self._runners: dict[tuple[str, str], ExperimentRunner] = {}
        self._changed = threading.Condition()
        self._running: set[tuple[str, int]] = set()

    def runner(self, task: CellTask) -> ExperimentRunner:
        """What runs experiments here; connections and prices are read anew for each experiment."""
        key = task.owner, task.experiment
        with self._lock:
            if key not in self._runners:
                while len(self._runners) >= _MOST_RUNNERS:
                    self._runners.pop(next(iter(self._runners)))
                self._runners[key] = self._made(Owner(task.owner))
            return self._runners[key]

    def forget(self, task: CellTask) -> None:
        """Have what runs an experiment made anew by the next task; tasks that it runs go on."""
        with self._lock:
            self._runners.pop((task.owner, task.experiment), None)

    def _made(self, owner: Owner) -> ExperimentRunner:
        if self._stores is None:
            self._stores = self._stack.enter_context(environment_stores())
            atexit.register(self._stack.close)
        roster = environment_rosters(self._stores).of(owner).roster
        roster.await_lists(WORKER_PATIENCE_S)
        return ExperimentRunners(self._stores, lambda _: roster).of(owner)

    @contextmanager
    def alone_with(self, task: CellTask) -> Iterator[None]:
        """Wait while this process asks for the same cells already: the scheduler may have taken it for lost."""
        key = task.experiment, task.start
        with self._changed:
            self._changed.wait_for(lambda: key not in self._running)
            self._running.add(key)
        try:
            yield
        finally:
            with self._changed:
                self._running.discard(key)
                self._changed.notify_all()


_worker = _Worker()

_DATABASE_HINT = "Start the workers with the PLAYGROUND_DATABASE_URL or the PLAYGROUND_DATA_DIR of the app."


def _refused(message: str, hint: str) -> TaskEnd:
    return TaskEnd(refused=Failure("permission", message, hint))
