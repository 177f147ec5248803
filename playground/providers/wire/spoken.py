"""What one answer says, whatever the dialect: text, thoughts, calls, usage, its end."""

from collections.abc import Mapping
from typing import Any, Literal

from playground.answers.extras import ChoiceDelta
from playground.events import Event, FinishReason, ReasoningDelta
from playground.providers.wire.extra_reading import CitationReader, images
from playground.providers.wire.finish_reasons import read_finish_reason
from playground.providers.wire.given import GivenReader
from playground.providers.wire.json_text import SurrogateMender
from playground.providers.wire.thoughts.thinking import ThoughtSplitter
from playground.providers.wire.tools.tool_calls import ToolCallReader
from playground.providers.wire.usage_reading import UsageLedger


class Spoken:
    """Told by the dialects' readings; `failure` is set by a frame that holds an error, after its text was read."""

    def __init__(self, *, opens_in_thought: bool) -> None:
        self.finish_reason: FinishReason | None = None
        self.failure: Any = None
        """The frame or choice that holds the error."""
        self.whole = False
        """The server said that the answer is whole, without saying why it ended."""
        self.said: list[str] = []
        """Text and thoughts so far, tags included."""
        self.audio = 0
        """Characters of sound that came in base64, which is not played."""
        self.tools = ToolCallReader()
        self.given = GivenReader()
        self.usage = UsageLedger()
        self.thoughts = ThoughtSplitter(opens_in_thought=opens_in_thought)
        self._citations = CitationReader()
        self._extras = False
        """A picture, a source or a further choice came."""
        self._text_mender = SurrogateMender()
        self._thought_mender = SurrogateMender()

    @property
    def empty(self) -> bool:
        """Nothing was said, thought or called, and nothing else came that is shown."""
        return not (self.said or self.tools.called or self._extras)

    @property
    def begun(self) -> bool:
        """Something of an answer came, be it only its end."""
        return not self.empty or self.finish_reason is not None or self.whole or self.usage.total() is not None

    def say(self, text: str, events: list[Event]) -> None:
        """The next piece of the text, which may hold thoughts between tags."""
        text = text if text.isascii() and text.isprintable() else self._text_mender.mend(text)
        if not text:
            return
        self.said.append(text)
        self.thoughts.feed(text, events)

    def think(self, thought: str, events: list[Event]) -> None:
        """The next piece of what comes as thought, apart from the text."""
        thought = self._thought_mender.mend(thought)
        if not thought:
            return
        self.said.append(thought)
        self.thoughts.settle(events)
        events.append(ReasoningDelta(thought))

    def end(self, value: Any, holder: Mapping[str, Any]) -> None:
        """Why the answer ended, in the server's word for it; `holder` tells more where that is a failure."""
        reason: FinishReason | Literal["error"] | None = read_finish_reason(value)
        if reason == "error":
            self.failure = holder
        elif reason:
            self.finish_reason = reason

    def listen(self, audio: Mapping[str, Any], events: list[Event]) -> None:
        """Of sound its words: https://platform.openai.com/docs/guides/audio."""
        if isinstance(transcript := audio.get("transcript"), str):
            self.say(transcript, events)
        if isinstance(data := audio.get("data"), str):
            self.audio += len(data)

    def show(self, parts: Any, events: list[Event]) -> None:
        """The pictures among the parts."""
        found = list(images(parts))
        self._extras = self._extras or bool(found)
        events += found

    def cite(self, holder: Mapping[str, Any], events: list[Event]) -> None:
        """The sources that a frame, a message or a part names."""
        events += self._citations.read(holder)

    def say_beside(self, index: int, text: str, events: list[Event]) -> None:
        """The next piece of a further choice."""
        if text:
            self._extras = True
            events.append(ChoiceDelta(index, text))
