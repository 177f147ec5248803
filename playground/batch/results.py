"""The outcomes of a batch beside its requests: as rows, as JSON lines, as CSV; and what they cost."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from playground import metering
from playground.metering import Price, Usage
from playground.store import Charge, Outcome, SubmittedBatch

COLUMNS = (
    *("request", "external_reference", "ok", "prompt", "answer", "error"),
    *("tokens in", "tokens out", "USD", "priced by"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Items = Sequence[Mapping[str, Any]]


def batch_usage(batch: SubmittedBatch, outcomes: Sequence[Outcome]) -> Usage | None:
    """What all requests used: as the service says of the whole, else the sum of its items; None where it is silent."""
    if batch.usage is not None:
        return batch.usage
    each = [outcome.usage for outcome in outcomes if outcome.usage is not None]
    if not each:
        return None
    metered = [one.neurons or (None if one.completion_tokens else 0.0) for one in each]
    billed = [one.billed for one in each]
    return Usage(
        sum(one.prompt_tokens for one in each),
        sum(one.completion_tokens for one in each),
        sum(one.cached_tokens for one in each),
        None if None in metered else sum(one for one in metered if one is not None),
        any(one.estimated for one in each),
        None if None in billed else sum((one for one in billed if one is not None), Decimal(0)),
        ", ".join(dict.fromkeys(one.billed_by for one in each if one.billed_by)),
    )


def batch_charge(batch: SubmittedBatch, outcomes: Sequence[Outcome]) -> Charge | None:
    """What all requests took, the cost being that of the whole or the sum of the items' costs; None if not known."""
    used = batch_usage(batch, outcomes)
    if used is None:
        return None
    if batch.usage is not None:
        return Charge("done", used, batch.price, metering.cost(used, batch.price))
    costs = [metering.cost(one.usage, batch.price) for one in outcomes if one.usage is not None]
    total = None if None in costs else sum((cost for cost in costs if cost is not None), Decimal(0))
    return Charge("done", used, batch.price, total)


def rows(items: Items, outcomes: Sequence[Outcome], price: Price | None) -> list[dict[str, Any]]:
    """A row of COLUMNS for each outcome, requests numbered from 1; None where something is not known."""
    return [_row(_item(items, outcome), outcome, price) for outcome in outcomes]


def as_jsonl(batch: SubmittedBatch, items: Items, outcomes: Sequence[Outcome]) -> str:
    """A line of JSON for each outcome, with model, connection and the request's own body; exactly what came."""
    asked = {"model": batch.model, "connection": batch.connection}
    lines = ({**asdict(outcome), **asked, "request": _item(items, outcome)} for outcome in outcomes)
    return "".join(f"{json.dumps(line, default=str)}\n" for line in lines)  # a bill as text, exact


def as_csv(batch: SubmittedBatch, items: Items, outcomes: Sequence[Outcome]) -> str:
    """The rows for a spreadsheet (RFC 4180), with model and connection.

    A text that one would take for a formula has an apostrophe before it.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    file = io.StringIO(newline="")
    asked = {"model": batch.model, "connection": batch.connection}
    writer = csv.DictWriter(file, (*COLUMNS, *asked))
    writer.writeheader()
    for row in rows(items, outcomes, batch.price):
        writer.writerow({name: _harmless(value) for name, value in {**row, **asked}.items()})
    return file.getvalue()


def _row(item: Mapping[str, Any], outcome: Outcome, price: Price | None) -> dict[str, Any]:
    used = outcome.usage
    cost = None if used is None else metering.cost(used, price)
    error = outcome.error
    return {
        "request": outcome.index + 1,
        "external_reference": outcome.external_reference or item.get("external_reference"),
        "ok": outcome.ok,
        "prompt": item_words(item),
        "answer": outcome.text,
        "error": None if error is None else f"{error.message} {error.hint}".strip(),
        "tokens in": None if used is None else used.prompt_tokens,
        "tokens out": None if used is None else used.completion_tokens,
        "USD": cost,
        "priced by": None if used is None else priced_by(used, price),
    }


def priced_by(usage: Usage, price: Price | None) -> str:
    """What a cost is made of, in a few words; "unpriced" where nothing is known."""
    if usage.billed is not None:
        return f"the server's bill ({usage.billed_by})" if usage.billed_by else "the server's bill"
    if metering.cost(usage, price) is None:
        return "unpriced"
    guessed = ", estimated" if metering.cost_is_estimated(usage, price) else ""
    return f"{'neurons' if usage.neurons else 'unit prices'}{guessed}"


def item_words(item: Mapping[str, Any]) -> str:
    """The words of a request: its prompt, or the last of its messages."""
    if isinstance(prompt := item.get("prompt"), str):
        return prompt
    messages = item.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    content = last.get("content") if isinstance(last, Mapping) else None
    return content if isinstance(content, str) else "" if content is None else json.dumps(content, ensure_ascii=False)


def _item(items: Items, outcome: Outcome) -> Mapping[str, Any]:
    return items[outcome.index] if outcome.index < len(items) else {}


def _harmless(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
