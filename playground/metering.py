"""Tokens, money and time of an answer: pure functions over frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

USD_PER_NEURON = Decimal("0.011") / 1000
"""https://developers.cloudflare.com/workers-ai/platform/pricing/, read 2026-08-28."""


CACHE_WRITE, CACHE_WRITE_HOUR = Decimal("1.25"), Decimal(2)
"""What a token costs that Anthropic writes to its cache, for five minutes and for an hour, in prices of plain input.

https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing, read 2026-11-29.
"""

NOTABLE_WAIT_S = 0.5
"""Shorter waits are not shown."""

WAITS: Mapping[str, str] = {
    "queued": "queued",
    "fetching": "fetching the model",
    "loading": "loading the model",
    "failed": "failed attempts",
    "retrying": "pauses before retries",
    "waited": "waiting before it was sent",
}
"""Reasons for waiting before a request is sent, with their words; "waited" is that of old answers without a reason."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one exchange: `prompt_tokens` with the cached ones, `completion_tokens` with all billed as output.

    `neurons` is Workers AI's unit. `estimated` is True where the server gave no count, or not the last one.
    `billed` is the server's own bill in USD, and `billed_by` the field or header that it came in.
    """

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    neurons: float | None = None
    estimated: bool = False
    billed: Decimal | None = None
    billed_by: str = ""
    reasoning_tokens: int = field(default=0, compare=False)
    """The completion tokens that were thoughts, where the server counts them."""
    written_tokens: int = 0
    """The prompt tokens that were written to the server's cache, at prices of their own."""
    written_hour_tokens: int = 0
    """Those of the `written_tokens` that were written for an hour."""


@dataclass(frozen=True, slots=True)
class Price:
    """Unit prices in USD per million tokens, where they were read, and when."""

    input: Decimal
    output: Decimal
    source: str
    as_of: date | None = None
    cached_input: Decimal | None = None
    free: bool = False
    """Runs on this machine and costs nothing."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds from the last attempt to send the request: to the first token, to the end.

    `waits` are the seconds before it, by their reason: names of WAITS. `thought_s` is the time from the first token to
    the first that is no thought.
    """

    first_token_s: float | None
    total_s: float | None
    waits: Mapping[str, float] = field(default_factory=dict)
    thought_s: float | None = None

    @property
    def waited_s(self) -> float:
        """Seconds between asking and sending, as far as they are known."""
        return sum(self.waits.values())

    def notable_waits(self) -> dict[str, float]:
        """The waits of NOTABLE_WAIT_S and more, in the order of WAITS."""
        return {name: seconds for name in WAITS if (seconds := self.waits.get(name, 0.0)) >= NOTABLE_WAIT_S}


def cost(usage: Usage, price: Price | None) -> Decimal | None:
    """USD for one exchange, exact; None where no price is known.

    The server's own bill wins over its meter (`usage.neurons`), and that over unit prices.
    """
    return computed_cost(usage, price) if usage.billed is None else usage.billed


def computed_cost(usage: Usage, price: Price | None) -> Decimal | None:
    """USD by the service's meter or by unit prices, whatever the server billed; None where neither is known.

    Zero neurons beside tokens mean that they were not metered. Cached tokens cost as much as others where the price has
    none for them, tokens that are written to a cache CACHE_WRITE or CACHE_WRITE_HOUR times as much.
    """
    if usage.neurons:
        return Decimal(str(usage.neurons)) * USD_PER_NEURON
    if price is None:
        return None
    cached = min(usage.cached_tokens, usage.prompt_tokens)
    cached_price = price.input if price.cached_input is None else price.cached_input
    written = min(usage.written_tokens, usage.prompt_tokens - cached)
    hour = min(usage.written_hour_tokens, written)
    writes = (written - hour) * CACHE_WRITE + hour * CACHE_WRITE_HOUR
    fresh = usage.prompt_tokens - cached - written + writes
    total = fresh * price.input + cached * cached_price + usage.completion_tokens * price.output
    return total / 1_000_000


def cost_is_estimated(usage: Usage, price: Price | None) -> bool:
    """Whether `cost` is an estimate: the tokens are estimated, or the price of cached ones is not known.

    A bill is always exact.
    """
    if usage.billed is not None:
        return False
    unknown = price is not None and price.cached_input is None and price.input > 0 and usage.cached_tokens > 0
    return usage.estimated or (unknown and not usage.neurons)


def tokens_per_second(usage: Usage, timings: Timings, *, thoughts_visible: bool = True) -> float | None:
    """Completion tokens after the first, divided by the time they took; None where that is not known.

    Thoughts that are not sent (`thoughts_visible` False) are not counted: they were made before the first token.
    """
    visible = usage.completion_tokens - (0 if thoughts_visible else usage.reasoning_tokens)
    if timings.first_token_s is None or timings.total_s is None or visible < 2:
        return None
    seconds = timings.total_s - timings.first_token_s
    return (visible - 1) / seconds if seconds > 0 else None
