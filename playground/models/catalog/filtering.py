"""Filters and orders models, and reads and writes both as the query of a URL."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

from playground.models.catalog.card import ModelCard
from playground.models.catalog.snapshot import Catalog
from playground.money.pricing import Mix

Ability = Literal["tools", "reasoning", "vision", "json", "lora", "batch"]
Lifecycle = Literal["current", "retired", "any"]
Order = Literal["relevance", "price", "context", "added", "name"]

ABILITIES: tuple[Ability, ...] = get_args(Ability)
LIFECYCLES: tuple[Lifecycle, ...] = get_args(Lifecycle)
ORDERS: tuple[Order, ...] = get_args(Order)


def has_ability(card: ModelCard, ability: Ability) -> bool | None:
    """Whether a model has an ability; None where no source says."""
    return {
        "tools": card.function_calling,
        "reasoning": card.reasoning,
        "vision": card.vision,
        "json": card.json_mode,
        "lora": card.lora,
        "batch": card.batch,
    }[ability]


@dataclass(frozen=True, slots=True)
class ModelFilter:
    """Filters and order of a search; the default lets all but retired models through.

    `abilities` are required (True) or must not be known (False). Prices are USD per million tokens of `mix`; with a
    bound on them, unpriced models are left out. `context` is the smallest context window in tokens.
    """

    text: str = ""
    abilities: Mapping[Ability, bool] = field(default_factory=dict)
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    context: int | None = None
    lifecycle: Lifecycle = "current"
    runnable: bool = False
    order: Order = "relevance"
    mix: Mix = field(default_factory=Mix)

    def allows(self, card: ModelCard, today: date, ready: bool) -> bool:
        """Whether a card passes every filter but the text; `ready` is whether its model can run now."""
        if any(bool(has_ability(card, ability)) != required for ability, required in self.abilities.items()):
            return False
        if self.lifecycle != "any" and card.retired(today) != (self.lifecycle == "retired"):
            return False
        if self.context is not None and (card.context_window or 0) < self.context:
            return False
        if self.runnable and not ready:
            return False
        return self._affordable(self.mix.price(card.price))

    def _affordable(self, price: Decimal | None) -> bool:
        if self.price_from is None and self.price_to is None:
            return True
        if price is None:
            return False
        return (self.price_from or 0) <= price and (self.price_to is None or price <= self.price_to)

    @property
    def filters(self) -> int:
        """How many filters are set, beside the text."""
        prices = self.price_from is not None, self.price_to is not None
        return len(self.abilities) + sum(
            (*prices, self.context is not None, self.lifecycle != "current", self.runnable)
        )

    def as_query(self) -> dict[str, str]:
        """The parameters of a URL; what is at its default is left out."""
        query: dict[str, str] = {}
        if self.text:
            query["q"] = self.text
        query |= {ability: "yes" if required else "no" for ability, required in self.abilities.items()}
        for name, bound in (("min_price", self.price_from), ("max_price", self.price_to)):
            if bound is not None:
                query[name] = f"{bound:f}"
        if self.context is not None:
            query["context"] = str(self.context)
        if self.lifecycle != "current":
            query["lifecycle"] = self.lifecycle
        if self.runnable:
            query["runnable"] = "yes"
        if self.order != "relevance":
            query["sort"] = self.order
        if self.mix != Mix():
            query["mix"] = str(self.mix)
        return query

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "ModelFilter":
        """The filters in the parameters of a URL; invalid ones are ignored."""
        fields: dict[str, Any] = {
            "text": query.get("q", "").strip(),
            "abilities": {name: query[name] == "yes" for name in ABILITIES if query.get(name) in ("yes", "no")},
            "price_from": _amount(query.get("min_price")),
            "price_to": _amount(query.get("max_price")),
            "context": _count(query.get("context")),
            "runnable": query.get("runnable") == "yes",
        }
        if query.get("lifecycle") in LIFECYCLES:
            fields["lifecycle"] = query["lifecycle"]
        if query.get("sort") in ORDERS:
            fields["order"] = query["sort"]
        with suppress(ValueError):
            fields["mix"] = Mix.read(query.get("mix", ""))
        return cls(**fields)


def find(
    filters: ModelFilter, catalog: Catalog, today: date, ready: Callable[[ModelCard], bool]
) -> tuple[ModelCard, ...]:
    """The cards that contain every word and pass every filter, in the order of `filters`.

    Cheapest, largest or newest first; unknown values come last, and ties stay in the order of relevance: matches in
    the name first, then the catalogue's order.
    """
    found = [card for card in catalog.search(filters.text) if filters.allows(card, today, ready(card))]
    return tuple(found if filters.order == "relevance" else sorted(found, key=lambda card: _sort_key(filters, card)))


def _sort_key(filters: ModelFilter, card: ModelCard) -> tuple[bool, Any]:
    """The sort key of a card, unknown values last."""
    match filters.order:
        case "price":
            price = filters.mix.price(card.price)
            return (price is None, price or 0)
        case "context":
            return (card.context_window is None, -(card.context_window or 0))
        case "added":
            return (card.added is None, -card.added.toordinal() if card.added else 0)
        case _:
            return (False, card.name.casefold())


def _amount(text: str | None) -> Decimal | None:
    try:
        amount = Decimal(text or "")
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 1_000_000 else None


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 and int(text) else None
