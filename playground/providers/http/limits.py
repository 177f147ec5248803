"""Rate limits of one account: requests in flight and requests per minute, first come first served.

What runs in the background, as experiments do, comes after everything that somebody waits for, takes no place of its
requests in flight, and leaves some of a minute's requests to it.

All transports of the same connection share one `Limits`, because services count by account. Workers AI allows 300
text generations per minute for a model and 20 for the largest ones:
https://developers.cloudflare.com/workers-ai/platform/limits/
"""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from playground.answers.exchange import Exchange, Wait
from playground.providers.connection import Connection

WINDOW_S = 60.0
_ACCOUNTS_KEPT = 256


@dataclass(frozen=True, slots=True)
class Allowance:
    """The limits for one request; None is "no limit"."""

    in_flight: int | None = None
    in_flight_per_model: int | None = None
    per_minute: int | None = None
    background: bool = False
    """Nobody waits for it: whatever else wants to start goes first."""

    @property
    def startable(self) -> int | None:
        """How many requests of the model may have started within a minute before this one starts."""
        if self.per_minute is None or not self.background:
            return self.per_minute
        return background_share(self.per_minute)


def background_share(per_minute: int) -> int:
    """How many of a minute's requests may run in the background: a fiftieth is left to people, one at least."""
    return max(per_minute - max(per_minute // 50, 1), 1)


@dataclass(eq=False, slots=True)
class _Waiter:
    model: str
    allowance: Allowance
    exchange: Exchange
    admitted: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Limits:
    """The running and waiting requests of one account; belongs to one event loop."""

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self._window_s = window_s
        self._running: Counter[str] = Counter()
        self._background: Counter[str] = Counter()
        self._started: defaultdict[str, deque[float]] = defaultdict(deque)
        self._waiting: deque[_Waiter] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def in_flight(self) -> int:
        """Requests that run now."""
        return self._running.total() + self._background.total()

    @property
    def queued(self) -> int:
        """Requests that wait for their turn."""
        return len(self._waiting)

    @asynccontextmanager
    async def slot(self, model: str, allowance: Allowance, exchange: Exchange) -> AsyncIterator[None]:
        """Run the block as one of the running requests, after waiting, which `exchange.wait` shows.

        Requests of one model start in order; a model that has to wait does not block others.
        """
        waiter = _Waiter(model, allowance, exchange)
        self._waiting.append(waiter)
        self._admit()
        try:
            await waiter.admitted
        except asyncio.CancelledError:
            if waiter.admitted.cancelled():
                self._admit()
            else:
                self._leave(waiter)
            raise
        finally:
            exchange.end_wait()
        try:
            yield
        finally:
            self._leave(waiter)

    def _leave(self, waiter: _Waiter) -> None:
        running = self._running_beside(waiter)
        running[waiter.model] -= 1
        if not running[waiter.model]:
            del running[waiter.model]
        self._admit()

    def _running_beside(self, waiter: _Waiter) -> Counter[str]:
        return self._background if waiter.allowance.background else self._running

    def _admit(self) -> None:
        """Start every request that may run now, and update `exchange.wait` of the others."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = asyncio.get_running_loop().time()
        still_waiting: deque[_Waiter] = deque()
        blocked_models: set[str] = set()
        turns: list[float] = []
        for waiter in sorted(self._waiting, key=lambda waiter: waiter.allowance.background):
            if waiter.admitted.cancelled():
                continue
            until = None
            if waiter.model not in blocked_models and self._has_room(waiter):
                until = self._next_start(waiter, now)
                if until is None:
                    self._start(waiter, now)
                    continue
                turns.append(until)
            blocked_models.add(waiter.model)
            still_waiting.append(waiter)
            waiter.exchange.begin_wait(_queued(until, now, len(still_waiting)))
        self._waiting = still_waiting
        if turns:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(min(turns), self._admit)

    def _has_room(self, waiter: _Waiter) -> bool:
        allowed = waiter.allowance
        # A limit of the background is one that the server itself has: all requests count for it.
        others = self._background if allowed.background else Counter()
        return (allowed.in_flight is None or self._running.total() + others.total() < allowed.in_flight) and (
            allowed.in_flight_per_model is None
            or self._running[waiter.model] + others[waiter.model] < allowed.in_flight_per_model
        )

    def _next_start(self, waiter: _Waiter, now: float) -> float | None:
        """The loop's time at which the request may start by `per_minute`; None where it may start now."""
        started = self._started[waiter.model]
        while started and started[0] <= now - self._window_s:
            started.popleft()
        per_minute = waiter.allowance.startable
        if per_minute is None or len(started) < per_minute:
            return None
        return started[len(started) - per_minute] + self._window_s

    def _start(self, waiter: _Waiter, now: float) -> None:
        self._running_beside(waiter)[waiter.model] += 1
        if waiter.allowance.per_minute is not None:
            self._started[waiter.model].append(now)
        waiter.exchange.end_wait()
        waiter.admitted.set_result(None)


def _queued(until: float | None, now: float, position: int) -> Wait:
    if until is None:
        return Wait("queued", message=f"Waiting for a request before it to end (place {position} in the queue).")
    return Wait(
        "queued",
        until=until,
        message=f"The service's requests for this minute are used up: next in {until - now:.0f} s.",
    )


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str, str], Limits]] = WeakKeyDictionary()


def limits_of(connection: Connection) -> Limits:
    """The shared `Limits` of this connection's account in the running event loop."""
    account = (connection.kind, connection.base_url.rstrip("/"), connection.account_id)
    of_loop = _by_loop.setdefault(asyncio.get_running_loop(), {})
    for known in [known for known, limits in of_loop.items() if not (limits.in_flight or limits.queued)]:
        if len(of_loop) < _ACCOUNTS_KEPT or known == account:
            break
        del of_loop[known]
    return of_loop.setdefault(account, Limits())
