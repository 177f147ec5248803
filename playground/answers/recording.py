"""Records answers in the store, with the cost at the price of that time."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeGuard

from playground import metering
from playground.answers.exchange import Exchange
from playground.answers.live_reply import LiveReply
from playground.answers.trace import Trace
from playground.errors import ErrorKind, ProviderError
from playground.messages import ChatRequest
from playground.metering import Usage
from playground.models.catalog import ModelCard
from playground.providers.dialects.chat_completions import LENGTHS
from playground.store import Ending, Failure, Store

EXTRAS_LEFT_OUT = "More pictures, sources, further answers or probabilities came than are kept."


@dataclass(frozen=True, slots=True)
class StoreRecorder:
    """A `Recorder` that saves a reply in the store, with its price at that time."""

    store: Store
    card: ModelCard | None

    def partial(self, reply: LiveReply) -> None:
        """Write what has arrived so far, with estimated usage, which counts if this process dies."""
        price = self.card.price if self.card else None
        usage = reply.usage_so_far
        self.store.save_partial(
            reply.id,
            reply.text,
            reply.reasoning,
            reply.tool_calls,
            usage=usage,
            price=price,
            cost=metering.cost(usage, price),
        )

    def hold(self, reply: LiveReply, reason: str | None) -> None:
        """Have the ended reply read from memory, with the `reason` why it is not saved; None ends that."""
        if reason is None:
            self.store.release_reply(reply.id)
        else:
            self.store.hold_reply(reply.id, reason, **self._ending(reply))

    def finished(self, reply: LiveReply) -> None:
        """Write the ended reply, with the trace of its exchange."""
        self.store.finish_reply(reply.id, **self._ending(reply))

    def _ending(self, reply: LiveReply) -> Ending:
        price = self.card.price if self.card else None
        cost = None if reply.usage is None else metering.cost(reply.usage, price)
        charged, lost = charge_of_end(reply, cost)
        return Ending(
            state=reply.state if reply.state != "live" else "failed",
            text=reply.text,
            reasoning=reply.reasoning,
            tool_calls=reply.tool_calls,
            finish_reason="length" if _is_cut_silently(reply, self.card) else reply.finish_reason,
            truncated=reply.truncated,
            usage=reply.usage,
            price=price,
            cost=Decimal(0) if reply.exchange.cached else cost,
            timings=reply.timings,
            error=None if reply.error is None else Failure.of(reply.error),
            request_id=reply.exchange.request_id,
            request=reply.exchange.request_body,
            trace=Trace.of(reply.exchange),
            pace=reply.pace,
            notes=(*reply.exchange.notes, *((EXTRAS_LEFT_OUT,) if reply.extras.left_out else ())),
            cached=reply.exchange.cached,
            extras=reply.extras.built(),
            provider_metadata=reply.provider_metadata,
            finished_at=reply.finished_at,
            charged=charged,
            lost=lost,
        )


UNBILLED: frozenset[ErrorKind] = frozenset(
    (
        "authentication",
        "permission",
        "not_found",
        "bad_request",
        "context_overflow",
        "rate_limited",
        "quota_exhausted",
        "capacity",
    )
)
"""Errors of a server that did not begin to answer."""


def charge_of_end(reply: LiveReply, cost: Decimal | None) -> tuple[Decimal, int]:
    """What the ledger is told of an answer that has ended: USD, and how many lost requests count as their most on top.

    One is lost where it may have been billed and nobody knows how much: a server that was asked fell silent, broke off
    before its first word, or was stopped before it. Never less than what may have been billed.
    """
    certain = reply.state == "done" or reply.first_token_s is not None
    return charge_of(reply.exchange, reply.usage, cost, certain=certain, error=reply.error)


def charge_of(
    exchange: Exchange, usage: Usage | None, cost: Decimal | None, *, certain: bool, error: ProviderError | None
) -> tuple[Decimal, int]:
    """The same of an exchange that has ended; `certain` where an answer came, at least its first word."""
    if exchange.cached:
        return Decimal(0), exchange.lost
    counted = usage is not None and not usage.estimated
    if cost is not None and (counted or certain):
        return cost, exchange.lost
    refused = error is not None and (error.kind in UNBILLED or exchange.failed_there)
    return Decimal(0), exchange.lost + (exchange.written and not refused)


def _is_cut_silently(reply: LiveReply, card: ModelCard | None) -> bool:
    """Whether an answer used up its cap without a finish reason: Workers AI's native streams have none."""
    if card is None or not card.hosted or reply.finish_reason not in ("stop", "unknown"):
        return False
    limit = cap(reply.request, card)
    usage = reply.usage
    return limit is not None and usage is not None and not usage.estimated and usage.completion_tokens >= limit


def cap(request: ChatRequest, card: ModelCard) -> int | None:
    """The most tokens that an answer will have: as set, else the model's default; None where neither is known."""
    requested = [number for name in LENGTHS if is_length(number := request.parameters.get(name))]
    return max(requested, default=card.default_max_tokens)


def is_length(value: Any) -> TypeGuard[int]:
    """Whether a cap on an answer is one: a whole number above zero."""
    return type(value) is int and value > 0
