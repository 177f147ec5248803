"""What a model answered in one cell, and what it took."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Self

from playground.events import FinishReason
from playground.experiments.refusal import refusal_in
from playground.messages import ToolCall
from playground.metering import Price, Usage
from playground.store.records import Failure

AnswerState = Literal["done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """The answer of a cell, as far as it came: what checks see.

    `cost` is in USD, None where it is not known; `seconds` count from sending the request, without waiting before it.
    """

    state: AnswerState = "done"
    text: str = ""
    thoughts: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: FinishReason | None = None
    truncated: bool = False
    """The stream broke off without saying that it ended."""
    error: Failure | None = None
    usage: Usage | None = None
    price: Price | None = None
    cost: Decimal | None = None
    cost_estimated: bool = False
    seconds: float | None = None
    first_token_s: float | None = None
    asked_at: datetime | None = None
    batched: bool = False
    """It came in a batch, of which no times are known."""
    notes: tuple[str, ...] = field(default=(), compare=False)
    sent: str = field(default="", compare=False)
    """The SHA-256 of the request's body: `body_digest` of `exchanges.py`. Empty where nothing was sent."""

    @property
    def cut(self) -> bool:
        """Whether it ended before it was complete: at the cap on its length, or broken off."""
        return self.finish_reason == "length" or (self.truncated and self.state == "done")

    @property
    def refused(self) -> bool:
        """Whether the model, or a filter before it, declined to answer."""
        filtered = self.finish_reason == "content_filter"
        return filtered or (self.error is not None and self.error.kind == "content_filter") or bool(self.refusal)

    @property
    def refusal(self) -> str:
        """The words by which it declines, "" where it has none."""
        return "" if self.tool_calls else refusal_in(self.text)

    def as_json(self) -> dict[str, Any]:
        """The record as JSON, money as text; what is as it would be anyway is left out."""
        packed: dict[str, Any] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if value != _DEFAULTS[name]:
                packed[name] = _packed(value)
        return packed

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Self:
        """The record that `as_json` wrote."""
        values = {name: value for name, value in packed.items() if name in _DEFAULTS}
        for name, read in _READ.items():
            if values.get(name) is not None:
                values[name] = read(values[name])
        return cls(**values)


_DEFAULTS = {name: getattr(AnswerRecord(), name) for name in AnswerRecord.__slots__}


def _packed(value: Any) -> Any:
    match value:
        case ToolCall() | Failure() | Usage() | Price():
            return {name: _packed(item) for name, item in asdict(value).items() if item is not None}
        case Decimal():
            return str(value)
        case _ if hasattr(value, "isoformat"):
            return value.isoformat()
        case tuple():
            return [_packed(item) for item in value]
    return value


def _usage(packed: Mapping[str, Any]) -> Usage:
    billed = packed.get("billed")
    return Usage(**{**packed, "billed": None if billed is None else Decimal(billed)})


def _price(packed: Mapping[str, Any]) -> Price:
    money = {name: Decimal(packed[name]) for name in ("input", "output", "cached_input") if name in packed}
    as_of = packed.get("as_of")
    return Price(**{**packed, **money, "as_of": None if as_of is None else datetime.fromisoformat(as_of).date()})


def _calls(packed: Sequence[Mapping[str, Any]]) -> tuple[ToolCall, ...]:
    return tuple(ToolCall(**call) for call in packed)


def _failure(packed: Mapping[str, Any]) -> Failure:
    return Failure(**packed)


_READ: Mapping[str, Any] = {
    "tool_calls": _calls,
    "error": _failure,
    "usage": _usage,
    "price": _price,
    "cost": Decimal,
    "asked_at": datetime.fromisoformat,
    "notes": tuple,
}
