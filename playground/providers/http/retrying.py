"""Retries of requests that may succeed: after growing pauses, bounded in number and in time."""

import random
import time
from collections.abc import Callable

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception
from tenacity.wait import wait_base

from playground.answers.exchange import Exchange, Wait
from playground.errors import ProviderError

FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 20.0
_CHANCE = random.Random()
"""One of its own: what is drawn from the common one by another thread depends on it."""


class UnansweredError(Exception):
    """An attempt without an answer, with the error to show and whether the same request may succeed later."""

    def __init__(self, error: ProviderError, *, retryable: bool) -> None:
        super().__init__(error.message)
        self.error = error
        self.retryable = retryable


def retrying(max_retries: int, max_wait_s: float, exchange: Exchange) -> AsyncRetrying:
    """Attempts for one request: at most `max_retries` after the first, within `max_wait_s` of its failure.

    The server's Retry-After is obeyed; if it exceeds the time that is left, there is no retry. `exchange.wait` shows
    the pause. The last `UnansweredError` is raised.
    """
    pause = _RetryDelay()
    return AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, UnansweredError) and error.retryable),
        wait=pause,
        stop=_RetryLimit(max_retries, max_wait_s),
        before_sleep=_announce(exchange),
        reraise=True,
    )


class _RetryDelay(wait_base):
    """The delay that the server requested, else one that doubles, with jitter."""

    def __call__(self, retry_state: RetryCallState) -> float:
        requested = _error(retry_state).retry_after_s
        if requested is not None:
            return max(requested, 0.0)
        longest = min(FIRST_RETRY_S * 2 ** (retry_state.attempt_number - 1), LONGEST_RETRY_S)
        return _CHANCE.uniform(longest / 2, longest)


class _RetryLimit:
    """Whether to give up: after too many attempts, or if the next pause would exceed the time for all retries."""

    def __init__(self, max_retries: int, max_wait_s: float) -> None:
        self._max_retries = max_retries
        self._max_wait_s = max_wait_s
        self._first_failure: float | None = None

    def __call__(self, retry_state: RetryCallState) -> bool:
        now = time.monotonic()
        if self._first_failure is None:
            self._first_failure = now
        spent = now - self._first_failure
        return retry_state.attempt_number > self._max_retries or spent + retry_state.upcoming_sleep > self._max_wait_s


def _announce(exchange: Exchange) -> Callable[[RetryCallState], None]:
    def announce(retry_state: RetryCallState) -> None:
        exchange.failed()
        exchange.begin_wait(
            Wait(
                "retrying",
                until=time.monotonic() + retry_state.upcoming_sleep,
                attempt=retry_state.attempt_number,
                message=_error(retry_state).message,
            )
        )

    return announce


def _error(retry_state: RetryCallState) -> ProviderError:
    failure = retry_state.outcome.exception() if retry_state.outcome else None
    assert isinstance(failure, UnansweredError)
    return failure.error
