"""What an answer says while it arrives, the same for every wire dialect."""

from dataclasses import dataclass
from typing import Literal

from playground.extras import Extra
from playground.messages import ToolKind
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
    """The next piece of tool call `index`; `arguments` is a piece of JSON text, `id` and `name` come with the first.

    Of a `custom` tool they are its input, which is text of any form.
    """

    index: int
    id: str | None
    name: str | None
    arguments: str
    kind: ToolKind = "function"


@dataclass(frozen=True, slots=True)
class Reclassified:
    """Everything said so far, as text or as thought, was this: whoever puts an answer together moves it.

    To "thought" where a closing tag came that nothing had opened; to "text" where an answer that was taken for thought
    ended without one.
    """

    to: Literal["thought", "text"]


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that came and is not shown, or was done differently: a sentence for people."""

    note: str


@dataclass(frozen=True, slots=True)
class UsageReported:
    """The tokens of the whole exchange; exactly one for each stream that is not an error."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event; `truncated` when the stream broke off without saying that it ended."""

    reason: FinishReason
    truncated: bool = False


Event = TextDelta | ReasoningDelta | ToolCallDelta | Reclassified | Noted | Extra | UsageReported | Finished
