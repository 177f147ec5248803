"""When to send again: only what may succeed, after a growing pause, bounded in number and in time, for all to see."""

import random
import time
from collections.abc import Callable

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception
from tenacity.wait import wait_base

from playground.answers.exchange import Exchange, Wait
from playground.errors import ProviderError

FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 20.0


class UnansweredError(Exception):
    """A try that got no answer, with the error to show and whether the same request may succeed when sent again."""

    def __init__(self, error: ProviderError, *, again: bool) -> None:
        super().__init__(error.message)
        self.error = error
        self.again = again


def retrying(max_retries: int, max_wait_s: float, exchange: Exchange) -> AsyncRetrying:
    """Tries for one request, at most `max_retries` after the first, and within `max_wait_s` of its failure.

    What the server asks to wait is obeyed; a wait that does not fit into the time left is not begun. The pause is in
    `exchange.wait` while it lasts. The last `UnansweredError` is raised as it is.
    """
    pause = _Pause()
    return AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, UnansweredError) and error.again),
        wait=pause,
        stop=_Patience(max_retries, max_wait_s),
        before_sleep=_announce(exchange),
        reraise=True,
    )


class _Pause(wait_base):
    """What the server asked for, else a time that doubles, shortened by chance so that many do not march in step."""

    def __call__(self, retry_state: RetryCallState) -> float:
        asked = _error(retry_state).retry_after_s
        if asked is not None:
            return max(asked, 0.0)
        longest = min(FIRST_RETRY_S * 2 ** (retry_state.attempt_number - 1), LONGEST_RETRY_S)
        return random.uniform(longest / 2, longest)


class _Patience:
    """Whether to give up: too many tries, or the next pause ends after the time for all retries together."""

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
        exchange.pause(
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
