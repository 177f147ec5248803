"""The switch that stops all requests to models: looked at before each one leaves, and while any is on its way.

So is whether the owner of a request may still ask, where people sign in: who was kept out spends nothing more.

It is kept in the database, so it holds for every process that uses that, and after a restart.
"""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache

from playground.answers.network import network
from playground.errors import ModelPermissionError
from playground.owner import DEFAULT_OWNER, Owner
from playground.store import Stopped, StoreError, Stores
from playground.text.cleaning import line

SWITCH_LOOKED_AT_EVERY_S = 0.4
"""What another process switches is seen within so many seconds."""
LONGEST_STOP_REASON = 200

STOPPED_WITH_ALL = "All requests were stopped while this answer came."
STOPPED_WITH_OWNER = "Stopped while it came: an administrator decided that you may not ask any more, or signed you out."

log = logging.getLogger(__name__)


class RequestsStoppedError(ModelPermissionError):
    """An administrator stopped all requests, or the one owner where nobody signs in."""

    def __init__(self, stopped: Stopped) -> None:
        if stopped.by == DEFAULT_OWNER.id:
            message = "All requests are stopped." + (f" The reason: {stopped.reason}" if stopped.reason else "")
            hint = "Allow them again on the Usage page, under Stop all requests. Nothing was sent."
        else:
            message = "An administrator stopped all requests."
            message += f" They say: {stopped.reason}" if stopped.reason else ""
            hint = "Ask again when requests are allowed. Nothing was sent."
        super().__init__(message, hint=hint, retryable=True)


class AskingEndedError(ModelPermissionError):
    """The owner of a request may not ask any more."""

    def __init__(self) -> None:
        super().__init__(
            "You may not ask any more, or were signed out by an administrator.",
            hint="An administrator can let you ask again. Nothing was sent.",
        )


class RequestSwitch:
    """Whether requests may leave. Without stores, as in a process that has opened none, they may."""

    def __init__(self) -> None:
        self._stores: Stores | None = None
        self._known: Stopped | None = None
        self._numbers = itertools.count()
        self._leaving: dict[int, tuple[Owner | None, Callable[[str], object]]] = {}
        """What stops each request that is on its way; read and changed on the network's loop alone."""
        self.may_ask: Callable[[Owner], bool] = lambda _: True
        """Whether an owner may ask; raises StoreError. Called on any thread."""
        self._looking: asyncio.Task[None] | None = None

    def follow(self, stores: Stores) -> None:
        """Do as the database of these stores says."""
        self._stores = stores

    def stopped(self) -> Stopped | None:
        """Who stopped all requests; None where they are allowed. Where the database is away, what it said last."""
        if self._stores is not None:
            try:
                self._known = self._stores.stopped()
            except StoreError as error:
                log.warning("whether requests are stopped is not known: %s", error.message)
        return self._known

    def stop_all(self, by: Owner, reason: str = "") -> None:
        """Refuse all requests from now on, and stop those on their way. Raises StoreError."""
        assert self._stores is not None
        self._stores.stop_requests(by, line(reason, LONGEST_STOP_REASON))
        self.stopped()
        network().loop.call_soon_threadsafe(self._stop_leaving, STOPPED_WITH_ALL)

    def look_again(self) -> None:
        """Stop the requests of owners who may not ask any more, at once."""
        network().submit(self._look_at_owners())

    def allow(self, by: Owner) -> None:
        """Allow requests again. Raises StoreError."""
        assert self._stores is not None
        self._stores.allow_requests(by)
        self.stopped()

    @asynccontextmanager
    async def request(self, stop: Callable[[str], object], owner: Owner | None) -> AsyncIterator[None]:
        """Around a request to a model, on the network's loop; `stop` is called with the reason where it has to end.

        Without an owner it is one that costs nothing. Raises RequestsStoppedError or AskingEndedError before anything
        is sent.
        """
        number = next(self._numbers)
        self._leaving[number] = owner, stop
        try:
            # After it is noted: whoever switches in between stops it.
            if self._stores is not None and (stopped := await asyncio.to_thread(self.stopped)) is not None:
                raise RequestsStoppedError(stopped)
            if owner is not None and not await asyncio.to_thread(self._may_ask, owner):
                raise AskingEndedError
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())
            yield
        finally:
            del self._leaving[number]

    async def _look(self) -> None:
        """Look at the switch for as long as any request is on its way."""
        while self._leaving:
            await asyncio.sleep(SWITCH_LOOKED_AT_EVERY_S)
            if not self._leaving:  # the process may be ending, and threads with it
                return
            if await asyncio.to_thread(self.stopped) is not None:
                self._stop_leaving(STOPPED_WITH_ALL)
            await self._look_at_owners()

    async def _look_at_owners(self) -> None:
        for owner in {owner for owner, _ in self._leaving.values() if owner is not None}:
            if not await asyncio.to_thread(self._may_ask, owner):
                self._stop_leaving(STOPPED_WITH_OWNER, owner)

    def _may_ask(self, owner: Owner) -> bool:
        """Where the database is away, they may: it is looked at again in a moment."""
        try:
            return self.may_ask(owner)
        except StoreError as error:
            log.warning("whether somebody may ask is not known: %s", error.message)
            return True

    def _stop_leaving(self, why: str, owner: Owner | None = None) -> None:
        """Stop all requests, or those of an owner."""
        for whose, stop in list(self._leaving.values()):
            if owner is None or whose == owner:
                stop(why)


@lru_cache(maxsize=1)
def request_switch() -> RequestSwitch:
    """The switch of the process."""
    return RequestSwitch()
