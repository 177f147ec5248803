"""The requests of an experiment to one connection: what waits to be asked, model by model, and what is asked."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from playground.experiments.engine.clients import Clients
from playground.experiments.engine.crowd import MOST_AT_ONCE, Crowd
from playground.experiments.engine.reception import Reception
from playground.models.catalog import Catalog
from playground.providers import Connection
from playground.store.experiment_records import ITSELF

CellUnit = tuple[int, int]
"""A cell, and which of its judges; ITSELF for the answer."""
_QUEUED_OF_A_MODEL = 2
"""Requests that may wait for a minute's limit of their model to be renewed; more would only hold places."""


@dataclass(eq=False, slots=True)
class Lane:
    """One connection of a run. For one event loop."""

    connection: Connection
    clients: Clients
    crowd: Crowd
    waiting: dict[str, deque[CellUnit]] = field(default_factory=dict)
    """What is to be asked, by model."""
    asked: dict[str, set[Reception]] = field(default_factory=dict)
    """What is on its way or waits to be sent once more, by model."""
    once_more: Counter[str] = field(default_factory=Counter)
    """How many were refused and wait to be sent again, by model: they go first."""
    sent: Counter[str] = field(default_factory=Counter)
    """How many are on their way, by model."""
    full: dict[str, Crowd] = field(default_factory=dict)
    """Models that had no room, whatever room the connection has: how many may be on their way to each."""
    failures_in_a_row: int = 0

    @classmethod
    def to(cls, connection: Connection, catalog: Callable[[], Catalog]) -> "Lane":
        """The lane to a connection. A model of this machine answers one at a time, which it does alike each time."""
        most = 1 if connection.traits.here else MOST_AT_ONCE
        return cls(connection, Clients(connection, catalog), Crowd(most=most))

    def put(self, model: str, unit: CellUnit, *, first: bool = False) -> None:
        """Have a unit of a model wait to be asked, `first` of all where it could not be claimed."""
        units = self.waiting.setdefault(model, deque())
        if first:
            units.appendleft(unit)
        else:
            units.append(unit)

    def room_of(self, model: str) -> int:
        """How many more requests may be sent to a model now."""
        return min(self.crowd.room, self.full[model].room) if model in self.full else self.crowd.room

    def begin(self, model: str) -> float:
        """Note that a request is sent; returns the moment, which a refusal is told with."""
        self.sent[model] += 1
        if model in self.full:
            self.full[model].begin()
        return self.crowd.begin()

    def leave(self, model: str) -> None:
        """Note that a request is no longer on its way."""
        self.sent[model] -= 1
        self.crowd.leave()
        if model in self.full:
            self.full[model].leave()

    def answered(self, model: str) -> None:
        """Note that a request was answered."""
        self.crowd.answered()
        if model in self.full:
            self.full[model].answered()

    def refused(self, model: str, begun_at: float, retry_after_s: float | None, *, by_model: bool) -> None:
        """Note that the server had too many requests, or, `by_model`, that one of its models has no room for more."""
        if not by_model:
            self.crowd.refused(begun_at, retry_after_s)
            return
        if model not in self.full:
            self.full[model] = Crowd(most=MOST_AT_ONCE, at_once=self.crowd.size)
            self.full[model].on_their_way = self.sent[model]
        self.full[model].refused(begun_at, retry_after_s)

    def wait_s(self, model: str) -> float:
        """For how long nothing may be sent to a model, as was asked."""
        return max(self.crowd.wait_s, self.full[model].wait_s if model in self.full else 0.0)

    def take(self) -> Iterator[CellUnit]:
        """Units that may be asked for now, as many as there is room: judges, then of each model in turn."""
        queued = {model: sum(one.queued for one in asked) for model, asked in self.asked.items()}
        first = {model: count for model, count in self.once_more.items() if self.room_of(model) > 0}
        room = self.crowd.room + sum(queued.values()) - sum(first.values())
        left = {model: crowd.room - self.once_more[model] for model, crowd in self.full.items()}
        open_models = [model for model, units in self.waiting.items() if units and left.get(model, 1) > 0]
        open_models = [model for model in open_models if queued.get(model, 0) < _QUEUED_OF_A_MODEL]
        while room > 0 and open_models:
            judging = [model for model in open_models if self.waiting[model][0][1] != ITSELF]
            for model in judging or list(open_models):
                if room <= 0:
                    return
                yield self.waiting[model].popleft()
                room -= 1
                if model in left:
                    left[model] -= 1
                if not self.waiting[model] or left.get(model, 1) <= 0:
                    open_models.remove(model)

    @property
    def limited(self) -> tuple[float, str] | None:
        """Where all that is on its way waits for the next minute of its model: until when, and the first such model."""
        waits = [(one.exchange.wait, model) for model, asked in self.asked.items() for one in asked]
        if not all(wait is not None and wait.reason == "queued" for wait, _ in waits):
            return None
        return min(((wait.until, model) for wait, model in waits if wait and wait.until is not None), default=None)

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be asked."""
        return not any(self.waiting.values())

    @property
    def queued(self) -> int:
        """How many units wait to be asked."""
        return sum(map(len, self.waiting.values()))

    @property
    def busy(self) -> bool:
        """Whether anything is on its way."""
        return any(self.asked.values())
