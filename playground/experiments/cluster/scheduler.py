"""The scheduler of a Dask cluster, as far as experiments need it. Dask is imported with the first connection."""

import logging
from typing import Any, Self

from playground.experiments.cluster.cell_task import CellTask, TaskEnd

CONNECT_PATIENCE_S = 10.0
"""How long a scheduler may take to answer; so long it may be away before a run pauses."""
_ANSWER_PATIENCE_S = 10.0

log = logging.getLogger(__name__)


class ClusterError(Exception):
    """The cluster cannot be used: what happened, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class AskedTask:
    """A task that was given to the scheduler. `done` may be asked at any time, `end` waits: not for an event loop."""

    def __init__(self, future: Any, task: CellTask) -> None:
        self._future, self.task = future, task

    @property
    def done(self) -> bool:
        """Whether there is an end to be told."""
        return bool(self._future.done())

    def end(self) -> TaskEnd | None:
        """How it ended; None where the scheduler forgot it. Raises ClusterError where no worker could do it."""
        from distributed import KilledWorker

        if self._future.cancelled():
            return None
        try:
            ended = self._future.result(timeout=_ANSWER_PATIENCE_S)
        except KilledWorker:
            raise ClusterError(
                "Workers of the cluster died again and again.",
                "Look at what they write, and whether they have enough memory; then go on.",
            ) from None
        except (ImportError, AttributeError) as error:
            raise ClusterError(
                f"A worker of the cluster does not know the playground: {type(error).__name__}.",
                "Start the workers from the folder of the app, or with it on PYTHONPATH, and the same version.",
            ) from None
        except Exception as error:
            if self._future.cancelled():
                return None
            log.warning("a task of a cluster failed", exc_info=error)
            raise ClusterError(
                f"A worker of the cluster failed: {type(error).__name__}.", "Look at what it writes; then go on."
            ) from None
        return ended if isinstance(ended, TaskEnd) else None


class Scheduler:
    """A connection to a scheduler. Its methods wait for the network: not for an event loop."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self.address = client, address

    @classmethod
    def at(cls, address: str) -> Self:
        """Connect to an address, by TLS with the certificates of Dask's configuration. Raises ClusterError."""
        from distributed import Client

        try:
            client = Client(address, timeout=CONNECT_PATIENCE_S, set_as_default=False, name="llm-playground")
        except Exception as error:  # of sockets, of TLS, and of its own handshake
            log.warning("the cluster at %s cannot be reached", address, exc_info=error)
            raise ClusterError(
                f"The scheduler of the cluster at {address} cannot be reached.",
                "Start it by `dask scheduler`, or correct PLAYGROUND_CLUSTER_URL; then go on.",
            ) from None
        return cls(client, address)

    @property
    def there(self) -> bool:
        """Whether it is connected just now."""
        return bool(self._client.status == "running")

    def threads(self) -> dict[str, int]:
        """How many tasks each worker does at once, by its address. Raises ClusterError."""
        try:
            found: dict[str, int] = self._client.nthreads()
        except Exception as error:
            raise ClusterError(f"The scheduler of the cluster does not answer: {type(error).__name__}.", "") from None
        return found

    def ask(self, task: CellTask) -> AskedTask:
        """Have a worker do a task."""
        from playground.experiments.cluster.worker import ask_cells  # which knows the runner that knows this

        return AskedTask(self._client.submit(ask_cells, task, pure=False), task)

    def close(self) -> None:
        """Have the scheduler forget what it has not begun, and leave it."""
        try:
            self._client.close(timeout=_ANSWER_PATIENCE_S)
        except Exception as error:
            log.warning("the cluster at %s was not left in order", self.address, exc_info=error)
