"""What a worker of the cluster is asked, and what it tells. Both are pickled, and hold no secret."""

from dataclasses import dataclass

from playground.experiments.engine.run import RunEnd
from playground.store import Failure


@dataclass(frozen=True, slots=True)
class CellTask:
    """Some cells of an experiment, from `start` to before `end`; `version` is that of the app which asks."""

    experiment: str
    owner: str
    start: int
    end: int
    version: str


@dataclass(frozen=True, slots=True)
class TaskEnd:
    """How a task ended; `refused` where the worker could not even begin, as without the database."""

    ended: RunEnd | None = None
    refused: Failure | None = None
