"""Sends what was claimed to one connection until it has an answer or an error, by what each failure calls for."""

import asyncio
from collections.abc import Callable

from playground.errors import NO_ROOM_KINDS, ProviderError
from playground.experiments.engine.attempts import FAILURES_IN_A_ROW, pause_before, remedy
from playground.experiments.engine.claiming import AskedUnit
from playground.experiments.engine.lane import Lane
from playground.store import Failure

_LOOKED_AT_EVERY_S, _SOONEST_S = 1.0, 0.04


class Sending:
    """Sends to one lane. For one event loop."""

    def __init__(
        self,
        lane: Lane,
        *,
        ending: Callable[[], bool],
        pause: Callable[[Failure], None],
        tell: Callable[[str], None],
    ) -> None:
        """`ending` says whether the run asks for nothing more, `pause` pauses it, `tell` says what it waits for."""
        self._lane, self._ending, self._pause, self._tell = lane, ending, pause, tell

    async def send(self, ask: AskedUnit) -> bool:
        """Whether there is something to keep; what is given up is asked for again by a later run."""
        reception, model, failed, refused = ask.reception, ask.seat.card.id, 0, 0
        while True:
            begun_at = self._lane.begin(model)
            try:
                async with self._lane.clients.one() as provider:
                    await reception.receive(provider)
            except ProviderError as error:
                reception.error, reception.state = error, "failed"  # also where it could not even be sent
                no_room = error.kind in NO_ROOM_KINDS
                refused, failed = refused + no_room, failed + (not no_room)
                most_failed = ask.seat.connection.max_retries
                done = remedy(reception, error, failed=failed, refused=refused, most_failed=most_failed)
                if no_room:
                    self._lane.refused(model, begun_at, error.retry_after_s, by_model=error.kind == "capacity")
                self._count_failure(error)
                failure = Failure.of(error)
            else:
                self._lane.answered(model)
                self._lane.failures_in_a_row = 0
                return True
            finally:
                self._lane.leave(model)
            if done == "error":
                return True
            if done == "pause":
                self._pause(failure)
                return False
            reception.begin_again()
            await self._wait_to_send(model, pause_before(failed) if done == "in a moment" else 0)
            if self._ending():
                return False

    async def _wait_to_send(self, model: str, pause_s: float) -> None:
        """Until a request may be sent again: after a pause, once the lane has a place."""
        self._lane.once_more[model] += 1
        try:
            await asyncio.sleep(pause_s)
            while not self._ending() and self._lane.room_of(model) <= 0:
                wait_s = self._lane.wait_s(model)
                self._tell(self._no_room(model) if wait_s else "")
                await asyncio.sleep(min(max(wait_s, _SOONEST_S), _LOOKED_AT_EVERY_S))
        finally:
            self._lane.once_more[model] -= 1

    def _no_room(self, model: str) -> str:
        return "The service has too many requests." if self._lane.crowd.wait_s else f"{model} has no room just now."

    def _count_failure(self, error: ProviderError) -> None:
        if error.kind != "network":
            self._lane.failures_in_a_row = 0
            return
        self._lane.failures_in_a_row += 1
        if self._lane.failures_in_a_row >= FAILURES_IN_A_ROW:
            self._pause(Failure.of(error))
