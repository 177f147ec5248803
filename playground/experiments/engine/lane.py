"""The requests of an experiment to one connection: what waits to be asked, model by model, and what is asked."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from playground.experiments.engine.clients import Clients
from playground.experiments.engine.column import AskedColumn
from playground.experiments.engine.crowd import MOST_AT_ONCE, Crowd
from playground.experiments.engine.reception import Reception
from playground.models.catalog import Catalog
from playground.providers import Connection

_QUEUED_OF_A_MODEL = 2
"""Requests that may wait for a minute's limit of their model to be renewed; more would only hold places."""


@dataclass(eq=False, slots=True)
class Lane:
    """One connection of a run. For one event loop."""

    connection: Connection
    clients: Clients
    crowd: Crowd
    waiting: dict[str, deque[int]] = field(default_factory=dict)
    """Numbers of cells that are to be asked, by model."""
    asked: dict[str, set[Reception]] = field(default_factory=dict)
    """What is on its way or waits to be sent once more, by model."""
    once_more: int = 0
    """Cells that were refused and wait to be sent again: they go first."""
    failures_in_a_row: int = 0

    @classmethod
    def to(cls, connection: Connection, catalog: Callable[[], Catalog]) -> "Lane":
        """The lane to a connection. A model of this machine answers one at a time, which it does alike each time."""
        most = 1 if connection.traits.here else MOST_AT_ONCE
        return cls(connection, Clients(connection, catalog), Crowd(most=most))

    def put(self, column: AskedColumn, cell: int) -> None:
        """Have a cell wait to be asked."""
        self.waiting.setdefault(column.card.id, deque()).append(cell)

    def put_back(self, column: AskedColumn, cell: int) -> None:
        """Have a cell that could not be claimed be the first to be asked."""
        self.waiting.setdefault(column.card.id, deque()).appendleft(cell)

    def take(self) -> Iterator[int]:
        """Cells that may be asked for now, of each model in turn as many as there is room."""
        queued = {model: sum(one.queued for one in asked) for model, asked in self.asked.items()}
        room = self.crowd.room + sum(queued.values()) - self.once_more
        open_models = [model for model, cells in self.waiting.items() if cells]
        open_models = [model for model in open_models if queued.get(model, 0) < _QUEUED_OF_A_MODEL]
        while room > 0 and open_models:
            for model in list(open_models):
                if room <= 0:
                    return
                yield self.waiting[model].popleft()
                room -= 1
                if not self.waiting[model]:
                    open_models.remove(model)

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be asked."""
        return not any(self.waiting.values())

    @property
    def busy(self) -> bool:
        """Whether anything is on its way."""
        return any(self.asked.values())
