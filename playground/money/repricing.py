"""What was used then, at today's prices: beside what it cost, and never in place of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from playground.metering import Price, Usage, computed_cost
from playground.money import figures
from playground.money.totals import Totals
from playground.store.charges import Charge


@dataclass(frozen=True, slots=True)
class Repriced:
    """USD then, and at today's prices; None where it was, or is, unpriced."""

    then: Decimal | None
    today: Decimal | None
    estimated_then: bool = False

    @property
    def known(self) -> bool:
        """Whether both are known, so that they can be compared."""
        return self.then is not None and self.today is not None


_ROUNDING = Decimal("0.0005") / 1_000_000
"""USD for each token: Cloudflare's prices are those of its neurons, rounded to three digits after the point."""


def at_price(usage: Usage, price: Price | None, then: Decimal | None) -> Decimal | None:
    """USD of a usage by unit prices alone, whatever the server billed or metered; None where none are known.

    What was metered in neurons costs what it did `then` where prices differ by no more than their rounding.
    """
    cost = computed_cost(replace(usage, billed=None, neurons=None), price)
    tokens = usage.prompt_tokens + usage.completion_tokens
    if cost is not None and then is not None and usage.neurons and abs(cost - then) <= tokens * _ROUNDING:
        return then
    return cost


def repriced_charge(charge: Charge, price: Price | None) -> Repriced | None:
    """An answer then and at a price of today; None where nothing was used, or a gateway's cache had it."""
    if charge.usage is None or charge.cached:
        return None
    return Repriced(charge.cost, at_price(charge.usage, price, charge.cost), charge.estimated)


def repriced_models(models: Mapping[str, Totals], price_of: Callable[[str], Price | None]) -> dict[str, Repriced]:
    """What each model cost then, and what its tokens cost at the prices of today."""
    return {
        model: Repriced(
            totals.known_cost, at_price(_used(totals), price_of(model), totals.known_cost), bool(totals.estimated)
        )
        for model, totals in models.items()
    }


def repriced_sentence(repriced: Repriced, price: Price | None) -> str:
    """An answer then and today, in words."""
    then = figures.usd(repriced.then, estimated=repriced.estimated_then and repriced.then is not None)
    if price is None or repriced.today is None:
        return f"Then {then}. Today no price is known for its model."
    return f"Then {then}, at today's prices {figures.usd(repriced.today)} ({figures.dated_price(price)})."


def _used(totals: Totals) -> Usage:
    return Usage(
        totals.prompt_tokens,
        totals.completion_tokens,
        totals.cached_tokens,
        float(totals.neurons),
        written_tokens=totals.written_tokens,
        written_hour_tokens=totals.written_hour_tokens,
    )
