"""What the store hands out: frozen values, times in UTC, money exact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Required, Self, TypedDict, cast

from playground import metering
from playground.answers.extras import Extras
from playground.answers.pace import Pace
from playground.answers.trace import Trace
from playground.errors import ErrorKind, ProviderError
from playground.events import FinishReason
from playground.messages import Message, ProviderMetadata, ToolCall
from playground.metering import Price, Timings, Usage
from playground.metering import tokens_per_second as speed_of
from playground.money.budget import Most
from playground.store.charges import Charge, ReplyState
from playground.store.ids import new_id

EndState = Literal["done", "stopped", "failed", "interrupted"]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a reply failed: a ProviderError as data."""

    kind: ErrorKind
    message: str
    hint: str
    code: str | None = None
    request_id: str | None = None
    retryable: bool = False
    retry_after_s: float | None = None

    @classmethod
    def of(cls, error: ProviderError) -> Self:
        """What the error says."""
        return cls(
            error.kind,
            error.message,
            error.hint,
            error.code,
            error.request_id,
            error.retryable,
            error.retry_after_s,
        )


@dataclass(frozen=True, slots=True)
class StoredReply:
    """One answer of a model, as far as it came. Its id is that of its turn, where it belongs to a conversation.

    `cost` is in USD and None where it is not known; `price` is what it was computed from.
    """

    id: str
    conversation_id: str | None
    model: str
    connection: str
    state: ReplyState
    text: str
    reasoning: str
    tool_calls: tuple[ToolCall, ...]
    finish_reason: FinishReason | None
    truncated: bool
    usage: Usage | None
    price: Price | None
    cost: Decimal | None
    timings: Timings
    error: Failure | None
    request_id: str | None
    notes: tuple[str, ...]
    response_format: Mapping[str, Any] | None
    """The format that was asked for."""
    cached: bool
    """A gateway answered from its cache."""
    started_at: datetime
    finished_at: datetime | None
    repeats: str | None = None
    """The reply that it was asked together with, for the same prompt with the same settings."""
    setup: Mapping[str, Any] | None = None
    """What it was asked with, as JSON; None for an answer from before this was kept."""
    extras: Extras = field(default_factory=Extras)
    provider_metadata: ProviderMetadata | None = None
    unsaved: str = ""
    """Why it is in memory alone, and not in the database yet, in sentences; empty where it is saved."""

    @property
    def charge(self) -> Charge:
        """What it takes part in a sum with."""
        return Charge(self.state, self.usage, self.price, self.cost, self.cached)

    @property
    def computed(self) -> Charge:
        """The same by the service's meter or by unit prices, whatever the server billed itself."""
        usage = None if self.usage is None else replace(self.usage, billed=None)
        cost = None if usage is None else metering.computed_cost(usage, self.price)
        return Charge(self.state, usage, self.price, Decimal(0) if self.cached else cost, self.cached)

    @property
    def tokens_per_second(self) -> float | None:
        """How fast the tokens came that came; None where that cannot be said."""
        return None if self.usage is None else speed_of(self.usage, self.timings, thoughts_visible=bool(self.reasoning))

    @property
    def message(self) -> Message:
        """The reply as it is sent back to a model."""
        return Message(
            "assistant",
            self.text,
            self.tool_calls,
            reasoning=self.reasoning or None,
            provider_metadata=self.provider_metadata,
        )


class Ending(TypedDict, total=False):
    """How a reply ended, all of it. `request` is the body where it differs from what was to be sent; USD for `cost`.

    The ledger is told the cost, or `charged` where that is given, and for each of `lost` requests, of which nobody
    knows what became, the most that it can cost.
    """

    state: Required[EndState]
    text: Required[str]
    reasoning: str
    tool_calls: Sequence[ToolCall]
    finish_reason: FinishReason | None
    truncated: bool
    usage: Usage | None
    price: Price | None
    cost: Decimal | None
    timings: Timings
    error: Failure | None
    request_id: str | None
    request: Any
    trace: Trace | None
    pace: Pace | None
    notes: Iterable[str]
    cached: bool
    extras: Extras | None
    provider_metadata: ProviderMetadata | None
    finished_at: datetime | None
    charged: Decimal
    lost: int


_KNOWN = tuple(name for name in Ending.__annotations__ if name in StoredReply.__dataclass_fields__)


def ending_of(reply: StoredReply) -> Ending:
    """How a reply ended, as far as it says so itself; one that is still on its way was interrupted."""
    known = {name: getattr(reply, name) for name in _KNOWN}
    return cast("Ending", known | {"state": "interrupted" if reply.state == "live" else reply.state})


@dataclass(frozen=True, slots=True)
class Turn:
    """One node of a conversation's tree. `reply` is the record behind an assistant's turn that a model wrote.

    `siblings` are the ids of all turns that follow the same parent, this one included, oldest first: the branches here.
    """

    id: str
    conversation_id: str
    parent_id: str | None
    message: Message
    created_at: datetime
    siblings: tuple[str, ...]
    reply: StoredReply | None = None


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """An answer that is asked for: it follows `message`, or the turn `parent_id` where nothing new is said.

    `connection` is a name, `most` what it can cost, None where nobody bills it, `repeats` the reply that this one
    is asked for together with, `setup` what it is asked with, as JSON, and `preset` the id of the preset that set it.
    `copy_of` is the reply that this one is a copy of: it is not asked for again, and not counted again.
    Without a conversation it is a reply of its own. `id` is that of the reply and its turn, `message_id` that of the
    turn of the message.
    """

    conversation_id: str | None
    parent_id: str | None
    model: str
    connection: str = ""
    message: Message | None = None
    response_format: Mapping[str, Any] | None = None
    repeats: str | None = None
    started_at: datetime | None = None
    setup: Mapping[str, Any] | None = None
    preset: str = ""
    copy_of: str | None = None
    most: Most | None = None
    own: bool = False
    """Whether the owner pays for the connection, and not the installation."""
    message_id: str = field(default_factory=new_id)
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation and what the next message of it is sent with. `head` is the last turn of the branch on screen.

    `title` is empty until the first words are said.
    """

    id: str
    title: str
    model: str
    system_prompt: str
    parameters: Mapping[str, Any]
    options: Mapping[str, Any]
    """Whatever else it is sent with (tools, form of the input …), as JSON."""
    head: str | None
    created_at: datetime
    updated_at: datetime
