"""An answer of a cell as it comes: put together from events, with what it cost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from playground import metering
from playground.answers.exchange import Exchange
from playground.answers.recording import cap, charge_of
from playground.conversation.estimation import estimate
from playground.errors import BadRequestError, ProviderError
from playground.events import (
    Event,
    Finished,
    Noted,
    ReasoningDelta,
    Reclassified,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from playground.experiments.answer import AnswerRecord, AnswerState
from playground.experiments.exchanges import body_digest
from playground.messages import ChatRequest, ToolCall
from playground.metering import Usage
from playground.models.catalog import ModelCard
from playground.providers import BatchItem, Provider
from playground.providers.embedding import Embedding, cosine
from playground.store import Failure


@dataclass(slots=True)
class _Call:
    id: str
    name: str
    kind: Any
    arguments: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Reception:
    """One answer: its request, what has come, and what it took."""

    request: ChatRequest
    card: ModelCard
    exchange: Exchange = field(default_factory=lambda: Exchange(background=True))
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    error: ProviderError | None = None
    state: AnswerState = "done"
    batched: bool = False
    embeds: bool = False
    """What comes are the vectors of two texts, and what is kept of them is their cosine."""
    _parts: list[str] = field(default_factory=list)
    _thoughts: list[str] = field(default_factory=list)
    _calls: dict[int, _Call] = field(default_factory=dict)
    _usage: Usage | None = None
    _finished: Finished | None = None
    _first_token_s: float | None = None
    _total_s: float | None = None
    _notes: list[str] = field(default_factory=list)

    async def receive(self, provider: Provider) -> None:
        """Ask, and take in all that comes. Raises ProviderError; what came before it is kept."""
        try:
            if self.embeds:
                await self._compare(provider)
                return
            events: AsyncIterator[Event] = provider.stream(self.request, self.exchange)
            async with aclosing(events) as coming:  # type: ignore[type-var]
                async for event in coming:
                    self._apply(event)
        except ProviderError as error:
            self.error, self.state = error, "failed"
            raise
        except BaseException:
            self.state = "stopped"
            raise
        finally:
            self._total_s = self._elapsed_s()

    def take_in(self, item: BatchItem, asked_at: datetime) -> None:
        """Be what came in a batch, which was sent at that moment: when its parts came is not known."""
        self.batched, self.asked_at = True, asked_at
        for event in item.events:
            self._apply(event)
        if item.error is not None:
            self.error, self.state = item.error, "failed"
        self.exchange.requests = 1  # of a batch each item is one
        # What the service says that failed is not billed; what it does not speak of may be.
        self.exchange.written = item.error is None or item.error.kind == "protocol"

    async def _compare(self, provider: Provider) -> None:
        if not isinstance(provider, Embedding):
            raise BadRequestError("This connection has no embeddings.", hint="Name a model of another one.")
        texts = [message.text for message in self.request.messages]
        embedded = await provider.embed(self.request.model, texts, self.exchange)
        counted, known = embedded.prompt_tokens, embedded.prompt_tokens is not None
        self._usage = Usage(counted if counted is not None else sum(map(estimate, texts)), 0, estimated=not known)
        self._first_token_s = self._elapsed_s()
        one, other = embedded.vectors
        self._parts.append(f"{await asyncio.to_thread(cosine, one, other):.6f}")
        self._finished = Finished("stop", False)

    def begin_again(self) -> None:
        """Be as before the request, which failed without an answer and is sent once more."""
        self.exchange.failed()
        self.error, self.state = None, "done"
        self._usage = self._finished = self._first_token_s = None

    def _elapsed_s(self) -> float:
        sent_at = self.exchange.sent_at
        return 0.0 if sent_at is None else self.exchange.clock() - sent_at

    def _apply(self, event: Event) -> None:
        match event:
            case UsageReported(usage):
                self._usage = usage
                return
            case Finished():
                self._finished = event
                return
            case Noted(note):
                self._notes.append(note)
                return
            case TextDelta(text):
                self._parts.append(text)
            case ReasoningDelta(text):
                self._thoughts.append(text)
            case ToolCallDelta(index, id_, name, arguments, kind):
                call = self._calls.setdefault(index, _Call(id_ or "", name or "", kind))
                call.arguments.append(arguments)
            case Reclassified(to):
                parts = [*self._thoughts, *self._parts]
                self._thoughts, self._parts = (parts, []) if to == "thought" else ([], parts)
        if self._first_token_s is None:
            self._first_token_s = self._elapsed_s()

    @property
    def began(self) -> bool:
        """Whether anything of the answer has come."""
        return self._first_token_s is not None

    @property
    def queued(self) -> bool:
        """Whether it waits for a limit of its connection or model."""
        return self.exchange.wait is not None and self.exchange.wait.reason == "queued"

    @property
    def usage(self) -> Usage | None:
        """What it used: as the server says, else an estimate of what came."""
        if self._usage is not None or self._first_token_s is None:
            return self._usage
        prompt = self.request.prompt or "\n".join(message.text for message in self.request.messages)
        calls = ("".join(call.arguments) for call in self._calls.values())
        output = "".join((*self._parts, *self._thoughts, *calls))
        return Usage(estimate(prompt), estimate(output), estimated=True)

    @property
    def cost(self) -> Decimal | None:
        """What it cost in USD; None where that is not known."""
        usage = self.usage
        if self.exchange.cached:
            return Decimal(0)
        return None if usage is None else metering.cost(usage, self.card.price)

    @property
    def requests(self) -> int:
        """How many requests were really made for it: 0 where it was never sent."""
        return self.exchange.requests

    @property
    def charge(self) -> tuple[Decimal, int]:
        """What the ledger is told: USD, and how many requests count as the most that they can cost on top."""
        certain = self.state == "done" or self._first_token_s is not None
        return charge_of(self.exchange, self.usage, self.cost, certain=certain, error=self.error)

    @property
    def record(self) -> AnswerRecord:
        """The answer as checks see it and as it is kept."""
        usage, finished, price = self.usage, self._finished, self.card.price
        details = {} if finished is None else finished.call_details
        calls = (
            ToolCall(call.id, call.name, "".join(call.arguments), call.kind, details.get(index))
            for index, call in sorted(self._calls.items())
        )
        text, thoughts = "".join(self._parts), "".join(self._thoughts)
        if self.exchange.assumes_thought:
            text, thoughts = thoughts + text, ""
        record = AnswerRecord(
            state=self.state,
            text=text,
            thoughts=thoughts,
            tool_calls=tuple(calls),
            finish_reason=None if finished is None else finished.reason,
            truncated=finished is not None and finished.truncated,
            error=None if self.error is None else Failure.of(self.error),
            usage=usage,
            price=price,
            cost=self.cost,
            cost_estimated=usage is not None and metering.cost_is_estimated(usage, price),
            seconds=self._total_s,
            first_token_s=None if self.exchange.whole else self._first_token_s,
            asked_at=self.asked_at,
            batched=self.batched,
            notes=(*self.exchange.notes, *self._notes),
            sent="" if not self.exchange.attempts else body_digest(self.exchange.request_body),
        )
        return replace(record, finish_reason="length") if self._is_cut_silently(record) else record

    def _is_cut_silently(self, record: AnswerRecord) -> bool:
        """Whether an answer used up its cap without a finish reason, as of Workers AI's native endpoint."""
        if not self.card.hosted or record.finish_reason not in ("stop", "unknown"):
            return False
        limit = cap(self.request, self.card)
        return (
            limit is not None
            and record.usage is not None
            and not record.usage.estimated
            and record.usage.completion_tokens >= limit
        )
