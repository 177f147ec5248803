"""One answer as it is put together from frames of any dialect: text, thoughts, tool calls, usage, its end."""

from collections.abc import Mapping
from typing import Any, Literal

from playground.answers.extras import ChoiceDelta
from playground.events import Event, FinishReason, ReasoningDelta
from playground.providers.wire.extra_reading import CitationReader, images
from playground.providers.wire.finish_reasons import read_finish_reason
from playground.providers.wire.json_text import SurrogateMender
from playground.providers.wire.provider_metadata import ProviderMetadataReader
from playground.providers.wire.thoughts.thinking import ThoughtSplitter
from playground.providers.wire.tools.tool_calls import ToolCallReader
from playground.providers.wire.usage_reading import UsageReports


class AnswerBuilder:
    """Filled by the readings of the dialects; each method appends the events that the new piece makes."""

    def __init__(self, *, opens_in_thought: bool) -> None:
        self.finish_reason: FinishReason | None = None
        self.failure: Any = None
        """The frame or choice that holds the error, set after its text was read."""
        self.complete = False
        """The server said that the answer is whole, without saying why it ended."""
        self.texts: list[str] = []
        """Text and thoughts so far, tags included."""
        self.audio_chars = 0
        """Characters of audio in base64, which is not played."""
        self.tools = ToolCallReader()
        self.metadata = ProviderMetadataReader()
        self.usage = UsageReports()
        self.thoughts = ThoughtSplitter(opens_in_thought=opens_in_thought)
        self._citations = CitationReader()
        self._extras = False
        """A picture, a source or a further choice came."""
        self._text_mender = SurrogateMender()
        self._thought_mender = SurrogateMender()

    @property
    def empty(self) -> bool:
        """Nothing that is shown has come so far."""
        return not (self.texts or self.tools.called or self._extras)

    @property
    def started(self) -> bool:
        """Something of an answer has come, even if only its end."""
        return not self.empty or self.finish_reason is not None or self.complete or self.usage.total() is not None

    def add_text(self, text: str, events: list[Event]) -> None:
        """Add a piece of text, which may hold thoughts between tags."""
        text = text if text.isascii() and text.isprintable() else self._text_mender.mend(text)
        if not text:
            return
        self.texts.append(text)
        self.thoughts.feed(text, events)

    def add_thought(self, thought: str, events: list[Event]) -> None:
        """Add a piece of thought that the server sends apart from the text."""
        thought = self._thought_mender.mend(thought)
        if not thought:
            return
        self.texts.append(thought)
        self.thoughts.settle(events)
        events.append(ReasoningDelta(thought))

    def set_finish_reason(self, value: Any, holder: Mapping[str, Any]) -> None:
        """Set the finish reason from the server's own; where that is a failure, `holder` has its details."""
        reason: FinishReason | Literal["error"] | None = read_finish_reason(value)
        if reason == "error":
            self.failure = holder
        elif reason:
            self.finish_reason = reason

    def add_audio(self, audio: Mapping[str, Any], events: list[Event]) -> None:
        """Add the transcript of audio: https://platform.openai.com/docs/guides/audio."""
        if isinstance(transcript := audio.get("transcript"), str):
            self.add_text(transcript, events)
        if isinstance(data := audio.get("data"), str):
            self.audio_chars += len(data)

    def add_images(self, parts: Any, events: list[Event]) -> None:
        """Add the images among the parts."""
        found = list(images(parts))
        self._extras = self._extras or bool(found)
        events += found

    def add_citations(self, holder: Mapping[str, Any], events: list[Event]) -> None:
        """Add the sources that a frame, a message or a part names."""
        events += self._citations.read(holder)

    def add_choice_text(self, index: int, text: str, events: list[Event]) -> None:
        """Add a piece of another choice."""
        if text:
            self._extras = True
            events.append(ChoiceDelta(index, text))
