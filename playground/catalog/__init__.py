"""The models that are known, and what is known of them."""

from playground.catalog.card import ContextWindow, InputForm, ModelCard, PriceQuote, Retirement

__all__ = ["ContextWindow", "InputForm", "ModelCard", "PriceQuote", "Retirement"]
