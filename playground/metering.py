"""Tokens, money and time of an answer: pure functions over frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

USD_PER_NEURON = Decimal("0.011") / 1000
"""https://developers.cloudflare.com/workers-ai/platform/pricing/, read 2026-08-28."""


WORTH_SAYING_S = 0.5
"""A shorter wait is nobody's concern."""

WAITS: Mapping[str, str] = {
    "queued": "queued",
    "fetching": "fetching the model",
    "loading": "loading the model",
    "failed": "failed attempts",
    "retrying": "pauses before retries",
    "waited": "waiting before it was sent",
}
"""What time may go into before a request is sent, in words; "waited" is that of old answers, which was not told apart.
"""


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
    reasoning_tokens: int = field(default=0, compare=False)
    """Those among the completion tokens that were thought, where the server counts them apart."""


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
    """Seconds since the request was sent, of several attempts the last: to the first token, to the end.

    `waits` passed before that, by what they went into: names of WAITS. `thought_s` are those from the first token
    to the first that was no thought.
    """

    first_token_s: float | None
    total_s: float | None
    waits: Mapping[str, float] = field(default_factory=dict)
    thought_s: float | None = None

    @property
    def waited_s(self) -> float:
        """Seconds from when it was asked for to when it was sent, as far as they are known."""
        return sum(self.waits.values())

    def worth_saying(self) -> dict[str, float]:
        """The waits that somebody may care about, in the order of WAITS."""
        return {name: seconds for name in WAITS if (seconds := self.waits.get(name, 0.0)) >= WORTH_SAYING_S}


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


def cost_is_estimated(usage: Usage, price: Price | None) -> bool:
    """Whether what `cost` says is a guess: nobody counted the tokens, or what cached ones cost is not known.

    A bill is exact, whoever counted.
    """
    if usage.billed is not None:
        return False
    unknown = price is not None and price.cached_input is None and price.input > 0 and usage.cached_tokens > 0
    return usage.estimated or (unknown and not usage.neurons)


def tokens_per_second(usage: Usage, timings: Timings, *, thoughts_came: bool = True) -> float | None:
    """Completion tokens after the first, over the time they took; None where that cannot be said.

    Of a model whose thoughts do not come, those tokens were made before the first one that did.
    """
    came = usage.completion_tokens - (0 if thoughts_came else usage.reasoning_tokens)
    if timings.first_token_s is None or timings.total_s is None or came < 2:
        return None
    seconds = timings.total_s - timings.first_token_s
    return (came - 1) / seconds if seconds > 0 else None
