"""The most that a request can cost: its tokens at most, in and out, at the prices of its model."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from playground.answers.recording import is_length
from playground.conversation.context_use import measure_context
from playground.messages import ChatRequest
from playground.metering import CACHE_WRITE, CACHE_WRITE_HOUR
from playground.models.catalog import ModelCard
from playground.models.listing_server import OWN_SCHEMA, default_parameters
from playground.money.budget import Most
from playground.parameters import specs
from playground.parameters.reading import ENDS, NOT_PARAMETERS, WELL_KNOWN, group_of
from playground.providers import Connection
from playground.providers.dialects import ASKED
from playground.providers.dialects.messages import longest_answer
from playground.providers.http.server_address import server_of
from playground.providers.listed_models import listed_model

_TOKENS_PER_MESSAGE = 32
"""More than any chat template puts around a message."""
_TOKENS_PER_REQUEST = 128
"""More than the preambles of templates."""
_INSTRUCTIONS = 1_024
"""More tokens than vendors add as instructions for tools and formats.

https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview#pricing names 346 to 530."""
_MILLION = 1_000_000
_NEURON_ROUNDING = Decimal("0.0005")
"""USD per million tokens: Cloudflare's prices are those of its neurons, rounded to three digits after the point."""
PRICED_APART = frozenset(
    ["web_search_options", "plugins", "prediction", "service_tier", "speed", "inference_geo", "context_management"]
)
"""Parameters that have a price of their own, which is not known here."""
_COUNTED = frozenset(("n", "best_of", "cache_control"))
"""Parameters whose share in the cost is counted here."""

NO_PRICE = "Set a price for the model on the Connections page."
NO_LENGTH = "Set max_tokens: how long the answer may get is not known."
NO_CONTEXT = "Leave pictures out: how many tokens they take is not known."


def most_of(card: ModelCard, request: ChatRequest, connection: Connection) -> Most:
    """The most that a request can cost; tokens that are cached count as fresh ones.

    Those that may be written to a cache count as if they were.
    """
    price = card.price
    if price is not None and price.free:
        return Most(Decimal(0))
    if price is None:
        return Most(None, NO_PRICE)
    if apart := sorted(PRICED_APART & request.parameters.keys()):
        return Most(None, f"Leave {', '.join(apart)} out: what it costs is not known.")
    if unknown := _may_lengthen(card, request, connection):
        return Most(None, f"Leave {', '.join(unknown)} out: how long an answer gets by it is not known.")
    prompt, answer = _prompt(card, request), _answer(card, request, connection)
    if prompt is None:
        return Most(None, NO_CONTEXT)
    if answer is None:
        return Most(None, NO_LENGTH)
    margin = _NEURON_ROUNDING if card.hosted else Decimal(0)
    dearest = max(price.input, price.cached_input or Decimal(0)) + margin
    return Most((prompt * dearest * _writes(request) + answer * (price.output + margin)) / _MILLION)


def most_of_batch(card: ModelCard, items: Sequence[Mapping[str, Any]], connection: Connection) -> Most:
    """The most that all requests of an asynchronous batch can cost together; `items` are their bodies."""
    total = Decimal(0)
    for item in items:
        parameters = {name: value for name, value in item.items() if name not in ("messages", "prompt")}
        # A body is no conversation, but has as many bytes: that is all that is asked of it.
        body = json.dumps(item, ensure_ascii=False)
        most = most_of(card, ChatRequest(card.wire_id, prompt=body, parameters=parameters), connection)
        if most.amount is None:
            return most
        total += most.amount
    return Most(total)


def _prompt(card: ModelCard, request: ChatRequest) -> int | None:
    """No token stands for less than a byte, and no prompt is longer than the context."""
    counted = measure_context(card, request).prompt
    instructed = bool(request.tools or request.response_format is not None or request.parameters.get("tools"))
    if counted.exact and not instructed:
        return counted.value
    pictures = any(not isinstance(message.content, str) and message.pictures for message in request.messages)
    window = card.context_window
    if pictures:
        return window
    messages = [asdict(message) for message in request.messages]
    whole = [messages, request.prompt, list(request.tools), request.response_format, dict(request.parameters)]
    size = len(json.dumps(whole, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass"))
    size += _TOKENS_PER_MESSAGE * len(messages) + _TOKENS_PER_REQUEST + instructed * _INSTRUCTIONS
    return size if window is None else min(size, window)


def _answer(card: ModelCard, request: ChatRequest, connection: Connection) -> int | None:
    """The cap on an answer, for each of several; without one that is certain, as much as the context holds."""
    given = [value for name in _lengths(connection) if (value := request.parameters.get(name)) is not None]
    least = request.parameters.get("min_tokens")
    given += [least] if given and is_length(least) else []
    longest = max(given, default=card.default_max_tokens) if all(map(is_length, given)) else None
    if longest is None and _dialect(connection) == "messages":
        listed = listed_model(server_of(connection), request.model).max_output_tokens
        longest = max(listed or 0, longest_answer(request.model))
    if longest is None:
        longest = card.context_window
    several = [request.parameters.get(name) for name in ("n", "best_of")]
    if not all(number is None or is_length(number) for number in several):
        return None
    count = max(1, *(number or 1 for number in several))
    return None if longest is None else longest * count


def _may_lengthen(card: ModelCard, request: ChatRequest, connection: Connection) -> list[str]:
    """The parameters of a request by which its answer may get longer than its cap, as far as anybody knows here.

    Those are the names of a cap that the dialect does not have, and what is documented nowhere: a schema of somebody's
    own says what a control looks like, not what a server makes of it.
    """
    if card.family_source == OWN_SCHEMA:
        documented = {spec.name for spec in specs(default_parameters(card.provider), without=())}
    else:
        documented = {spec.name for schema in card.schemas.values() for spec in specs(schema, without=())}
    known = {*documented, *WELL_KNOWN, *NOT_PARAMETERS, *_COUNTED} if documented else request.parameters.keys()
    lengths = {*_lengths(connection), *ENDS}
    return sorted(
        name
        for name, value in request.parameters.items()
        if value is not None and name not in lengths and (group_of(name) == "length" or name not in known)
    )


def _lengths(connection: Connection) -> Sequence[str]:
    return ASKED[_dialect(connection)].LENGTHS


def _dialect(connection: Connection) -> str:
    return "messages" if connection.api == "anthropic" else connection.traits.dialect


def _writes(request: ChatRequest) -> Decimal:
    """How much more than plain input a token may cost because it is written to a cache, as Anthropic's are if asked."""
    asked = json.dumps([dict(request.parameters), list(request.tools)], default=str)
    if "cache_control" not in asked:
        return Decimal(1)
    return CACHE_WRITE_HOUR if '"1h"' in asked else CACHE_WRITE
