"""Computes what calls would cost: a price for a mix of tokens, and a bill for a day and a month."""

import re
from dataclasses import dataclass
from decimal import Decimal

from playground.metering import USD_PER_NEURON, Price, Usage, cost

FREE_NEURONS_PER_DAY = 10_000
"""For each Cloudflare account and all its models together, renewed at 00:00 UTC
(https://developers.cloudflare.com/workers-ai/platform/pricing/, read 2026-08-28)."""
FREE_USD_PER_DAY = FREE_NEURONS_PER_DAY * USD_PER_NEURON
DAYS_PER_MONTH = 30
MOST_TOKENS = 10_000_000
"""More than any context holds."""


@dataclass(frozen=True, slots=True)
class Mix:
    """A ratio of input to output tokens. Raises ValueError for a negative number, and where both are 0."""

    input: int = 3
    output: int = 1

    def __post_init__(self) -> None:
        if not (0 <= self.input <= MOST_TOKENS and 0 <= self.output <= MOST_TOKENS and self.input + self.output):
            raise ValueError(f"{self.input}:{self.output} is no mix of tokens")

    @classmethod
    def read(cls, text: str) -> "Mix":
        """The mix of a text like `3:1`. Raises ValueError for any other text."""
        match = re.fullmatch(r"([0-9]{1,8}):([0-9]{1,8})", text)
        if match is None:
            raise ValueError(f"{text!r} is no mix of tokens")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.input}:{self.output}"

    def price(self, price: Price | None) -> Decimal | None:
        """USD per million tokens of this mix; None where no price is known."""
        if price is None:
            return None
        return (self.input * price.input + self.output * price.output) / (self.input + self.output)


@dataclass(frozen=True, slots=True)
class Load:
    """A number of calls a day, and the tokens of each. `prompt_tokens` includes `cached_tokens`."""

    calls_per_day: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0

    @property
    def usage(self) -> Usage:
        """The tokens of one call."""
        return Usage(self.prompt_tokens, self.completion_tokens, min(self.cached_tokens, self.prompt_tokens))


@dataclass(frozen=True, slots=True)
class Bill:
    """USD, exact, before any free allocation.

    `estimated` is True where cached tokens are counted at the full input price because their own is not known.
    """

    per_call: Decimal
    per_day: Decimal
    estimated: bool = False

    @property
    def per_month(self) -> Decimal:
        """USD for 30 days."""
        return self.per_day * DAYS_PER_MONTH

    @property
    def neurons_per_day(self) -> Decimal:
        """The neurons of a day: Workers AI's unit, of which 1,000 cost $0.011."""
        return self.per_day / USD_PER_NEURON

    @property
    def due_per_day(self) -> Decimal:
        """USD to pay on Cloudflare if no other model uses the free allocation of the day."""
        return max(self.per_day - FREE_USD_PER_DAY, Decimal(0))

    @property
    def due_per_month(self) -> Decimal:
        """USD to pay for 30 days, each with its free allocation."""
        return self.due_per_day * DAYS_PER_MONTH


def bill(load: Load, price: Price | None) -> Bill | None:
    """The bill for a load; None where no price is known. Raises ValueError for a negative count."""
    if min(load.calls_per_day, load.prompt_tokens, load.completion_tokens, load.cached_tokens) < 0:
        raise ValueError(f"counts cannot be negative: {load}")
    per_call = cost(load.usage, price)
    if price is None or per_call is None:
        return None
    guessed = bool(load.usage.cached_tokens) and price.cached_input is None and not price.free
    return Bill(per_call, per_call * load.calls_per_day, guessed)
