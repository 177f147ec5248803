"""Asks a service for the results of a batch until they are there, with growing pauses."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from playground.errors import FIXABLE_KINDS, OversizedError, ProviderError
from playground.providers import Batch
from playground.store import MissingError, StoreError

FIRST_POLL_S = 1.0
LONGEST_POLL_S = 60.0
LONGEST_ASKED_PAUSE_S = 3_600.0
"""A service that asks for a longer pause is asked again after that."""
_GROWTH = 1.5

Pending = Literal["queued", "running"]


def may_be_read_later(error: ProviderError) -> bool:
    """Whether a batch whose results were not read for this error stands: they are to be had once that is fixed."""
    return error.kind in FIXABLE_KINDS or isinstance(error, OversizedError)


async def await_batch(
    read: Callable[[], Awaitable[Batch]],
    *,
    stands: Callable[[Pending], Awaitable[None]],
    failed: Callable[[ProviderError | StoreError], None],
) -> Batch:
    """The batch once it is done, as `read` tells it.

    `stands` is told how it stands whenever that was read, `failed` each error that may be over the next time. Raises
    ProviderError where that makes no sense, and MissingError.
    """
    pause = FIRST_POLL_S
    while True:
        wait = pause
        try:
            found = await read()
            if found.status == "done":
                return found
            await stands(found.status)
        except MissingError:
            raise
        except StoreError as error:
            failed(error)
        except ProviderError as error:
            if not error.retryable:
                raise
            failed(error)
            wait = max(pause, min(error.retry_after_s or 0, LONGEST_ASKED_PAUSE_S))
        await asyncio.sleep(wait)
        pause = min(pause * _GROWTH, LONGEST_POLL_S)
