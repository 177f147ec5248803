"""Tokens, money and time of an answer: pure functions over frozen values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

USD_PER_NEURON = Decimal("0.011") / 1000
"""https://developers.cloudflare.com/workers-ai/platform/pricing/, read 2026-08-28."""


WORTH_SAYING_S = 0.5
"""A shorter wait in a queue is nobody's concern."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one exchange: `prompt_tokens` with the cached ones, `completion_tokens` with all billed as output.

    `neurons` is Workers AI's own meter. `estimated` is True where the server gave no count, or not the last one, and
    ours is a guess. `billed` is the server's own bill in USD, and `billed_by` says where the server wrote it.
    """

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    neurons: float | None = None
    estimated: bool = False
    billed: Decimal | None = None
    billed_by: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """Unit prices in USD per million tokens, where they were read, and when."""

    input: Decimal
    output: Decimal
    source: str
    as_of: date | None
    cached_input: Decimal | None = None
    free: bool = False
    """Runs on this machine: costs nothing to anybody, and is said to."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds since the request was sent: to the first token, to the end.

    `queued_s` passed before that: waiting for a turn, for a model to load, to try again.
    """

    first_token_s: float | None
    total_s: float | None
    queued_s: float | None = None


def cost(usage: Usage, price: Price | None) -> Decimal | None:
    """USD for one exchange, exact; None where no price is known.

    The server's own bill wins over its meter (`usage.neurons`), and that over unit prices.
    """
    return computed_cost(usage, price) if usage.billed is None else usage.billed


def computed_cost(usage: Usage, price: Price | None) -> Decimal | None:
    """USD by the service's meter or by unit prices, whatever the server billed; None where neither is known.

    A meter that stands at zero beside tokens has not metered them. Cached tokens cost what the price says of them, and
    as much as fresh ones where it says nothing.
    """
    if usage.neurons:
        return Decimal(str(usage.neurons)) * USD_PER_NEURON
    if price is None:
        return None
    cached = min(usage.cached_tokens, usage.prompt_tokens)
    cached_price = price.input if price.cached_input is None else price.cached_input
    total = (
        (usage.prompt_tokens - cached) * price.input + cached * cached_price + usage.completion_tokens * price.output
    )
    return total / 1_000_000


def tokens_per_second(usage: Usage, timings: Timings) -> float | None:
    """Completion tokens after the first, over the time they took; None where that cannot be said."""
    if timings.first_token_s is None or timings.total_s is None or usage.completion_tokens < 2:
        return None
    seconds = timings.total_s - timings.first_token_s
    return (usage.completion_tokens - 1) / seconds if seconds > 0 else None
