"""What an answer says while it arrives, the same for every wire dialect."""

from dataclasses import dataclass
from typing import Literal

from playground.metering import Usage

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "unknown"]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """The next piece of what the model thought before it answered."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """The next piece of tool call `index`; `arguments` is a piece of JSON text, `id` and `name` come with the first."""

    index: int
    id: str | None
    name: str | None
    arguments: str


@dataclass(frozen=True, slots=True)
class UsageReported:
    """The tokens of the whole exchange; exactly one for each stream that is not an error."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event; `truncated` when the stream broke off without saying that it ended."""

    reason: FinishReason
    truncated: bool = False


Event = TextDelta | ReasoningDelta | ToolCallDelta | UsageReported | Finished
