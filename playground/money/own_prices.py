"""Prices that a person sets for the models of a server, each with its date."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from playground.models.catalog.card import PriceQuote

SET_BY_YOU = "set by you"
SET_BY_YOU_IN_SECRETS = "set by you, in secrets.toml"
MOST_PRICES = 1000
"""For each connection."""
LONGEST_PRICED_NAME = 300
_AMOUNT = re.compile(r"[0-9]{1,7}(\.[0-9]{1,12})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIELDS = {"input": "input price", "output": "output price", "cached_input": "price of cached input"}

Prices = Mapping[str, PriceQuote]
"""By the server's id of a model; `x*` is every model whose id begins with x, `*` every model."""


class PriceError(Exception):
    """What is wrong with a price, as a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def read_prices(table: Any, source: str = SET_BY_YOU) -> dict[str, PriceQuote]:
    """The prices of a mapping from models to what `read_price` takes. Raises PriceError."""
    if not isinstance(table, Mapping):
        raise PriceError('Prices are a table: {"model" = {input = "0.15", output = "0.60", as_of = "2026-11-01"}}.')
    if len(table) > MOST_PRICES:
        raise PriceError(f"There are {len(table):,} prices, {MOST_PRICES:,} at most can be set: use names with *.")
    return dict(read_price(model, entry, source) for model, entry in table.items())


def read_price(model: Any, entry: Any, source: str = SET_BY_YOU) -> tuple[str, PriceQuote]:
    """A model's name and its price, from `input`, `output`, perhaps `cached_input`, and `as_of`.

    Amounts are USD per million tokens, as text so that every digit counts, or as numbers; `as_of` is a date, as text
    in the form of ISO 8601 or as a date. Raises PriceError.
    """
    name = model.strip() if isinstance(model, str) else ""
    if not name:
        raise PriceError("The model is missing: its id, the beginning of ids with * after it, or * for all.")
    if len(name) > LONGEST_PRICED_NAME or not name.isprintable():
        raise PriceError(f"{_short(name)}: no model's id has such characters, or so many.")
    if not isinstance(entry, Mapping):
        raise PriceError(f'{name}: a price is {{input = "0.15", output = "0.60", as_of = "2026-11-01"}}.')
    if unknown := sorted(str(key) for key in entry.keys() - {*_FIELDS, "as_of"}):
        raise PriceError(f"{name}: {_short(', '.join(unknown))} is no part of a price; those are {_parts()}.")
    amounts = {field: _amount(name, label, entry.get(field)) for field, label in _FIELDS.items()}
    for field in ("input", "output"):
        if amounts[field] is None:
            raise PriceError(f"{name}: the {_FIELDS[field]} is missing, in USD per million tokens.")
    return name, PriceQuote(**amounts, source=source, as_of=_as_of(name, entry.get("as_of")), official=False)


def prices_as_json(prices: Prices) -> dict[str, dict[str, str]]:
    """Prices as `read_prices` takes them, for JSON and TOML: amounts as text, exact."""
    return {
        model: {
            "input": f"{quote.input:f}",
            "output": f"{quote.output:f}",
            **({} if quote.cached_input is None else {"cached_input": f"{quote.cached_input:f}"}),
            "as_of": "" if quote.as_of is None else quote.as_of.isoformat(),
        }
        for model, quote in prices.items()
    }


def price_of(model: str, prices: Prices) -> PriceQuote | None:
    """The price of a model: its own, else that of the longest matching prefix; None where there is none."""
    if model in prices:
        return prices[model]
    beginnings = [name for name in prices if name.endswith("*") and model.startswith(name.removesuffix("*"))]
    return prices[max(beginnings, key=len)] if beginnings else None


def _amount(model: str, label: str, value: Any) -> Decimal | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        text = f"{number:f}" if number.is_finite() else str(value)
    else:
        text = value.strip().removeprefix("$") if isinstance(value, str) else repr(value)
    if text.startswith(("-", "\N{MINUS SIGN}")):
        raise PriceError(f"{model}: the {label}{_figure(text)} is below zero.")
    if _AMOUNT.fullmatch(text) is None:
        point = " Write a point and not a comma." if "," in text else ""
        raise PriceError(
            f"{model}: the {label}{_figure(text)} is no amount such as 0.15, in USD per million tokens, below ten "
            f"million and with at most twelve digits after the point.{point}"
        )
    return Decimal(text)


def _as_of(model: str, value: Any) -> date:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise PriceError(f"{model}: the date is missing, the day on which this was the price: as_of, like 2026-11-01.")
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = value.strip() if isinstance(value, str) else str(value)
    try:
        if _DATE.fullmatch(text) is None:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise PriceError(f"{model}: the date{_figure(text)} is none such as 2026-11-01.") from None


def _parts() -> str:
    return "input, output, cached_input and as_of"


def _figure(text: str) -> str:
    """A text that looks like a number or a date, quoted; empty for any other, which may be a secret."""
    return f" {_short(text)}" if re.fullmatch("[-\N{MINUS SIGN}+$0-9.,/eE ]+", text) else ""


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
