"""Asynchronous batches on the wire: the body to submit, and the results, which come in any order.

https://developers.cloudflare.com/workers-ai/features/batch-api/
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from playground.errors import BadRequestError, ProtocolError, ProviderError
from playground.events import Event, ReasoningDelta, Reclassified, TextDelta, UsageReported
from playground.providers.base import Batch, BatchItem
from playground.providers.dialects import workers_ai
from playground.providers.failures import read_embedded_error
from playground.providers.wire.json_text import decode_document
from playground.providers.wire.reading import AnswerReader
from playground.providers.wire.requests import encode
from playground.providers.wire.usage_reading import read_usage

_MOST_ITEMS = 100_000
References = Sequence[str | None]
"""The `external_reference` of each request that was submitted, in order."""
LARGEST_BODY = 10_000_000
"""Bytes; the documents say "less than 10 MB"."""


def batch_body(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The body that submits the items. Raises BadRequestError when there is none or they are too large together."""
    if not items:
        raise BadRequestError("A batch without requests cannot be submitted.", hint="Add at least one request.")
    if not all(isinstance(item, Mapping) for item in items):
        raise BadRequestError("A request of the batch is not an object.", hint="Each is a body as for one request.")
    body = {"requests": [dict(item) for item in items]}
    size = len(encode(body))
    if size >= LARGEST_BODY:
        raise BadRequestError(
            f"The batch is {size / 1e6:.1f} MB; the service takes less than {LARGEST_BODY / 1e6:.0f} MB.",
            hint=_smaller(len(items), size),
        )
    return body


def _smaller(count: int, size: int) -> str:
    """What to do about so many requests that are so many bytes together."""
    if count == 1:
        return "Shorten the request."
    parts = math.ceil(size / (LARGEST_BODY * 0.95))
    return f"Divide it into {parts} batches of about {math.ceil(count / parts):,} requests each."


def read_batch(
    answer: Mapping[str, Any],
    request_id: str,
    *,
    model: str,
    references: References = (),
    account_id: str = "",
    secrets: Sequence[str] = (),
) -> Batch:
    """The state of a batch from the answer to its poll, items in the order of the requests.

    Results have the position of their request as `id`; where it is missing, a reference that only one request has
    counts, else their order. A request without a result is a failed item.
    """
    context = _ErrorContext(model, account_id, secrets)
    if answer.get("success") is False:
        raise context.read_error(answer)
    result = answer.get("result", answer)
    if isinstance(result, list):
        result = {"responses": result}
    if not isinstance(result, Mapping):
        raise ProtocolError("The answer about the batch holds no result.")
    if pending := _pending_status(result):
        return Batch(request_id, pending)
    responses = result.get("responses")
    if not isinstance(responses, list):
        raise _without_results(result, context)
    places = _places(references)
    items: dict[int, BatchItem] = {}
    for position, response in enumerate(responses):
        item = _item(response, position, len(references), places, context)
        items.setdefault(item.index, item)
    count = max([len(references), *(index + 1 for index in items)])
    found = tuple(items.get(index) or _missing(index, references) for index in range(count))
    used = result.get("usage")
    return Batch(request_id, "done", found, read_usage(used) if isinstance(used, Mapping) else None)


@dataclass(frozen=True, slots=True)
class _ErrorContext:
    """What the messages of errors are made with."""

    model: str
    account_id: str
    secrets: Sequence[str]

    def read_error(self, read_error: Any) -> ProviderError:
        return read_embedded_error(read_error, model=self.model, account_id=self.account_id, secrets=self.secrets)


def _pending_status(result: Mapping[str, Any]) -> Literal["queued", "running"] | None:
    """The status of a batch that is not done yet; None for any other."""
    status = str(result.get("status", "")).lower()
    if status in ("queued", "pending"):
        return "queued"
    return "running" if status in ("running", "processing", "in_progress", "started") else None


def _without_results(result: Mapping[str, Any], context: _ErrorContext) -> ProviderError:
    status = str(result.get("status", "")).lower()
    if status in ("failed", "error", "errored"):
        error = context.read_error(result)
        error.retryable = False  # to ask again would bring the same answer
        return error
    return ProtocolError(f"The answer about the batch has neither results nor a status that is known ({status!r}).")


def _places(references: References) -> Mapping[str, int]:
    """The places of references that only one request has."""
    counts = Counter(references)
    return {one: place for place, one in enumerate(references) if one is not None and counts[one] == 1}


def _item(response: Any, position: int, size: int, places: Mapping[str, int], context: _ErrorContext) -> BatchItem:
    if not isinstance(response, Mapping):
        error = ProtocolError(f"The result of request {position + 1} is not an object.")
        return BatchItem(position, False, "", None, error)
    reference = response.get("external_reference")
    reference = None if reference is None else str(reference)
    index = _index(response.get("id"), reference, position, size, places)
    if response.get("success") is False or (response.get("error") and not response.get("result")):
        return BatchItem(index, False, "", reference, _failure(response, context))
    reader = AnswerReader(
        dialect=workers_ai,
        content_type="application/json",
        model=context.model,
        account_id=context.account_id,
        secrets=context.secrets,
    )
    events = reader.read_value(response.get("result"))
    text = _text(events)
    used = (event.usage for event in events if isinstance(event, UsageReported) and not event.usage.estimated)
    return BatchItem(index, reader.error is None, text, reference, reader.error, next(used, None), tuple(events))


def _text(events: Iterable[Event]) -> str:
    """The text of an answer, after reclassification."""
    text = thought = ""
    for event in events:
        match event:
            case TextDelta(piece):
                text += piece
            case ReasoningDelta(piece):
                thought += piece
            case Reclassified("thought"):
                text, thought = "", thought + text
            case Reclassified("text"):
                text, thought = thought + text, ""
    return text


def _failure(response: Mapping[str, Any], context: _ErrorContext) -> ProviderError:
    if isinstance(told := response.get("error"), str) and told.startswith("{"):
        with suppress(ValueError):  # the body of an answer that failed, as text
            return context.read_error(decode_document(told.encode()))
    for key in ("error", "errors"):
        if response.get(key):
            return context.read_error(response)
    result = response.get("result")
    if isinstance(result, str) and result:
        return context.read_error({"error": result})
    if isinstance(result, Mapping) and (result.get("error") or result.get("errors")):
        return context.read_error(result)
    return ProviderError("The request failed, and the service does not say why.", hint="Send it again on its own.")


def _index(value: Any, reference: str | None, position: int, size: int, places: Mapping[str, int]) -> int:
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < max(size, _MOST_ITEMS):
        return value
    return position if reference is None else places.get(reference, position)


def _missing(index: int, references: References) -> BatchItem:
    error = ProtocolError(f"The service gave no result for request {index + 1}.", hint="Send it again.")
    return BatchItem(index, False, "", references[index] if index < len(references) else None, error)
