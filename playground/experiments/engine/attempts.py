"""What is done about a request that failed: sent again, kept as an error, or the whole run pauses."""

from typing import Literal

from playground.errors import FIXABLE_KINDS, NO_ROOM_KINDS, ProviderError
from playground.experiments.engine.reception import Reception

Remedy = Literal["when there is room", "in a moment", "error", "pause"]

FAILURES_IN_A_ROW = 10
"""Requests that did not reach the server, one after the other, before a run pauses."""
_MOST_REFUSALS = 20
"""How often one cell is refused for want of room before that is its error."""
LONGEST_RETRY_AFTER_S = 600.0
"""A server that asks for more patience than that has no room today."""


def remedy(reception: Reception, error: ProviderError, *, failed: int, refused: int, most_failed: int) -> Remedy:
    """What to do about an error, after a cell `failed` and was `refused` so many times, this one among them.

    An answer that had begun is not asked for again: it would be paid twice.
    """
    if error.kind in FIXABLE_KINDS:
        return "pause"
    if error.kind in NO_ROOM_KINDS and not reception.began:
        if (error.retry_after_s or 0) > LONGEST_RETRY_AFTER_S:
            return "pause"
        return "when there is room" if refused <= _MOST_REFUSALS else "error"
    return "in a moment" if error.retryable and failed <= most_failed and not reception.began else "error"


def pause_before(failed: int) -> float:
    """Seconds before the next attempt after so many that failed."""
    return float(min(0.5 * 2 ** (failed - 1), 20.0))
