"""The outcomes of a batch with their requests, as rows, JSON lines and CSV; and what they cost."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from playground import metering
from playground.metering import Price, Usage
from playground.store import Charge, Outcome, SubmittedBatch
from playground.text.spreadsheet import csv_text

COLUMNS = (
    *("request", "external_reference", "ok", "prompt", "answer", "error"),
    *("tokens in", "tokens out", "USD", "priced by"),
)

Items = Sequence[Mapping[str, Any]]


def batch_usage(batch: SubmittedBatch, outcomes: Sequence[Outcome]) -> Usage | None:
    """The usage of all requests: the service's own total, else the sum over the items; None where neither is known."""
    if batch.usage is not None:
        return batch.usage
    usages = [outcome.usage for outcome in outcomes if outcome.usage is not None]
    if not usages:
        return None
    metered = [usage.neurons or (None if usage.completion_tokens else 0.0) for usage in usages]
    billed = [usage.billed for usage in usages]
    return Usage(
        sum(usage.prompt_tokens for usage in usages),
        sum(usage.completion_tokens for usage in usages),
        sum(usage.cached_tokens for usage in usages),
        None if None in metered else sum(usage for usage in metered if usage is not None),
        any(usage.estimated for usage in usages),
        None if None in billed else sum((usage for usage in billed if usage is not None), Decimal(0)),
        ", ".join(dict.fromkeys(usage.billed_by for usage in usages if usage.billed_by)),
        written_tokens=sum(usage.written_tokens for usage in usages),
        written_hour_tokens=sum(usage.written_hour_tokens for usage in usages),
    )


def batch_charge(batch: SubmittedBatch, outcomes: Sequence[Outcome]) -> Charge | None:
    """The charge for all requests: the cost of the total usage, or the sum of the items' costs; None if not known."""
    usage = batch_usage(batch, outcomes)
    if usage is None:
        return None
    if batch.usage is not None:
        return Charge("done", usage, batch.price, metering.cost(usage, batch.price))
    costs = [metering.cost(outcome.usage, batch.price) for outcome in outcomes if outcome.usage is not None]
    total = None if None in costs else sum((cost for cost in costs if cost is not None), Decimal(0))
    return Charge("done", usage, batch.price, total)


def rows(items: Items, outcomes: Sequence[Outcome], price: Price | None) -> list[dict[str, Any]]:
    """A row of COLUMNS for each outcome, requests numbered from 1; unknown values are None."""
    return [_row(_item(items, outcome), outcome, price) for outcome in outcomes]


def as_jsonl(batch: SubmittedBatch, items: Items, outcomes: Sequence[Outcome]) -> str:
    """A line of JSON for each outcome, with model, connection and the body of the request."""
    origin = {"model": batch.model, "connection": batch.connection}
    lines = ({**asdict(outcome), **origin, "request": _item(items, outcome)} for outcome in outcomes)
    return "".join(f"{json.dumps(line, default=str)}\n" for line in lines)  # a bill as text, exact


def as_csv(batch: SubmittedBatch, items: Items, outcomes: Sequence[Outcome]) -> str:
    """The rows for a spreadsheet, with model and connection."""
    origin = {"model": batch.model, "connection": batch.connection}
    return csv_text((*COLUMNS, *origin), ({**row, **origin} for row in rows(items, outcomes, batch.price)))


def _row(item: Mapping[str, Any], outcome: Outcome, price: Price | None) -> dict[str, Any]:
    usage = outcome.usage
    cost = None if usage is None else metering.cost(usage, price)
    error = outcome.error
    return {
        "request": outcome.index + 1,
        "external_reference": outcome.external_reference or item.get("external_reference"),
        "ok": outcome.ok,
        "prompt": item_prompt(item),
        "answer": outcome.text,
        "error": None if error is None else f"{error.message} {error.hint}".strip(),
        "tokens in": None if usage is None else usage.prompt_tokens,
        "tokens out": None if usage is None else usage.completion_tokens,
        "USD": cost,
        "priced by": None if usage is None else priced_by(usage, price),
    }


def priced_by(usage: Usage, price: Price | None) -> str:
    """How a cost was computed, in a few words; "unpriced" where it could not be."""
    if usage.billed is not None:
        return f"the server's bill ({usage.billed_by})" if usage.billed_by else "the server's bill"
    if metering.cost(usage, price) is None:
        return "unpriced"
    guessed = ", estimated" if metering.cost_is_estimated(usage, price) else ""
    return f"{'neurons' if usage.neurons else 'unit prices'}{guessed}"


def item_prompt(item: Mapping[str, Any]) -> str:
    """The prompt of a request, or the content of its last message."""
    if isinstance(prompt := item.get("prompt"), str):
        return prompt
    messages = item.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    content = last.get("content") if isinstance(last, Mapping) else None
    return content if isinstance(content, str) else "" if content is None else json.dumps(content, ensure_ascii=False)


def _item(items: Items, outcome: Outcome) -> Mapping[str, Any]:
    return items[outcome.index] if outcome.index < len(items) else {}
