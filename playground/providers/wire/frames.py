"""Hands each frame of an answer to the dialect that it is in.

Most frames are in the dialect of the request, but servers put others between: Workers AI ends a stream of OpenAI's
chunks with a frame of its own, and gateways pass on frames of the model's vendor.
"""

from collections.abc import Mapping
from typing import Any

from playground.events import Event
from playground.providers.dialects import DIALECTS, chat_completions
from playground.providers.failures import holds_error
from playground.providers.wire.answer_builder import AnswerBuilder
from playground.providers.wire.dialect import Dialect, Reading

_ANSWERS = frozenset(
    {"response", "choices", "result", "tool_calls", "success", "output", "output_text", "streamed_data"}
)
"""Keys that only answers have."""
_EXCERPT_CHARS = 400
"""Characters that are kept of a frame that no dialect reads."""


class FrameReader:
    """Reads the frames of one answer into `answer`, whichever dialect each is in."""

    def __init__(self, dialect: Dialect, *, opens_in_thought: bool) -> None:
        self.answer = AnswerBuilder(opens_in_thought=opens_in_thought)
        self.unrecognized = ""
        """An excerpt of the first frame that no dialect reads."""
        self._dialect = dialect
        self._last_dialect, self._reading = dialect, dialect.reading(self.answer, self.read)
        self._readings: dict[int, Reading] = {id(dialect): self._reading}

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append the events of `frame`; `raw` is the JSON it was decoded from, or empty."""
        if self._reading.read_usual(frame, events):
            return
        if not self._last_dialect.speaks(frame):
            self._last_dialect, self._reading = self._reading_of(frame, raw)
        self._reading.read(frame, raw, events)
        if holds_error(frame):
            self.answer.failure = frame

    def _reading_of(self, frame: Mapping[str, Any], raw: str) -> tuple[Dialect, Reading]:
        """The dialect and the reading of a frame that is not in the dialect of the one before it."""
        dialect = next((candidate for candidate in (self._dialect, *DIALECTS) if candidate.speaks(frame)), DIALECTS[-1])
        if raw and not self.unrecognized and not frame.keys() <= chat_completions.USUAL and not is_answer(frame):
            self.unrecognized = raw[:_EXCERPT_CHARS]
        if id(dialect) not in self._readings:
            self._readings[id(dialect)] = dialect.reading(self.answer, self.read)
        return dialect, self._readings[id(dialect)]


def is_answer(document: Mapping[str, Any]) -> bool:
    """Whether a whole document is an answer, even if an empty one."""
    return not _ANSWERS.isdisjoint(document) or any(dialect.speaks(document) for dialect in DIALECTS)
