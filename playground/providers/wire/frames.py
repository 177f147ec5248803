"""Each frame of an answer to the dialect that speaks it.

An answer comes in the dialect that was asked in, but for what servers put between: Workers AI ends a stream of
OpenAI's chunks with a frame of its own, gateways pass on what the model's vendor says.
"""

from collections.abc import Mapping
from typing import Any

from playground.events import Event
from playground.providers.dialects import DIALECTS, chat_completions
from playground.providers.failures import holds_error
from playground.providers.wire.dialect import Dialect, Reading
from playground.providers.wire.spoken import Spoken

_ANSWERS = frozenset(
    {"response", "choices", "result", "tool_calls", "success", "output", "output_text", "streamed_data"}
)
"""The keys that tell an answer from any other JSON."""
_KEPT = 400
"""Characters of a frame that nobody understands."""


class FrameReader:
    """Reads the frames of one answer into `spoken`, those of its own dialect and what stands between them."""

    def __init__(self, dialect: Dialect, *, opens_in_thought: bool) -> None:
        self.spoken = Spoken(opens_in_thought=opens_in_thought)
        self.strange = ""
        """The first frame in no form that is known, as far as it is to be shown."""
        self._own = dialect
        self._spoken_last, self._reading = dialect, dialect.reading(self.spoken, self.read)
        self._readings: dict[int, Reading] = {id(dialect): self._reading}

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append what `frame` says; `raw` is the JSON it came as, where there is one."""
        if self._reading.read_usual(frame, events):
            return
        if not self._spoken_last.speaks(frame):
            self._spoken_last, self._reading = self._reading_of(frame, raw)
        self._reading.read(frame, raw, events)
        if holds_error(frame):
            self.spoken.failure = frame

    def _reading_of(self, frame: Mapping[str, Any], raw: str) -> tuple[Dialect, Reading]:
        """The dialect of a frame that is not of the one before it."""
        dialect = next((one for one in (self._own, *DIALECTS) if one.speaks(frame)), DIALECTS[-1])
        if raw and not self.strange and not frame.keys() <= chat_completions.USUAL and not knows(frame):
            self.strange = raw[:_KEPT]
        if id(dialect) not in self._readings:
            self._readings[id(dialect)] = dialect.reading(self.spoken, self.read)
        return dialect, self._readings[id(dialect)]


def knows(document: Mapping[str, Any]) -> bool:
    """Whether a whole document is an answer at all, be it an empty one."""
    return not _ANSWERS.isdisjoint(document) or any(dialect.speaks(document) for dialect in DIALECTS)
