"""What replies used and cost, each and together: USD, exact."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Self

from playground import metering
from playground.metering import Price, Usage

ReplyState = Literal["live", "done", "stopped", "failed", "interrupted"]
"""`stopped` by a person, `failed` with an error, `interrupted` by the end of the process that was receiving it."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What one reply used and cost."""

    state: ReplyState
    usage: Usage | None
    price: Price | None
    cost: Decimal | None
    cached: bool = False

    @property
    def billed(self) -> bool:
        """Whether the cost is the server's own bill. What came from a gateway's cache repeats the bill of another."""
        return self.usage is not None and self.usage.billed is not None and not self.cached

    @property
    def estimated(self) -> bool:
        """Whether the cost is a guess."""
        return self.usage is not None and not self.cached and metering.cost_is_estimated(self.usage, self.price)

    @property
    def unpriced(self) -> bool:
        """Whether something was used at a price that is not known."""
        return self.cost is None and (self.usage is not None or self.state == "interrupted")


@dataclass(frozen=True, slots=True)
class Spent:
    """What replies used and cost together. Tokens count where usage is known.

    `unpriced` replies used tokens at a price that is not known, and are not part of `cost` (USD). `billed` is the part
    of the cost that servers billed themselves. `estimated` speaks of tokens, `cost_estimated` of money.
    """

    replies: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cost: Decimal = Decimal(0)
    unpriced: int = 0
    estimated: bool = False
    cost_estimated: bool = False
    billed: Decimal = Decimal(0)

    @property
    def is_known(self) -> bool:
        """Whether anything is known of what was used."""
        return bool(self.prompt_tokens or self.completion_tokens or self.cost or self.unpriced)

    @classmethod
    def of(cls, charges: Iterable[Charge]) -> Self:
        """The sum of what replies took."""
        charges = list(charges)
        usages = [charge.usage for charge in charges if charge.usage is not None]
        known = [(charge, charge.cost) for charge in charges if charge.cost is not None]
        return cls(
            replies=len(charges),
            prompt_tokens=sum(usage.prompt_tokens for usage in usages),
            completion_tokens=sum(usage.completion_tokens for usage in usages),
            cached_tokens=sum(usage.cached_tokens for usage in usages),
            cost=sum((cost for _, cost in known), Decimal(0)),
            unpriced=sum(charge.unpriced for charge in charges),
            estimated=any(usage.estimated for usage in usages),
            cost_estimated=any(charge.estimated for charge, _ in known),
            billed=sum((cost for charge, cost in known if charge.billed), Decimal(0)),
        )
