"""How many requests of an experiment are on their way to one connection at a time: that finds itself."""

from collections.abc import Callable
from time import monotonic

FIRST_AT_ONCE = 20
MOST_AT_ONCE = 200
"""More only makes each request slower here: a processor is busy with fewer."""
_WORTHWHILE = 1.15
"""Twice as many at a time have to be so many times as fast, or it is left at that."""
_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0
"""Where the server does not say how long."""


class Crowd:
    """Requests that may be on their way at a time: twice as many each round, until the server says that it is too much.

    Then half as many, after the time that it asks for, and one more each round from there on. Where twice as many are
    hardly faster, it stays at what it was. It begins with so many `at_once`; `most` is a bound that is known before.
    For one event loop.
    """

    def __init__(
        self, *, most: int = MOST_AT_ONCE, at_once: int = FIRST_AT_ONCE, clock: Callable[[], float] = monotonic
    ) -> None:
        self._clock = clock
        self._most = max(most, 1)
        self.size = min(at_once, self._most)
        self.on_their_way = 0
        self.refusals = 0
        self._doubling = True
        self._closed_until = 0.0
        self._refused_in_a_row = 0
        self._round_began = clock()
        self._round_ended = 0
        self._speed_before = 0.0
        self._cut_at = -1.0

    @property
    def room(self) -> int:
        """How many more requests may be sent now."""
        return 0 if self.wait_s else max(self.size - self.on_their_way, 0)

    @property
    def wait_s(self) -> float:
        """For how long nothing may be sent, as the server asked."""
        return max(self._closed_until - self._clock(), 0.0)

    def begin(self) -> float:
        """Note that a request is sent; returns the moment, which its end is told with."""
        self.on_their_way += 1
        return self._clock()

    def leave(self) -> None:
        """Note that a request is no longer on its way."""
        self.on_their_way -= 1

    def answered(self) -> None:
        """Note that a request was answered."""
        self._refused_in_a_row = 0
        self._round_ended += 1
        if self._round_ended >= self.size:
            self._next_round()

    def refused(self, begun_at: float, retry_after_s: float | None) -> None:
        """Note that the server had too many requests; of those that began before the last cut, one cut is enough."""
        self.refusals += 1
        if begun_at > self._cut_at:
            self._cut_at = self._clock()
            self._doubling = False
            self.size = max(self.size // 2, 1)
            self._refused_in_a_row += 1
            self._begin_round()
        growing = min(_PAUSE_S * 2 ** min(self._refused_in_a_row - 1, 6), _LONGEST_PAUSE_S)
        pause = growing if retry_after_s is None else max(retry_after_s, 0.0)
        self._closed_until = max(self._closed_until, self._clock() + pause)

    def _next_round(self) -> None:
        took = self._clock() - self._round_began
        speed = self._round_ended / took if took > 0 else 0.0
        if not self._doubling:
            self.size = min(self.size + 1, self._most)
        elif speed < self._speed_before * _WORTHWHILE:
            self.size, self._doubling = max(self.size // 2, 1), False
        else:
            self._speed_before = speed
            self.size = min(self.size * 2, self._most)
        self._begin_round()

    def _begin_round(self) -> None:
        self._round_began, self._round_ended = self._clock(), 0
