"""One row of Cloudflare's live model list as a card.

Rows: https://developers.cloudflare.com/api/resources/ai/subresources/models/methods/list/
Property values come as text ("true", "24000"), as lists and as objects; what is absent is unknown.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from playground.models.catalog.card import ContextWindow, ModelCard, PriceQuote, Retirement
from playground.parameters import InputForm, forms
from playground.text.cleaning import sendable
from playground.text.labels import visible

LIVE_LIST = "Cloudflare API, models/search"
_PRICE_UNITS = {
    "per M input tokens": "input",
    "per M output tokens": "output",
    "per M cached input tokens": "cached_input",
}


def live_card(
    row: Mapping[str, Any], schemas: Mapping[str, Any] | None, known: ModelCard | None, today: date
) -> tuple[ModelCard, tuple[str, ...]]:
    """A card and a sentence about each thing in the row that could not be read: `(card, problems)`.

    What the row and its schemas do not have is taken from `known`. Raises ValueError for a row without a name.
    """
    name = row.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ValueError("a model without a name")
    if not sendable(name):
        raise ValueError(f"a model whose name cannot be sent, {visible(name)}")
    facts: dict[str, Any] = {}
    problems: list[str] = []
    for key, value in _properties(row):
        read = _READERS.get(key)
        if read is None:
            continue
        try:
            facts |= read(value, today)
        except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation):
            problems.append(f"{name}: the value of {key} could not be read ({str(value)[:80]!r}).")
    if isinstance(row.get("description"), str):
        facts["description"] = row["description"].strip()
    with suppress(ValueError):
        facts["added"] = date.fromisoformat(str(row.get("created_at", ""))[:10])
    try:
        facts |= _schemas(schemas)
    except (TypeError, AttributeError, ValueError, RecursionError):
        problems.append(f"{name}: its schema could not be read.")
    base = known or ModelCard(id=name, name=name.rpartition("/")[2], author=_author(name), provider="workers_ai")
    facts["schemas"] = _forms(base, facts)
    return _merged(base, facts), tuple(problems)


def _merged(base: ModelCard, facts: dict[str, Any]) -> ModelCard:
    """The card with live facts first, and those of other sources after them."""
    if facts.get("vision") and "image" not in base.input_modalities:
        facts["input_modalities"] = (*base.input_modalities, "image")
    for field in ("context_windows", "prices"):
        if field in facts:
            others = tuple(other for other in getattr(base, field) if other.source != LIVE_LIST)
            facts[field] = (*facts[field], *others)
    if "prices" in facts and len(facts["prices"]) > 1 and _rounds_to(facts["prices"][1], facts["prices"][0]):
        live, known, *others = facts["prices"]
        facts["prices"] = (known, live, *others)
    if "retirement" in facts and base.retirement is not None:
        facts["retirement"] = facts["retirement"].model_copy(update={"successor": base.retirement.successor})
    if LIVE_LIST not in base.sources:
        facts["sources"] = (LIVE_LIST, *base.sources)
    return base.model_copy(update=facts)


def _rounds_to(exact: PriceQuote, rounded: PriceQuote) -> bool:
    """Whether two prices are equal when rounded: the live list has fewer digits than the price page."""
    pairs = [(exact.input, rounded.input), (exact.output, rounded.output)]
    if rounded.cached_input is not None:
        if exact.cached_input is None:
            return False
        pairs.append((exact.cached_input, rounded.cached_input))
    return all(fine.quantize(coarse) == coarse or fine == coarse for fine, coarse in pairs)


def _properties(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The properties as pairs, text that holds JSON decoded."""
    properties = row.get("properties") or ()
    if isinstance(properties, Mapping):
        pairs = list(properties.items())
    else:
        pairs = [(entry.get("property_id"), entry.get("value")) for entry in properties if isinstance(entry, Mapping)]
    for key, value in pairs:
        if isinstance(value, str) and value.strip()[:1] in ("[", "{"):
            with suppress(ValueError):
                value = json.loads(value)
        if isinstance(key, str) and value is not None:
            yield key, value


def _schemas(schemas: Mapping[str, Any] | None) -> dict[str, Any]:
    if not schemas or not isinstance(schemas.get("input"), Mapping):
        return {}
    by_form = forms(schemas["input"])
    if not by_form:
        return {}
    read: dict[str, Any] = {"schemas": by_form}
    if by_form.keys() != {"batch"}:
        read |= {"family_inferred": False, "family_source": "Cloudflare API, models/schema"}
    return read | {"output_schema": schemas["output"]} if isinstance(schemas.get("output"), Mapping) else read


def _forms(base: ModelCard, facts: Mapping[str, Any]) -> dict[InputForm, Mapping[str, Any]]:
    """The live schema of each form, and the known one of a form that the live list does not decide.

    Only the property `async_queue` tells whether there are batches, for schemas often leave them out. A schema that
    requires messages (or a prompt) excludes the other form.
    """
    live: dict[InputForm, Mapping[str, Any]] = facts.get("schemas", {})
    required = any(form in schema.get("required", ()) for form, schema in live.items() if form != "batch")
    refused = {"batch": facts.get("batch") is False, "messages": required, "prompt": required}
    known = {form: schema for form, schema in base.schemas.items() if not refused[form]}
    return known | live


def _flag(name: str) -> Callable[[Any, date], dict[str, Any]]:
    def read(value: Any, _: date) -> dict[str, Any]:
        if isinstance(value, bool):
            return {name: value}
        return {
            name: {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[str(value).lower()]
        }

    return read


def _context_window(value: Any, today: date) -> dict[str, Any]:
    tokens = int(str(value).replace(",", "").replace("_", ""))
    if tokens <= 0:
        raise ValueError(value)
    return {"context_windows": (ContextWindow(tokens=tokens, source=LIVE_LIST, as_of=today),)}


def _price(value: Any, today: date) -> dict[str, Any]:
    amounts: dict[str, Decimal] = {}
    for part in [value] if isinstance(value, Mapping) else value:
        unit = _PRICE_UNITS.get(part["unit"])
        if unit is not None and part.get("currency", "USD") == "USD":
            amounts[unit] = Decimal(str(part["price"]))
    if not {"input", "output"} <= amounts.keys():
        return {}
    if any(not amount.is_finite() or amount < 0 for amount in amounts.values()):
        raise ValueError(value)
    return {"prices": (PriceQuote(**amounts, source=LIVE_LIST, as_of=today),)}


def _reasoning_effort(value: Any, _: date) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {"reasoning_effort": dict(value)}
    names = value.split(",") if isinstance(value, str) else list(value)
    return {
        "reasoning_effort": {"supported_efforts": [str(name).strip().lower() for name in names if str(name).strip()]}
    }


def _retirement(value: Any, _: date) -> dict[str, Any]:
    return {"retirement": Retirement(on=date.fromisoformat(str(value)[:10]), source=LIVE_LIST)}


def _address(name: str) -> Callable[[Any, date], dict[str, Any]]:
    def read(value: Any, _: date) -> dict[str, Any]:
        if not str(value).startswith(("https://", "http://")):
            raise ValueError(value)
        return {name: str(value)}

    return read


_READERS: Mapping[str, Callable[[Any, date], dict[str, Any]]] = {
    "context_window": _context_window,
    "price": _price,
    "function_calling": _flag("function_calling"),
    "reasoning": _flag("reasoning"),
    "vision": _flag("vision"),
    "lora": _flag("lora"),
    "async_queue": _flag("batch"),
    "require_workers_paid": _flag("requires_paid_plan"),
    "reasoning_effort": _reasoning_effort,
    "planned_deprecation_date": _retirement,
    "info": _address("info_url"),
    "terms": _address("license_url"),
}


def _author(name: str) -> str:
    parts = name.split("/")
    return parts[-2] if len(parts) > 1 else ""
