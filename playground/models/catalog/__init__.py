"""The models that are known, and what is known of them."""

from playground.models.catalog.card import ContextWindow, ModelCard, PriceQuote, Retirement, id_at
from playground.models.catalog.snapshot import Catalog, shipped
from playground.models.catalog.unlisted import listed_card, local_card
from playground.parameters import InputForm

__all__ = [
    "Catalog",
    "ContextWindow",
    "InputForm",
    "ModelCard",
    "PriceQuote",
    "Retirement",
    "id_at",
    "listed_card",
    "local_card",
    "shipped",
]
