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
from playground.store import HandedIn, Outcome

COLUMNS = ("request", "external_reference", "ok", "prompt", "answer", "error", "tokens in", "tokens out", "USD")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Items = Sequence[Mapping[str, Any]]


def usage(batch: HandedIn, outcomes: Sequence[Outcome]) -> Usage | None:
    """What all requests used: as the service says of the whole, else the sum of its items; None where it is silent."""
    if batch.usage is not None:
        return batch.usage
    each = [outcome.usage for outcome in outcomes if outcome.usage is not None]
    if not each:
        return None
    neurons = [one.neurons for one in each]
    return Usage(
        sum(one.prompt_tokens for one in each),
        sum(one.completion_tokens for one in each),
        sum(one.cached_tokens for one in each),
        None if None in neurons else sum(one for one in neurons if one is not None),
    )


def rows(items: Items, outcomes: Sequence[Outcome], price: Price | None) -> list[dict[str, Any]]:
    """A row of COLUMNS for each outcome, requests numbered from 1; None where something is not known."""
    return [_row(_item(items, outcome), outcome, price) for outcome in outcomes]


def as_jsonl(items: Items, outcomes: Sequence[Outcome]) -> str:
    """A line of JSON for each outcome, the request's own body included; exactly what came."""
    lines = (json.dumps({**asdict(outcome), "request": _item(items, outcome)}) for outcome in outcomes)
    return "".join(f"{line}\n" for line in lines)


def as_csv(items: Items, outcomes: Sequence[Outcome], price: Price | None) -> str:
    """The rows for a spreadsheet (RFC 4180). A text that one would take for a formula has an apostrophe before it.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    for row in rows(items, outcomes, price):
        writer.writerow({name: _harmless(value) for name, value in row.items()})
    return file.getvalue()


def _row(item: Mapping[str, Any], outcome: Outcome, price: Price | None) -> dict[str, Any]:
    used = outcome.usage
    cost = None if used is None else metering.cost(used, price)
    error = outcome.error
    return {
        "request": outcome.index + 1,
        "external_reference": outcome.external_reference or item.get("external_reference"),
        "ok": outcome.ok,
        "prompt": said(item),
        "answer": outcome.text,
        "error": None if error is None else f"{error.message} {error.hint}".strip(),
        "tokens in": None if used is None else used.prompt_tokens,
        "tokens out": None if used is None else used.completion_tokens,
        "USD": cost,
    }


def said(item: Mapping[str, Any]) -> str:
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
