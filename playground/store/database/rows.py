"""Rows to records, and values of the domain to what a column holds."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping

from playground.answers.extras import Extras
from playground.messages import Message, ProviderMetadata, ToolCall
from playground.metering import Price, Timings, Usage
from playground.store.charges import Charge
from playground.store.database.schema import replies
from playground.store.records import Conversation, Ending, Failure, StoredReply, Turn

CHARGED = (
    replies.c.id,
    replies.c.owner,
    replies.c.state,
    replies.c.usage,
    replies.c.price,
    replies.c.cost,
    replies.c.cached,
)
"""Columns that say what a reply took."""

_PAID_FOR = {
    *(
        "id",
        "owner",
        "conversation_id",
        "process",
        "model",
        "connection",
        "state",
        "finish_reason",
        "truncated",
        "usage",
        "price",
    ),
    *("cost", "waits", "first_token_s", "total_s", "thought_s", "cached", "repeats", "started_at"),
    *("saved_at", "finished_at", "page", "preset", "copy_of"),
}
_EMPTY = {"text": "", "reasoning": ""}
WORDLESS = {column.name: _EMPTY.get(column.name) for column in replies.c if column.name not in _PAID_FOR}
"""What a reply's columns are set to when its words are purged: every column but those of _PAID_FOR may hold some."""


def packed_calls(calls: Iterable[ToolCall]) -> list[dict[str, Any]] | None:
    """Tool calls for a JSON column, without what most of them do not have; None for none."""
    return [_packed_call(call) for call in calls] or None


def _packed_call(call: ToolCall) -> dict[str, Any]:
    """`provider_details` are called `given` in the database."""
    packed = {"id": call.id, "name": call.name, "arguments": call.arguments}
    if call.kind != "function":
        packed["kind"] = call.kind
    return packed if call.provider_details is None else {**packed, "given": dict(call.provider_details)}


def packed_metadata(metadata: ProviderMetadata | None) -> dict[str, Any] | None:
    """Provider metadata for a JSON column."""
    return None if metadata is None else {key: value for key, value in asdict(metadata).items() if value}


def packed_price(price: Price | None) -> dict[str, Any] | None:
    """A price for a JSON column, its decimals as text."""
    if price is None:
        return None
    return {
        "input": str(price.input),
        "output": str(price.output),
        "cached_input": None if price.cached_input is None else str(price.cached_input),
        "source": price.source,
        "as_of": None if price.as_of is None else price.as_of.isoformat(),
        "free": price.free,
    }


def packed_usage(usage: Usage | None) -> dict[str, Any] | None:
    """A usage for a JSON column, the bill as text."""
    if usage is None:
        return None
    return {**asdict(usage), "billed": None if usage.billed is None else str(usage.billed)}


def packed_ending(ending: Ending, at: datetime) -> dict[str, Any]:
    """The columns of a reply that its end fills; `at` is when it ended, where `ending` does not say."""
    timings = ending.get("timings") or Timings(None, None)
    error, extras = ending.get("error"), ending.get("extras")
    at = ending.get("finished_at") or at
    return {
        "state": ending["state"],
        "text": ending["text"],
        "reasoning": ending.get("reasoning", ""),
        "tool_calls": packed_calls(ending.get("tool_calls", ())),
        "finish_reason": ending.get("finish_reason"),
        "truncated": ending.get("truncated", False),
        "usage": packed_usage(ending.get("usage")),
        "price": packed_price(ending.get("price")),
        "cost": ending.get("cost"),
        "waits": dict(timings.waits) or None,
        "first_token_s": timings.first_token_s,
        "total_s": timings.total_s,
        "thought_s": timings.thought_s,
        "error": None if error is None else asdict(error),
        "request_id": ending.get("request_id"),
        "notes": list(ending.get("notes", ())) or None,
        "cached": ending.get("cached", False),
        "extras": None if extras is None else extras.as_json(),
        "given": packed_metadata(ending.get("provider_metadata")),
        "saved_at": at,
        "finished_at": at,
    }


def packed_request(body: Any) -> bytes:
    """A request body for its own row: every request repeats the conversation, so it is compressed."""
    return zlib.compress(json.dumps(body, separators=(",", ":")).encode(), level=1)


def unpacked_request(body: bytes) -> Any:
    """The request body that `packed_request` was given."""
    return json.loads(zlib.decompress(body))


def packed_message(message: Message) -> dict[str, Any]:
    """The columns of a turn that its message fills; `parts` holds a content that is more than words."""
    return {
        "role": message.role,
        "text": message.text,
        "parts": None if isinstance(message.content, str) else [dict(part) for part in message.content],
        "reasoning": message.reasoning,
        "tool_calls": packed_calls(message.tool_calls),
        "tool_call_id": message.tool_call_id,
        "given": packed_metadata(message.provider_metadata),
    }


def conversation(row: RowMapping) -> Conversation:
    """The record of a row of `conversations`."""
    return Conversation(
        id=row["id"],
        title=row["title"],
        model=row["model"],
        system_prompt=row["system_prompt"],
        parameters=row["parameters"],
        options=row["options"],
        head=row["head"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def reply(row: Mapping[str, Any], pieces: Sequence[tuple[str, str]] = ()) -> StoredReply:
    """The record of a row of `replies`, with the (text, reasoning) that came since it was written."""
    charge = charge_of_row(row)
    return StoredReply(
        id=row["id"],
        conversation_id=row["conversation_id"],
        model=row["model"],
        connection=row["connection"],
        state=row["state"],
        text=row["text"] + "".join(text for text, _ in pieces),
        reasoning=row["reasoning"] + "".join(reasoning for _, reasoning in pieces),
        tool_calls=_calls(row["tool_calls"]),
        finish_reason=row["finish_reason"],
        truncated=row["truncated"],
        usage=charge.usage,
        price=charge.price,
        cost=charge.cost,
        timings=Timings(row["first_token_s"], row["total_s"], row["waits"] or {}, row["thought_s"]),
        error=None if row["error"] is None else Failure(**row["error"]),
        request_id=row["request_id"],
        notes=tuple(row["notes"] or ()),
        response_format=row["response_format"],
        cached=row["cached"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        repeats=row["repeats"],
        setup=row["setup"],
        extras=Extras.from_json(row["extras"]),
        provider_metadata=_metadata(row["given"]),
        unsaved=row.get("unsaved", ""),
    )


def charge_of_row(row: Mapping[str, Any]) -> Charge:
    """What a reply took, from a row with the columns CHARGED; that of a live one is not said before its end."""
    if row["state"] == "live":
        return Charge("live", None, None, None)
    return Charge(row["state"], usage_of_row(row["usage"]), price(row["price"]), row["cost"], row["cached"])


def was_never_sent(row: Mapping[str, Any]) -> bool:
    """Whether a reply ended before its request left, from a row with its state, `total_s` and `waits`.

    It was refused here, or stopped while it was queued: no attempt took any time, and none failed before.
    """
    return row["state"] in ("failed", "stopped") and row["total_s"] == 0 and "failed" not in (row["waits"] or {})


def turn(row: RowMapping, siblings: tuple[str, ...], answer: StoredReply | None) -> Turn:
    """The record of a row of `turns`."""
    message = Message(
        role=row["role"],
        content=row["text"] if row["parts"] is None else tuple(row["parts"]),
        tool_calls=_calls(row["tool_calls"]),
        tool_call_id=row["tool_call_id"],
        reasoning=row["reasoning"],
        provider_metadata=_metadata(row["given"]),
    )
    return Turn(
        id=row["id"],
        conversation_id=row["conversation_id"],
        parent_id=row["parent_id"],
        message=message if answer is None else answer.message,
        created_at=row["created_at"],
        siblings=siblings,
        reply=answer,
    )


def usage_of_row(packed: Mapping[str, Any] | None) -> Usage | None:
    """The usage of a JSON column."""
    if packed is None:
        return None
    billed = packed.get("billed")
    return Usage(**{**packed, "billed": None if billed is None else Decimal(billed)})


def _metadata(packed: Mapping[str, Any] | None) -> ProviderMetadata | None:
    return None if packed is None else ProviderMetadata(**packed)


def _calls(packed: Iterable[Mapping[str, Any]] | None) -> tuple[ToolCall, ...]:
    return tuple(_call(**call) for call in packed or ())


def _call(given: Mapping[str, Any] | None = None, **fields: Any) -> ToolCall:
    return ToolCall(**fields, provider_details=given)


def price(packed: Mapping[str, Any] | None) -> Price | None:
    """The price of a JSON column."""
    if packed is None:
        return None
    cached = packed["cached_input"]
    as_of = packed["as_of"]
    return Price(
        input=Decimal(packed["input"]),
        output=Decimal(packed["output"]),
        source=packed["source"],
        as_of=None if as_of is None else date.fromisoformat(as_of),
        cached_input=None if cached is None else Decimal(cached),
        free=packed["free"],
    )
