"""What has arrived of an answer, added event by event."""

from dataclasses import dataclass, field, replace
from typing import Literal

from playground.answers.exchange import Exchange
from playground.answers.extras import ChoiceDelta, Extra, ExtrasBuilder
from playground.answers.pace import Pace, PaceBuilder
from playground.conversation.tokens import estimate
from playground.events import (
    Event,
    Finished,
    FinishReason,
    Noted,
    ReasoningDelta,
    Reclassified,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from playground.messages import ToolCall, ToolKind
from playground.metering import Timings, Usage

SHORT_PIECE = 12
"""Pieces of at most so many characters are counted as one token."""


@dataclass(slots=True, eq=False)
class _PendingCall:
    """A tool call whose arguments are still arriving."""

    id: str
    name: str
    kind: ToolKind
    arguments: list[str] = field(default_factory=list)

    @property
    def tool_call(self) -> ToolCall:
        return ToolCall(self.id, self.name, "".join(self.arguments), self.kind)


@dataclass(slots=True, eq=False, kw_only=True)
class AnswerSoFar:
    """The parts of an answer, its usage and its times. One thread adds; any may read meanwhile: parts are only
    appended, or replaced by new lists.
    """

    tokens_so_far: int = 0
    """About how many tokens of any kind have come."""
    thought_s: float | None = None
    """Seconds from the first token to the first that was no thought; None while that has not come."""
    parts: list[str] = field(default_factory=list)
    reasoning_parts: list[str] = field(default_factory=list)
    reclassifications: int = 0
    """How often all parts so far were reclassified: whoever shows them then has to begin anew."""
    extras: ExtrasBuilder = field(default_factory=ExtrasBuilder)
    usage: Usage | None = None
    finish_reason: FinishReason | None = None
    truncated: bool = False
    exchange: Exchange = field(default_factory=Exchange)
    first_token_s: float | None = None
    total_s: float | None = None
    _calls: dict[int, _PendingCall] = field(default_factory=dict)
    _pace: PaceBuilder = field(default_factory=PaceBuilder)
    _finished: Finished | None = None

    @property
    def text(self) -> str:
        """The answer so far."""
        return "".join(self.parts)

    @property
    def reasoning(self) -> str:
        """The thoughts so far."""
        return "".join(self.reasoning_parts)

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The tool calls so far."""
        details = {} if self._finished is None else self._finished.call_details
        return tuple(
            replace(call.tool_call, provider_details=details.get(index)) for index, call in sorted(self._calls.items())
        )

    @property
    def timings(self) -> Timings:
        """The timings so far; the time of the first token is not known of an answer that came as one document."""
        first = None if self.exchange.whole else self.first_token_s
        return Timings(
            first, self.total_s, dict(self.exchange.waited), None if first is None else self._thought_s(first)
        )

    @property
    def pace(self) -> Pace | None:
        """When its pieces came so far; None while none has."""
        return self._pace.built(self.total_s)

    def _thought_s(self, first_token_s: float) -> float | None:
        """Seconds of thoughts, to the end where no answer followed them."""
        if self.thought_s is not None or not self.reasoning_parts or self.total_s is None:
            return self.thought_s
        return self.total_s - first_token_s

    def elapsed_s(self) -> float:
        """Seconds since the current attempt was sent; 0 where none was."""
        sent_at = self.exchange.sent_at
        return 0.0 if sent_at is None else self.exchange.clock() - sent_at

    def add(self, event: Event) -> bool:
        """Take in an event; whether it is a part of the answer."""
        match event:
            case UsageReported(usage):
                self.usage = usage
            case Finished(reason, truncated):
                self.finish_reason, self.truncated = reason, truncated
                self._finished = event
            case Noted(note):
                self.exchange.notes.append(note)
            case _:
                self.tokens_so_far += _tokens(event)
                self._add_part(event)
                return True
        return False

    def _add_part(self, event: TextDelta | ReasoningDelta | ToolCallDelta | Reclassified | Extra) -> None:
        match event:
            case TextDelta(text):
                self._thoughts_end()
                self.parts.append(text)
                self._pace.add(self.elapsed_s(), text=len(text))
            case ReasoningDelta(text):
                self.reasoning_parts.append(text)
                self._pace.add(self.elapsed_s(), thoughts=len(text))
            case ToolCallDelta(index, id_, name, arguments, kind):
                self._thoughts_end()
                if index not in self._calls:
                    self._calls[index] = _PendingCall(id_ or "", name or "", kind)
                self._calls[index].arguments.append(arguments)
            case Reclassified(to):
                self.reclassify(to)
            case _:
                self.extras.add(event)

    def reclassify(self, to: Literal["thought", "text"]) -> None:
        """Move all parts to the other kind, in new lists, because the old ones may be being read."""
        parts = [*self.reasoning_parts, *self.parts]
        if to == "thought":
            self.reasoning_parts, self.parts = parts, []
        else:
            self.parts, self.reasoning_parts = parts, []
        self.thought_s = None
        self._pace.reclassify(to_text=to == "text")
        self.reclassifications += 1

    def _thoughts_end(self) -> None:
        if self.thought_s is None and self.reasoning_parts:
            self.thought_s = self.elapsed_s() - (self.first_token_s or 0.0)


def _tokens(event: Event) -> int:
    """About how many tokens a piece of an answer has."""
    match event:
        case TextDelta(text) | ReasoningDelta(text) | ChoiceDelta(_, text):
            piece = text
        case ToolCallDelta():
            piece = event.arguments
        case _:
            return 0
    return estimate(piece) if len(piece) > SHORT_PIECE else bool(piece)
