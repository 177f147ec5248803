"""The events of an answer that arrives, the same for every wire dialect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.answers.extras import Extra
from playground.messages import ProviderMetadata, ToolKind
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
    """All text and thoughts so far are of this kind: whoever puts an answer together moves them.

    To "thought" where a closing tag came that nothing had opened; to "text" where an answer that was taken for thought
    ended without one.
    """

    to: Literal["thought", "text"]


@dataclass(frozen=True, slots=True)
class Noted:
    """A sentence for people about something that came and is not shown, or was done differently."""

    note: str


@dataclass(frozen=True, slots=True)
class UsageReported:
    """The tokens of the whole exchange; exactly one for each stream that is not an error."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event; `truncated` when the stream broke off without saying that it ended.

    `call_details` are the `provider_details` of its tool calls, by their index.
    """

    reason: FinishReason
    truncated: bool = False
    provider_metadata: ProviderMetadata | None = field(default=None, compare=False)
    call_details: Mapping[int, Mapping[str, Any]] = field(default_factory=dict, compare=False)


Event = TextDelta | ReasoningDelta | ToolCallDelta | Reclassified | Noted | Extra | UsageReported | Finished
