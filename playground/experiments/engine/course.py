"""How a run goes on: whether it is to end, how and why, and what it waits for. What its parts tell each other by."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from playground.errors import ProviderError
from playground.store import ExperimentStatus, Failure


class Course:
    """The course of one run. `pause` and `stop` may be called on any thread; the rest is for its event loop."""

    def __init__(self, stop_all: Callable[[], None]) -> None:
        """`stop_all` stops what is on its way."""
        self._loop = asyncio.get_running_loop()
        self._stop_all = stop_all
        self.awake = asyncio.Event()
        """Set when something has changed."""
        self.ending = False
        """Whether it asks for nothing more."""
        self.wanted_end: ExperimentStatus | None = None
        self.reason: Failure | None = None
        self.waits_for = ""
        """Why nothing is asked for just now, as a sentence; "" where something is."""

    def pause(self, reason: Failure | None = None) -> None:
        """Ask for nothing more; what is on its way may end. Thread-safe."""
        self.ending = True
        self._loop.call_soon_threadsafe(self.end_as, "paused", reason)

    def stop(self) -> None:
        """Ask for nothing more, and stop what is on its way. Thread-safe."""
        self.ending = True
        self._loop.call_soon_threadsafe(self.end_as, "stopped", None)

    def end_as(self, status: ExperimentStatus, reason: Failure | None) -> None:
        """Ask for nothing more, and have the run end so; the first reason counts, unless it is stopped."""
        self.ending = True
        if self.wanted_end is None or status == "stopped":
            self.wanted_end, self.reason = status, reason
        if status == "stopped":
            self._stop_all()
        self.awake.set()

    def tell(self, waits_for: str) -> None:
        """Say why nothing is asked for just now."""
        self.waits_for = waits_for

    def wake(self) -> None:
        """Have the run look at what is to be done."""
        self.awake.set()


class _Told(Protocol):
    """An error that says what happened and what to do."""

    message: str
    hint: str


def failure_of(error: _Told) -> Failure:
    """Why a run pauses, of an error of a service, of the database or of a cluster."""
    return Failure.of(error) if isinstance(error, ProviderError) else Failure("server", error.message, error.hint)
