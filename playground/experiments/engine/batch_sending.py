"""Sends a bundle of cells as a batch until the service took or refused it, by what each failure calls for."""

import asyncio
from contextlib import suppress

from playground.answers.exchange import Exchange
from playground.answers.recording import UNBILLED
from playground.errors import FIXABLE_KINDS, NO_ROOM_KINDS, ErrorKind, ProviderError
from playground.experiments.engine.attempts import LONGEST_RETRY_AFTER_S, pause_before
from playground.experiments.engine.batch_lane import BatchLane
from playground.experiments.engine.bundle import Bundle
from playground.experiments.engine.course import Course
from playground.experiments.engine.underway import Underway
from playground.money.figures import counted
from playground.providers import batching
from playground.store import Failure

_MOST_FAILURES, _MOST_REFUSED = 5, 20
"""How often a submission that surely was not taken is sent once more; more often where there was no room for it."""
_OF_THE_REQUEST: frozenset[ErrorKind] = frozenset(("not_found", "bad_request", "context_overflow"))
_LOOKED_AT_EVERY_S = 0.5


class BatchSending:
    """Sends batches of one model. For one event loop."""

    def __init__(self, lane: BatchLane, underway: Underway, course: Course) -> None:
        self._lane, self._underway, self._course = lane, underway, course

    async def send(self, bundle: Bundle) -> str | None:
        """What the service calls a batch; None where it did not take it."""
        failed = 0
        while True:
            exchange = Exchange(background=True)
            try:
                async with self._lane.clients.one() as provider:
                    return await batching(provider).submit_batch(self._lane.card.wire_id, bundle.items, exchange)
            except asyncio.CancelledError:
                self._give_up(bundle, unsure=exchange.written)
                return None
            except ProviderError as error:
                failed += 1
                if exchange.written and not (error.kind in UNBILLED or exchange.failed_there):
                    self._give_up(bundle, unsure=True)
                    self._course.end_as("paused", _unsure(len(bundle.asks), error))
                    return None
                if error.kind in _OF_THE_REQUEST:
                    for ask in bundle.asks:
                        ask.reception.exchange.requests = exchange.requests
                        ask.reception.error, ask.reception.state = error, "failed"
                        self._underway.end_cell(ask)
                    return None
                wait = max(error.retry_after_s or 0, pause_before(failed))
                most = _MOST_REFUSED if error.kind in NO_ROOM_KINDS else _MOST_FAILURES
                if failed > most or error.kind in FIXABLE_KINDS or wait > LONGEST_RETRY_AFTER_S:
                    self._give_up(bundle, unsure=False)
                    self._course.end_as("paused", Failure.of(error))
                    return None
                self._course.tell(error.message)
            if not await self._goes_on(wait):
                self._give_up(bundle, unsure=False)
                return None

    async def _goes_on(self, seconds: float) -> bool:
        """Whether the run is not to end within so many seconds, which it waits for."""
        until = asyncio.get_running_loop().time() + seconds
        with suppress(asyncio.CancelledError):
            while not self._course.ending and (left := until - asyncio.get_running_loop().time()) > 0:
                await asyncio.sleep(min(left, _LOOKED_AT_EVERY_S))
            return not self._course.ending
        return False

    def _give_up(self, bundle: Bundle, *, unsure: bool) -> None:
        for ask in bundle.asks:
            self._underway.give_up(ask, unsure=unsure)


def _unsure(size: int, error: ProviderError) -> Failure:
    cells = counted(size, "cell")
    return Failure(
        "network",
        f"Whether Workers AI took a batch of {cells} is not known: {error.message}",
        "They are listed as asked more than once; go on to have them asked again, which may be paid twice.",
    )
