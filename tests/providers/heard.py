"""What an answer said, once all its bytes are read: for tests that give the bytes and compare the whole."""

from dataclasses import dataclass, field, replace
from typing import Any

from playground.answers.extras import ChoiceDelta, Citation, Extras, ExtrasBuilder, Image, Logprob
from playground.errors import ProviderError
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
from playground.messages import ToolCall
from playground.metering import Usage
from playground.providers.wire.reading import AnswerReader


@dataclass
class Heard:
    """Text, thoughts and calls put together from the events, with what ended them."""

    text: str = ""
    reasoning: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    extras: Extras = field(default_factory=Extras)
    notes: list[str] = field(default_factory=list)
    usage: Usage | None = None
    finished: Finished | None = None
    error: ProviderError | None = None

    @property
    def reason(self) -> str | None:
        return self.finished.reason if self.finished else None

    @property
    def truncated(self) -> bool:
        return self.finished is not None and self.finished.truncated


def hear(*chunks: bytes | str, **options: Any) -> Heard:
    """Read the chunks as one answer; options are those of AnswerReader."""
    reader = AnswerReader(**options)
    events: list[Event] = []
    for chunk in chunks:
        events += reader.feed(chunk.encode() if isinstance(chunk, str) else chunk)
        if reader.error or reader.done:
            break
    if not reader.error:
        events += reader.finish()
    return put_together(events, reader.error)


def put_together(events: list[Event], error: ProviderError | None = None) -> Heard:
    heard = Heard(error=error)
    calls: dict[int, ToolCall] = {}
    extras = ExtrasBuilder()
    for event in events:
        assert heard.finished is None, "nothing comes after Finished"
        match event:
            case TextDelta() | ReasoningDelta() | Reclassified():
                _hear_words(heard, event)
            case Image() | Citation() | ChoiceDelta() | Logprob():
                extras.add(event)
            case Noted(note):
                heard.notes.append(note)
            case ToolCallDelta(index, id_, name, arguments, kind):
                if index not in calls:
                    assert index == len(calls), "calls are numbered as they begin"
                    assert id_ is not None
                    assert name is not None
                    calls[index] = ToolCall(id_, name, "", kind)
                calls[index] = replace(calls[index], arguments=calls[index].arguments + arguments)
            case UsageReported(usage):
                assert heard.usage is None, "usage comes once"
                heard.usage = usage
            case Finished():
                heard.finished = event
    heard.extras = extras.built()
    heard.calls = list(calls.values())
    assert (heard.error is None) == (heard.finished is not None) == (heard.usage is not None)
    return heard


def _hear_words(heard: Heard, event: TextDelta | ReasoningDelta | Reclassified) -> None:
    match event:
        case TextDelta(text):
            assert text
            heard.text += text
        case ReasoningDelta(text):
            assert text
            heard.reasoning += text
        case Reclassified("thought"):
            heard.reasoning, heard.text = heard.reasoning + heard.text, ""
        case Reclassified("text"):
            heard.text, heard.reasoning = heard.reasoning + heard.text, ""


def one_by_one(body: bytes) -> list[bytes]:
    """The body as a network would give it that sends every byte on its own."""
    return [body[at : at + 1] for at in range(len(body))]
